// Coming back after a loss of the connection when the server does not let one in at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothBrowsers, openGroup, operator, setStage } from './stage.mjs';

const stage = setStage();
const inBoth = (claim, run) => {
  for (const browser of bothBrowsers) test(`${claim} (${browser})`, { timeout: 90_000 }, () => run(browser));
};

/// Cuts the page's connection, and lets it make no other one.
const cut = (person) =>
  person.page.evaluate(() => {
    window.testWebSocket = window.WebSocket;
    window.WebSocket = class {
      constructor() {
        throw new Error('no network');
      }
    };
    window.testSockets.at(-1).close(4000);
  });

/// Gives the network back, which browsers announce.
const mend = (person) =>
  person.page.evaluate(() => {
    window.WebSocket = window.testWebSocket;
    window.dispatchEvent(new Event('online'));
  });

inBoth('whose place has been taken waits for another one, and sends again then', async (browser) => {
  const path = stage.group(openGroup({ 'max-clients': 2 }));
  const ada = await stage.arrive(browser, path, 'ada');
  await ada.login();
  await ada.click('raise-hand');
  const host = await stage.arrive('chromium', path, operator.username);
  await host.login(operator.password);
  await host.waits(() => document.querySelector('[data-username=ada] .hand'), 'the raised hand');
  await ada.click('enable-camera');
  await host.seesTiles(1);
  await ada.say('before the cut');
  await ada.hears('before the cut');
  await cut(ada);
  await ada.sees('reconnecting', 'Reconnecting');
  await host.seesUsers(operator.username);
  const other = await stage.arrive('chromium', path, 'other');
  await other.login();
  await mend(ada);
  await ada.sees('reconnecting', 'Waiting for a place');
  await ada.screenshot(`waiting-${browser}`);
  await other.click('leave');
  await ada.seesNo('reconnecting');
  await host.seesUsers(operator.username, 'ada');
  await host.seesTiles(1);
  await host.seesMotion('ada');
  await host.waits(() => document.querySelector('[data-username=ada] .hand'), 'the hand is up again');
  assert.equal(await ada.count('chat-message'), 1, 'nothing is in the chat twice');
  await ada.assertClean();
});

inBoth('who finds the group locked waits, or goes', async (browser) => {
  const path = stage.group();
  const host = await stage.arrive('chromium', path, operator.username);
  await host.login(operator.password);
  const ada = await stage.arrive(browser, path, 'ada');
  await ada.login();
  await cut(ada);
  await host.seesUsers(operator.username);
  await host.command('/lock back at noon');
  await host.sees('locked');
  await mend(ada);
  await ada.sees('reconnecting', 'back at noon');
  await host.command('/unlock');
  await ada.seesNo('reconnecting');
  await ada.isInside();
  await cut(ada);
  await host.command('/lock');
  await host.sees('locked');
  await mend(ada);
  await ada.sees('reconnecting', 'until an operator unlocks it');
  await ada.click('leave');
  await ada.sees('login-form');
  await ada.assertClean();
});

inBoth('an invitation outlasts the loss of the connection and a reload of the page', async (browser) => {
  const host = await stage.arrive('chromium', stage.group(), operator.username);
  await host.login(operator.password);
  await host.command('/invite carol');
  await host.sees('invitation-link', '?token=');
  const carol = await stage.arrive(browser, await host.text('invitation-link'), 'carol');
  await carol.click('login-submit');
  await carol.isInside();
  await cut(carol);
  await host.seesUsers(operator.username);
  await mend(carol);
  await host.seesUsers(operator.username, 'carol');
  await carol.page.reload();
  await carol.sees('login-form');
  assert.equal(await carol.count('login-password'), 0, 'the invitation is known');
  await carol.click('login-submit');
  await host.seesUsers(operator.username, 'carol');
});

test('who was an operator and is none any more is told so', { timeout: 60_000 }, async () => {
  const name = stage.server.group(openGroup());
  const host = await stage.arrive('chromium', `/group/${name}/`, operator.username);
  await host.login(operator.password);
  await host.click('enable-camera');
  await host.sees('tile');
  await cut(host);
  stage.server.group(openGroup({ users: { op: { password: operator.password, permissions: 'observe' } } }), name);
  await mend(host);
  await host.seesNo('reconnecting');
  await host.sees('toast-warning', 'no longer an operator');
  await host.sees('toast-warning', 'may no longer send');
  await host.seesNo('tile');
  await host.assertClean();
});

// Firefox takes no service worker from a server whose certificate had to be overridden.
test('a page that is opened while the server is away says so, and goes on when it is back', { timeout: 90_000 }, async () => {
  const person = await stage.arrive('chromium', stage.group(), 'ada', { settings: { language: 'de' } });
  await person.sees('login-form');
  await person.waits(() => navigator.serviceWorker.controller, 'the service worker');
  await stage.server.crash();
  await person.page.reload();
  await person.sees('offline', 'cannot be reached');
  assert.equal(await person.page.evaluate(() => document.documentElement.lang), 'en', 'as the browser, which is all it knows');
  await person.screenshot('offline');
  await stage.server.restart();
  await person.sees('login-form');
  assert.ok(await person.page.evaluate(() => navigator.serviceWorker.controller), 'and still stands by');
});
