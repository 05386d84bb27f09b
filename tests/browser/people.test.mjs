// The list of people in a well attended group.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGroup, setStage } from './stage.mjs';

const stage = setStage({ browsers: ['chromium'], server: { workers: 0 } });
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844, isMobile: true, hasTouch: true };

/// A group of 25, one of whom looks at it through the client.
async function crowd(viewport) {
  const group = stage.server.group(openGroup());
  for (let number = 1; number <= 24; number += 1) {
    await stage.server.join(group, `guest ${String(number).padStart(2, '0')}`);
  }
  const person = await stage.arrive('chromium', `/group/${group}/`, 'ada', { viewport });
  await person.login();
  return person;
}

/// Entries of the list that are seen from top to bottom, at this moment.
const seen = (person) =>
  person.page.evaluate(() => {
    const list = document.querySelector('.users').getBoundingClientRect();
    return [...document.querySelectorAll('[data-testid=user-entry]')].filter((entry) => {
      const { top, bottom } = entry.getBoundingClientRect();
      return top >= list.top - 1 && bottom <= Math.min(list.bottom, innerHeight) + 1;
    }).length;
  });

const heights = (person) =>
  person.page.evaluate(() =>
    ['.side', '[data-testid=people]', '[data-testid=chat]'].map((part) => document.querySelector(part)?.clientHeight),
  );

test('of 25 people in a wide window at least 7 are seen beside the chat, and 13 without it', { timeout: 60_000 }, async (context) => {
  const person = await crowd(desktop);
  await person.sees('user-entry', 'guest 24');
  const beside = await seen(person);
  const [side, people, chat] = await heights(person);
  await person.screenshot('25-people');
  assert.ok(beside >= 7, `only ${beside} are seen`);
  assert.ok(people <= side / 2 + 2 && chat >= side / 2 - 2, `the chat has its half: ${[side, people, chat]}`);
  await person.click('toggle-chat');
  await person.seesNo('chat');
  const alone = await seen(person);
  assert.ok(alone >= 13, `only ${alone} are seen without the chat`);
  context.diagnostic(`${beside} beside the chat, ${alone} without it`);
  // The rest is a matter of scrolling or searching.
  await person.page.$eval('[data-testid=user-entry]:last-child', (entry) => entry.scrollIntoView());
  assert.ok(await person.page.$eval('[data-testid=user-entry]:last-child', (entry) => entry.getBoundingClientRect().bottom <= innerHeight));
  await person.page.type('[data-testid=people] [type=search]', '17');
  await person.seesUsers('guest 17');
});

test('few people leave the chat the room they do not need', { timeout: 60_000 }, async () => {
  const person = await stage.arrive('chromium', stage.group(), 'ada', { viewport: desktop });
  await person.login();
  await person.seesUsers('ada');
  const [side, people, chat] = await heights(person);
  assert.ok(people < side / 4 && people + chat >= side - 4, `${[side, people, chat]}`);
});

test('on a phone the list has the whole height', { timeout: 60_000 }, async () => {
  const person = await crowd(phone);
  await person.click('toggle-people');
  await person.sees('user-entry', 'guest 24');
  await person.screenshot('25-people-phone');
  const count = await seen(person);
  assert.ok(count >= 13, `only ${count} are seen`);
});
