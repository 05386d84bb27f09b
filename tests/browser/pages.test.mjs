// The pages around the groups: landing, change of password, what is not there, and what makes the client installable.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../protocol/server.mjs';
import { bothBrowsers, openGroup, operator, setStage } from './stage.mjs';

const stage = setStage({ server: { config: { writableGroups: true } } });
const inBoth = (claim, run) => {
  for (const browser of bothBrowsers) test(`${claim} (${browser})`, { timeout: 60_000 }, () => run(browser));
};

inBoth('the landing page leads to a group whatever its name is made of', async (browser) => {
  for (const name of ['Plain', 'What? #1 & 100%', 'Ärzte ohne Grenzen']) {
    stage.server.group(openGroup(), name);
    const person = await stage.arrive(browser, '/', 'visitor');
    await person.fill('group-name', ` ${name} `);
    await person.click('group-submit');
    await person.sees('login-form', name);
    await person.assertClean();
  }
});

inBoth('the landing page says that there is no such group, and that a name is missing', async (browser) => {
  const person = await stage.arrive(browser, '/', 'visitor');
  await person.click('group-submit');
  await person.sees('group-error', 'Write the name');
  await person.fill('group-name', 'nowhere');
  await person.click('group-submit');
  await person.sees('group-error', 'no group called “nowhere”');
  assert.equal(await person.text('group-name'), 'nowhere');
});

test('public groups are listed with who is there, and the list follows', { timeout: 60_000 }, async () => {
  const name = stage.server.group(openGroup({ public: true, displayName: 'Choir', description: 'Bring the score.' }));
  await stage.ask(`/group/${name}/.status`);
  const visitor = await stage.arrive('chromium', '/', 'visitor');
  await visitor.sees('public-group', 'Choir');
  await visitor.sees('public-group', 'Bring the score.');
  await visitor.sees('public-group', '0 present');
  const singer = await stage.arrive('chromium', `/group/${name}/`, 'singer');
  await singer.login();
  // Coming back to the page fetches the list at once.
  await visitor.page.bringToFront();
  await visitor.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await visitor.sees('public-group', '1 present');
  await visitor.page.click('[data-testid=public-group] a');
  await visitor.sees('login-form', 'Choir');
});

inBoth('what is not there is called by its name', async (browser) => {
  const person = await stage.arrive(browser, '/group/no%20such/', 'visitor');
  await person.sees('not-found', '“no such”');
  await person.page.goto(new URL('/nothing.html', stage.server.origin).href);
  await person.sees('not-found', 'nothing at this address');
  await person.assertClean();
});

inBoth('a password is changed by whoever knows the old one', async (browser) => {
  const path = stage.group();
  const name = path.split('/')[2];
  const person = await stage.arrive(browser, `/change-password.html?group=${name}&username=op`, 'op');
  const change = async (old, fresh, again = fresh) => {
    await person.fill('old-password', old);
    await person.fill('new-password', fresh);
    await person.fill('new-password-again', again);
    await person.click('password-submit');
  };
  await change('secret', 'naïve 🔑', 'other');
  await person.sees('password-error', 'differ');
  await change('wrong', 'naïve 🔑');
  await person.sees('password-error', 'old password is wrong');
  await change('secret', 'naïve 🔑');
  await person.sees('password-done');
  await person.assertClean();
  await person.page.goto(new URL(path, stage.server.origin).href);
  await person.login('naïve 🔑');
});

test('who logged in with a password finds the way to change it', { timeout: 60_000 }, async () => {
  const person = await stage.arrive('chromium', stage.group(), operator.username);
  await person.login(operator.password);
  await person.click('open-settings');
  const address = await person.page.$eval('[data-testid=settings-dialog] .profile a', (link) => link.href);
  await person.page.goto(address);
  await person.sees('password-form', 'op in the group');
});

test('the client can be installed, and keeps nothing that could grow stale', { timeout: 60_000 }, async () => {
  const person = await stage.arrive('chromium', '/', 'visitor');
  const session = await person.page.createCDPSession();
  const { url, errors, data } = await session.send('Page.getAppManifest');
  assert.deepEqual([new URL(url).pathname, errors], ['/manifest.webmanifest', []]);
  const manifest = JSON.parse(data);
  for (const { src, type, sizes } of manifest.icons) {
    const facts = await person.page.evaluate(async (address) => {
      const response = await fetch(address);
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      return { type: response.headers.get('content-type'), size: `${picture.naturalWidth}x${picture.naturalHeight}` };
    }, src);
    assert.equal(facts.type, type);
    if (sizes !== 'any') assert.equal(facts.size, sizes);
  }
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // The test's certificate is nobody's, and a context of its own counts as private.
  assert.deepEqual(
    installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito' && id !== 'not-from-secure-origin'),
    [],
  );
  await person.waits(() => navigator.serviceWorker?.controller, 'the service worker');
  assert.deepEqual(await person.page.evaluate(() => caches.keys()), []);
});

test('the keyboard alone goes through login, chat, menus, dialogues and out', { timeout: 90_000 }, async () => {
  const path = stage.group();
  const guest = await stage.arrive('chromium', path, 'guest');
  await guest.login();
  const person = await stage.arrive('chromium', path, operator.username);
  const { keyboard } = person.page;
  const focused = () =>
    person.page.evaluate(() => {
      const element = document.activeElement;
      return element?.dataset.testid ?? element?.getAttribute('aria-label') ?? element?.tagName;
    });
  /// Presses Tab until the element with this name has the focus.
  const tabTo = async (name) => {
    const seen = [];
    for (let count = 0; count < 60; count += 1) {
      if ((await focused()) === name) return;
      seen.push(await focused());
      await keyboard.press('Tab');
    }
    assert.fail(`the keyboard does not reach ${name}, only ${seen}`);
  };
  await person.sees('login-username');
  await eventually(async () => (await focused()) === 'login-username', 'the name has the focus');
  await keyboard.type(operator.username);
  await tabTo('login-password');
  await keyboard.type(operator.password);
  await keyboard.press('Enter');
  await person.isInside();

  await tabTo('chat-input');
  await keyboard.type('written without a mouse');
  await keyboard.press('Enter');
  await guest.hears('written without a mouse');

  await tabTo('enable-camera');
  await keyboard.press('Space');
  await guest.seesTiles(1);

  await tabTo('user-menu');
  await keyboard.press('Enter');
  await person.sees('menu-mute');
  while ((await focused()) !== 'menu-shutup') await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await guest.sees('toast-warning', 'no longer write');
  assert.equal(await focused(), 'user-menu', 'the focus is back where it was');

  await tabTo('open-settings');
  await keyboard.press('Enter');
  await person.sees('settings-dialog');
  await tabTo('setting-mirrorView');
  await keyboard.press('Space');
  await keyboard.press('Escape');
  await person.seesNo('settings-dialog');
  assert.equal(await focused(), 'open-settings', 'the focus is back where it was');
  assert.equal(
    await person.page.evaluate(() => JSON.parse(localStorage.getItem('halcyon-settings')).mirrorView),
    false,
  );

  await tabTo('raise-hand');
  await keyboard.press('Enter');
  await guest.waits(() => document.querySelector('[data-username=op] .hand'), 'the raised hand');
  await tabTo('leave');
  await keyboard.press('Enter');
  await person.sees('login-form');
});
