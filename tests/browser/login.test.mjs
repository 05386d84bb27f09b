// Every way into a group, and out of it again, in both browsers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startAuthServer } from '../authserver/authserver.mjs';
import { jsonWebToken, symmetricKey } from '../protocol/credentials.mjs';
import { address } from '../protocol/server.mjs';
import { bothBrowsers, openGroup, operator, setStage } from './stage.mjs';

const stage = setStage();
const key = symmetricKey();
let authServer;
let elsewhere;
before(async () => {
  authServer = await startAuthServer({ address });
  // Pages over HTTPS may not ask over HTTP, except of a loopback address.
  elsewhere = await startAuthServer();
});
after(async () => {
  await authServer.stop();
  await elsewhere.stop();
});

const inBoth = (claim, run) => {
  for (const browser of bothBrowsers) test(`${claim} (${browser})`, { timeout: 60_000 }, () => run(browser));
};

inBoth('a wrong password is explained, the name stays, and the right one leads in', async (browser) => {
  const person = await stage.arrive(browser, stage.group(), operator.username);
  await person.fill('login-username', operator.username);
  await person.fill('login-password', 'wrong');
  await person.click('login-submit');
  await person.sees('login-error', 'Check the name, the password');
  assert.equal(await person.text('login-username'), operator.username);
  assert.equal(await person.text('login-password'), '');
  await person.fill('login-password', operator.password);
  await person.click('login-submit');
  await person.isInside();
  await person.assertClean();
});

inBoth('the name is remembered for the next visit, and the password is not', async (browser) => {
  const person = await stage.arrive(browser, stage.group(), 'ada');
  await person.login();
  await person.page.reload();
  await person.sees('login-username', 'ada');
  assert.equal(await person.text('login-password'), '');
});

inBoth('a name that no server takes is refused before it is sent', async (browser) => {
  const person = await stage.arrive(browser, stage.group(), 'a\\b');
  await person.fill('login-username', 'a\\b');
  await person.click('login-submit');
  await person.sees('login-error', 'This name cannot be used');
});

inBoth('a locked group says whom to ask', async (browser) => {
  const path = stage.group();
  const host = await stage.arrive('chromium', path, operator.username);
  await host.login(operator.password);
  await host.command('/lock');
  await host.sees('locked');
  const guest = await stage.arrive(browser, path, 'guest');
  await guest.fill('login-username', 'guest');
  await guest.click('login-submit');
  await guest.sees('login-error', 'Ask an operator');
  await host.command('/unlock');
  await host.seesNo('locked');
  await guest.click('login-submit');
  await guest.isInside();
});

test('what was typed is still there when the group was full, and when the server was away', { timeout: 60_000 }, async () => {
  const path = stage.group(openGroup({ 'max-clients': 1, users: { eve: { password: 'apple', permissions: 'present' } } }));
  const first = await stage.arrive('chromium', path, 'first');
  await first.login();
  const eve = await stage.arrive('chromium', path, 'eve');
  await eve.fill('login-username', 'eve');
  await eve.fill('login-password', 'apple');
  await eve.click('login-submit');
  await eve.sees('login-error', 'The group is full');
  assert.deepEqual([await eve.text('login-username'), await eve.text('login-password')], ['eve', 'apple']);
  await first.click('leave');
  await first.sees('login-form');
  await eve.click('login-submit');
  await eve.isInside();
  await eve.click('leave');
  assert.equal(await eve.text('login-password'), '', 'and is forgotten once it has been used');
});

inBoth('a name in the address is filled in, beside a token or without one', async (browser) => {
  const { host, link } = await invitation(stage.group(), '/invite');
  const guest = await stage.arrive(browser, `${link}&username=Zo%C3%AB%20%26%20Co`, 'guest');
  await guest.sees('login-username', 'Zoë & Co');
  assert.equal(new URL(guest.page.url()).search, '');
  await guest.click('login-submit');
  await host.seesUsers(operator.username, 'Zoë & Co');
  const other = await stage.arrive(browser, `${stage.group()}?username=max`, 'max');
  await other.sees('login-username', 'max');
  assert.equal(await other.count('login-password'), 1);
});

test('a page without WebRTC says so, and lets one chat', { timeout: 60_000 }, async () => {
  const path = stage.group();
  const person = await stage.arrive('chromium', path, 'ada', {
    before: (page) =>
      page.evaluateOnNewDocument(() => {
        delete window.RTCPeerConnection;
      }),
  });
  await person.sees('toast-warning', 'cannot do audio and video');
  await person.login();
  await person.say('words alone');
  await person.hears('words alone');
  assert.equal(await person.count('mute'), 0);
  const other = await stage.arrive('chromium', path, 'bert');
  await other.login();
  await other.click('enable-camera');
  await other.sees('tile');
  await other.hears('words alone');
  await person.seesUsers('ada', 'bert');
  await person.assertClean();
});

test('a server that says nothing about the group is entered all the same', { timeout: 60_000 }, async () => {
  const person = await stage.arrive('chromium', stage.group(), 'ada', {
    before: async (page) => {
      await page.setRequestInterception(true);
      page.on('request', (request) => void (request.url().endsWith('/.status') ? request.abort() : request.continue()));
    },
  });
  await person.sees('toast-warning', 'did not say anything about this group');
  await person.login();
  await person.seesUsers('ada');
});

inBoth('who comes before the operator waits in front of the group, with what was switched on', async (browser) => {
  const path = stage.group(openGroup({ autokick: true }));
  const ada = await stage.arrive(browser, path, 'ada');
  await ada.click('start-camera');
  await ada.sees('preview-level');
  await ada.fill('login-username', 'ada');
  await ada.click('login-submit');
  await ada.sees('login-error', 'No operator is here yet');
  await ada.click('login-wait');
  await ada.sees('login-submit', 'Waiting to be let in');
  await ada.click('login-cancel');
  await ada.sees('login-submit', 'Join');
  await ada.click('login-submit');
  await ada.sees('login-error', 'No operator is here yet');
  await ada.click('login-wait');
  await ada.sees('login-submit', 'Waiting to be let in');
  await ada.screenshot(`waiting-in-front-${browser}`);
  const host = await stage.arrive('chromium', path, operator.username);
  await host.login(operator.password);
  await ada.isInside();
  await host.seesTiles(1);
  await ada.assertClean();
});

/// An invitation made by the operator, as its link.
async function invitation(path, line) {
  const host = await stage.arrive('chromium', path, operator.username);
  await host.login(operator.password);
  await host.command(line);
  await host.sees('invitation-link', '?token=');
  const link = await host.text('invitation-link');
  return { host, link };
}

inBoth('an invitation for somebody leads in by a click, and nobody sees it being tried', async (browser) => {
  const { host, link } = await invitation(stage.group(), '/invite carol');
  const guest = await stage.arrive(browser, link, 'carol');
  await guest.sees('login-form');
  assert.equal(new URL(guest.page.url()).search, '', 'the token has left the address');
  await host.seesUsers(operator.username);
  await guest.click('login-submit');
  await guest.isInside();
  await host.seesUsers(operator.username, 'carol');
  // Who has left may come back by the same link.
  await guest.click('leave');
  await guest.click('login-submit');
  await guest.isInside();
});

inBoth('an invitation without a name asks for one, and survives the choice of a reserved one', async (browser) => {
  const { host, link } = await invitation(stage.group(), '/invite');
  const guest = await stage.arrive(browser, link, 'dora');
  await guest.click('login-submit');
  await guest.sees('login-username');
  await guest.fill('login-username', operator.username);
  await guest.click('login-submit');
  await guest.sees('login-error', 'reserved');
  await guest.fill('login-username', 'dora');
  await guest.click('login-submit');
  await guest.isInside();
  await host.seesUsers(operator.username, 'dora');
});

inBoth('an invitation that is not accepted leaves the way by password', async (browser) => {
  const path = stage.group();
  const guest = await stage.arrive(browser, `${path}?token=nonsense`, operator.username);
  await guest.click('login-submit');
  await guest.sees('login-error', 'invitation was not accepted');
  await guest.click('login-other');
  await guest.login(operator.password);
});

inBoth('a signed token leads in under its name', async (browser) => {
  const name = stage.server.group({ authKeys: [key.jwk] });
  const token = jsonWebToken(key, name, { aud: `${stage.server.origin}/group/${name}/`, sub: 'erin' });
  const guest = await stage.arrive(browser, `/group/${name}/?token=${token}`, 'erin');
  await guest.sees('login-form', 'erin');
  await guest.click('login-submit');
  await guest.seesUsers('erin');
});

test('an authorisation server lets in, sends on to the group\'s own passwords, and refuses', { timeout: 60_000 }, async () => {
  // Firefox takes no HTTP address for secure, not even a loopback one, when a certificate has been overridden.
  const browser = 'chromium';
  const name = stage.server.group({
    ...elsewhere.description(stage.server.origin),
    users: { hatter: { password: 'tea', permissions: 'present' } },
  });
  const person = await stage.arrive(browser, `/group/${name}/`, 'alice');
  await person.fill('login-username', 'alice');
  await person.fill('login-password', 'wrong');
  await person.click('login-submit');
  await person.sees('login-error', 'did not accept');
  await person.fill('login-password', 'wonderland');
  await person.click('login-submit');
  await person.seesUsers('alice');
  await person.click('leave');
  await person.fill('login-username', 'hatter');
  await person.fill('login-password', 'tea');
  await person.click('login-submit');
  await person.seesUsers('hatter');
  assert.deepEqual(
    elsewhere.log.splice(0).map(({ username, outcome, location }) => [username, outcome, new URL(location).pathname]),
    [
      ['alice', 403, `/group/${name}/`],
      ['alice', 200, `/group/${name}/`],
      ['hatter', 204, `/group/${name}/`],
    ],
  );
  await person.assertClean(elsewhere.url);
});

inBoth('a portal takes over, and comes back with a token', async (browser) => {
  const name = stage.server.group();
  const location = `${stage.server.origin}/group/${name}/`;
  stage.server.group(authServer.description(location, { portal: true }), name);
  const person = await stage.arrive(browser, `/group/${name}/`, 'alice');
  await person.page.waitForSelector('input[name=username]');
  assert.match(person.page.url(), /\/portal\?/);
  await person.page.type('input[name=username]', 'alice');
  await person.page.type('input[name=password]', 'wonderland');
  await person.page.click('button');
  await person.sees('login-form', 'alice');
  // Blank page (which Firefox does not count), portal, group: the page that sent here is not in between, where the way back
  // would end.
  assert.equal(await person.page.evaluate(() => history.length), browser === 'firefox' ? 2 : 3);
  await person.click('login-submit');
  await person.seesUsers('alice');
});

inBoth('a group that lives elsewhere leads there', async (browser) => {
  const target = stage.group();
  const name = stage.server.group({ redirect: `${stage.server.origin}${target}` });
  const person = await stage.arrive(browser, `/group/${name}/`, 'ada');
  await person.sees('login-form');
  assert.equal(new URL(person.page.url()).pathname, target);
});

inBoth('the preview shows picture and level, and what it shows is sent at once', async (browser) => {
  const path = stage.group();
  const watcher = await stage.arrive('chromium', path, 'watcher');
  await watcher.login();
  const person = await stage.arrive(browser, path, 'ada');
  await person.sees('login-form');
  await person.click('start-camera');
  await person.sees('preview-video');
  await person.waits(
    () => document.querySelector('[data-testid=preview-video]')?.videoWidth > 0,
    'a picture of oneself',
  );
  await person.sees('preview-level');
  // Without a sound card Firefox does not run its audio graph.
  if (browser !== 'firefox') {
    await person.waits(
      () => document.querySelector('[data-testid=preview-level]')?.value > 0.2,
      'a level that moves',
    );
  }
  await person.screenshot(`preview-${browser}`);
  await person.login();
  await watcher.seesTiles(1);
  await watcher.seesAndHears('ada');
});

inBoth('a camera that is refused is explained, and can be tried again', async (browser) => {
  const person = await stage.arrive(browser, stage.group(), 'ada', {
    before: (page) =>
      page.evaluateOnNewDocument(() => {
        const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
        let refusals = 1;
        if (!open) return;
        navigator.mediaDevices.getUserMedia = (wanted) =>
          refusals-- > 0 ? Promise.reject(new DOMException('no', 'NotAllowedError')) : open(wanted);
      }),
  });
  await person.click('start-camera');
  await person.sees('preview-error', 'Allow it in the address bar');
  await person.click('preview-again');
  await person.waits(
    () => document.querySelector('[data-testid=preview-video]')?.videoWidth > 0,
    'a picture of oneself',
  );
  await person.seesNo('preview-error');
});

inBoth('without a camera the microphone is used, and that is said', async (browser) => {
  const person = await stage.arrive(browser, stage.group(), 'ada', {
    before: (page) =>
      page.evaluateOnNewDocument(() => {
        const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
        if (!open) return;
        navigator.mediaDevices.getUserMedia = (wanted) =>
          wanted.video ? Promise.reject(new DOMException('none', 'NotFoundError')) : open(wanted);
      }),
  });
  await person.click('start-camera');
  await person.sees('preview-error', 'No camera was found');
  await person.sees('preview-level');
});
