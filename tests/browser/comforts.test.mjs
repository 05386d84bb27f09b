// What makes a meeting comfortable: backgrounds, noise suppression, reactions, layouts, and nothing sent for nobody.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operator, setStage } from './stage.mjs';

const stage = setStage({ browsers: ['chromium'] });
const limit = { timeout: 90_000 };
const phone = { width: 390, height: 844 };

/// An operator and a guest in a group of their own.
async function two({ op = {}, guest = {} } = {}) {
  const path = stage.group();
  const first = await stage.arrive('chromium', path, operator.username, op);
  const second = await stage.arrive('chromium', path, 'guest', guest);
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

for (const [what, settings] of [
  ['a painted background', { filter: 'background-image', background: 'forest' }],
  ['sound without noise', { noiseFilter: true }],
]) {
  test(`${what} reaches the others, made with nothing from elsewhere`, limit, async () => {
    const [op, guest] = await two({ op: { settings } });
    await op.click('enable-camera');
    await decodes(guest, operator.username);
    await seesTile(guest, operator.username, { hasAudio: 'true', hasVideo: 'true' });
    assert.equal(await op.count('toast-warning'), 0, 'a filter that could not be had is announced by a warning');
    await op.assertClean();
  });
}

test('a picture behind the chat is not asked for until it is seen again', limit, async () => {
  const [op, guest] = await two({ guest: { viewport: phone } });
  await op.click('enable-camera');
  await decodes(guest, operator.username);
  await guest.click('toggle-chat');
  await seesTile(guest, operator.username, { paused: 'true', hasVideo: 'false', hasAudio: 'true' });
  await guest.click('toggle-chat');
  await seesTile(guest, operator.username, { paused: 'false', hasVideo: 'true' });
});

test('a hand is seen in order, and lowered by the operator', limit, async () => {
  const [op, guest] = await two();
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

test('a reaction is seen by all', limit, async () => {
  const people = await two();
  await people[1].click('react');
  await people[1].click('menu-reaction-0');
  for (const person of people) await person.sees('reactions', 'guest');
});

test('a pinned tile is large, and small again without its pin', limit, async () => {
  const [op, guest] = await two();
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
