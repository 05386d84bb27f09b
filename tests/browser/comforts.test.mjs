// What makes a meeting comfortable: backgrounds, noise suppression, reactions, layouts, and nothing sent for nobody.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothBrowsers, operator, setStage } from './stage.mjs';

const stage = setStage();
const limit = { timeout: 90_000 };
const phone = { width: 390, height: 844 };

const inBoth = (claim, run) => {
  for (const browser of bothBrowsers) test(`${claim} (${browser})`, limit, () => run(browser));
};

/// An operator and a guest in a group of their own, both with the same browser.
async function two(browser, { op = {}, guest = {} } = {}) {
  const path = stage.group();
  const first = await stage.arrive(browser, path, operator.username, op);
  const second = await stage.arrive(browser, path, 'guest', guest);
  await first.login(operator.password);
  await second.fill('login-username', 'guest');
  await second.click('login-submit');
  // On a phone the list of people is not open.
  await second.sees('leave');
  return [first, second];
}

/// Waits until a tile of somebody, other than one's own, has all of these attributes.
function seesTile(person, username, wanted) {
  return person.waits(
    (name, attributes) =>
      [...document.querySelectorAll('[data-testid="tile"]')].some(
        (tile) =>
          tile.dataset.username === name && Object.entries(attributes).every(([key, value]) => tile.dataset[key] === value),
      ),
    `a tile of ${username} with ${JSON.stringify(wanted)}`,
    username,
    wanted,
  );
}

function decodes(person, username) {
  return person.waits(
    (name) =>
      [...document.querySelectorAll('[data-testid="tile"]')].some(
        (tile) => tile.dataset.username === name && Number(tile.dataset.framesDecoded) > 0,
      ),
    `frames of ${username}`,
    username,
  );
}

// In Firefox, neither can be had here: without a display it has no WebGL, and without a sound card its audio graph stands still.
for (const [what, settings] of [
  ['a painted background', { filter: 'background-image', background: 'forest' }],
  ['sound without noise', { noiseFilter: true }],
]) {
  test(`${what} reaches the others, made with nothing from elsewhere`, limit, async () => {
    const [op, guest] = await two('chromium', { op: { settings } });
    await op.click('enable-camera');
    await decodes(guest, operator.username);
    await seesTile(guest, operator.username, { hasAudio: 'true', hasVideo: 'true' });
    assert.equal(await op.count('toast-warning'), 0, 'a filter that could not be had is announced by a warning');
    await op.assertClean();
  });
}

inBoth('a picture behind the chat is not asked for until it is seen again', async (browser) => {
  const [op, guest] = await two(browser, { guest: { viewport: phone } });
  await op.click('enable-camera');
  await decodes(guest, operator.username);
  await guest.click('toggle-chat');
  await seesTile(guest, operator.username, { paused: 'true', hasVideo: 'false', hasAudio: 'true' });
  await guest.click('toggle-chat');
  await seesTile(guest, operator.username, { paused: 'false', hasVideo: 'true' });
});

inBoth('a hand is seen in order, and lowered by the operator', async (browser) => {
  const [op, guest] = await two(browser);
  await op.click('raise-hand');
  await op.sees('hands', operator.username);
  await guest.click('raise-hand');
  await guest.waits(
    (order) => document.querySelector('[data-testid="hands"]')?.textContent === order,
    'both hands in order',
    `${operator.username}guest`,
  );
  await op.chooseFor('guest', 'lowerhand');
  await guest.seesNo('hands', 'guest');
});

inBoth('a reaction is seen by all', async (browser) => {
  const people = await two(browser);
  await people[1].click('react');
  await people[1].click('menu-reaction-0');
  for (const person of people) await person.sees('reactions', 'guest');
});

inBoth('a pinned tile is large, and small again without its pin', async (browser) => {
  const [op, guest] = await two(browser);
  for (const person of [op, guest]) await person.click('enable-camera');
  await decodes(op, 'guest');
  const isLarge = () => document.querySelector('.cell-spotlight [data-testid="tile"]')?.dataset.username === 'guest';
  const isGrid = () => document.querySelector('.cell-spotlight') === null;
  const press = () => op.page.$eval('[data-username="guest"] [data-testid="pin"]', (button) => button.click());
  await press();
  await op.waits(isLarge, 'a large tile of guest');
  await press();
  await op.waits(isGrid, 'the grid');
  await op.click('more');
  await op.click('menu-layout-speaker');
  await op.waits(isLarge, 'the speaker large');
});

inBoth('a small picture is asked for in full quality as soon as it fills the screen, and no longer', async (browser) => {
  const recordRequests = () => {
    window.testRequests = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (text) {
      const message = JSON.parse(text);
      if (message.type === 'requestStream') window.testRequests.push(JSON.stringify(message.request));
      return send.call(this, text);
    };
  };
  const before = (page) => page.evaluateOnNewDocument(recordRequests);
  const [op, guest] = await two(browser, { op: { before, viewport: { width: 420, height: 420 } } });
  for (const person of [op, guest]) await person.click('enable-camera');
  await decodes(op, 'guest');
  const asksFor = (wanted) =>
    op.waits((last) => window.testRequests.at(-1) === last, `a request of ${wanted}`, JSON.stringify(wanted));
  await asksFor(['audio', 'video-low']);
  // By the keyboard: browsers want to know that it was the user.
  await op.page.bringToFront();
  await op.page.$eval('[data-username="guest"] [data-testid="full-screen"]', (button) => button.focus());
  await op.page.keyboard.press('Enter');
  await asksFor(null);
  await op.page.keyboard.press('Escape');
  await op.page.evaluate(() => document.fullscreenElement && document.exitFullscreen());
  await asksFor(['audio', 'video-low']);
});

inBoth('single keys do things, but not while one writes, nor if that is not wanted', async (browser) => {
  const [op, guest] = await two(browser);
  const { keyboard } = op.page;
  await op.page.bringToFront();
  await op.page.$eval('h1', (title) => title.click());
  await keyboard.press('h');
  await guest.sees('hands', operator.username);
  await op.fill('chat-input', 'ah');
  assert.equal(await op.text('chat-input'), 'ah');
  await op.sees('hands', operator.username);
  await op.page.$eval('[data-testid=chat-input]', (field) => field.blur());
  await op.click('group-menu');
  await op.waits(() => document.activeElement.closest('[role=menu]'), 'the focus in the menu');
  await keyboard.press('h');
  await op.sees('hands', operator.username);
  await keyboard.press('Escape');
  await op.waits(() => !document.querySelector('[role=menu]'), 'the end of the menu');
  await op.page.evaluate(() => document.activeElement.blur());
  await keyboard.press('h');
  await guest.seesNo('hands', operator.username);
  await op.command('/set shortcuts false');
  await op.page.evaluate(() => document.activeElement.blur());
  await keyboard.press('h');
  await keyboard.press('?');
  await op.command('/set shortcuts true');
  await op.page.evaluate(() => document.activeElement.blur());
  await keyboard.press('c');
  await op.seesNo('chat');
  assert.deepEqual([await op.count('hands'), await op.count('help-dialog')], [0, 0]);
});

inBoth('the space bar held down lets the muted speak, and only as long', async (browser) => {
  const [op, guest] = await two(browser);
  await op.click('enable-camera');
  await seesTile(guest, operator.username, { hasAudio: 'true' });
  const { keyboard } = op.page;
  const muted = (wanted) =>
    guest.waits(
      (state) => Boolean(document.querySelector('[data-username=op] [data-testid=tile-muted]')) === state,
      wanted ? 'a muted operator' : 'an operator who can be heard',
      wanted,
    );
  await op.page.evaluate(() => document.activeElement.blur());
  await keyboard.press('m');
  await muted(true);
  await keyboard.down(' ');
  await muted(false);
  await keyboard.up(' ');
  await muted(true);
});
