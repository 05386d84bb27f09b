// Four people who all send camera and microphone, two with each browser, over two workers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operator, setStage } from './stage.mjs';

const stage = setStage({ server: { workers: 2, place: 'spread' }, stay: true });
const people = [];
const step = (name, run) => test(name, { timeout: 120_000 }, run);

/// Waits until a picture and sound of everybody in `names` arrive, and nobody else's.
const receives = (person, names) =>
  person.waits(
    (wanted) => {
      const tiles = [...document.querySelectorAll('[data-testid=tile][data-local=false]')];
      return (
        tiles.length === wanted.length &&
        wanted.every((name) =>
          tiles.some(({ dataset }) => dataset.username === name && Number(dataset.framesDecoded) > 10 && dataset.hasAudio === 'true'),
        )
      );
    },
    `pictures and sound of ${names}`,
    names,
  );

step('all four see and hear one another', async () => {
  const path = stage.group();
  const guests = [['chromium', 'ada'], ['firefox', 'bert'], ['chromium', operator.username], ['firefox', 'dora']];
  for (const [browser, name] of guests) {
    const person = await stage.arrive(browser, path, name, { viewport: { width: 900, height: 600 } });
    people.push(person);
    await person.login(name === operator.username ? operator.password : '');
    await person.click('enable-camera');
  }
  for (const person of people) {
    await receives(person, people.filter((other) => other !== person).map(({ username }) => username));
  }
  await people[2].screenshot('four-chromium');
  await people[3].screenshot('four-firefox');
});

step('a line of chat reaches all, and everybody is in the list', async () => {
  await people[1].say('good evening');
  for (const person of people) {
    await person.hears('good evening');
    await person.seesUsers('ada', 'bert', 'op', 'dora');
  }
});

step('the operator mutes the three others', async () => {
  await people[2].chooseForGroup('muteall');
  for (const person of people.filter((one) => one !== people[2])) {
    await person.sees('toast-warning', 'muted by op');
    await people[2].waits(
      (name) => document.querySelector(`[data-testid=tile][data-username="${name}"] [data-testid=tile-muted]`),
      `the sign that ${person.username} is muted`,
      person.username,
    );
  }
  assert.equal(await people[2].count('tile-muted'), 3);
});

step('the others stay when one leaves', async () => {
  await people[3].click('leave');
  for (const person of people.slice(0, 3)) {
    await receives(person, people.slice(0, 3).filter((other) => other !== person).map(({ username }) => username));
  }
  for (const person of people) await person.assertClean();
});
