// Two people in a group, one with Chromium and one with Firefox, through the built servers and the built client.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, repository, startServer } from '../protocol/server.mjs';
import { launch } from './browsers.mjs';
import { Participant } from './meeting.mjs';

const client = join(repository, 'web', 'dist');
const group = {
  users: { alice: { password: 'secret', permissions: 'op' } },
  'wildcard-user': { password: { type: 'wildcard' }, permissions: 'present' },
};

const placements = [
  ['on one worker', { workers: 1 }],
  ['across two workers', { workers: 2, place: 'spread' }],
];

const browsers = {};
before(async () => {
  assert.ok(process.env.HALCYON_TEST_ADDRESS, 'these tests run under tests/in_namespace');
  assert.ok(existsSync(join(client, 'index.html')), 'the web client is built');
  for (const name of ['chromium', 'firefox']) browsers[name] = await launch(name);
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
});

test('the landing page opens in both browsers', async () => {
  const server = await startServer({ workers: 0, isSecure: true, staticRoot: client });
  try {
    for (const [name, browser] of Object.entries(browsers)) {
      const visitor = await Participant.arrive(browser, `${server.origin}/`, 'visitor');
      await visitor.screenshot(`landing-${name}`);
      assert.deepEqual(visitor.log.filter((line) => line.startsWith('uncaught')), []);
      await visitor.close();
    }
  } finally {
    await server.stop();
  }
});

for (const [where, options] of placements) {
  // The steps of one meeting; each needs those before it.
  let server;
  let alice;
  let bert;
  const people = () => [alice, bert];
  const shoot = (step) =>
    Promise.all(people().map((person) => person?.screenshot(`${step}-${where}-${person.username}`.replaceAll(' ', '-'))));
  const step = (name, run) =>
    test(`${name} (${where})`, { timeout: 90_000 }, async () => {
      try {
        await run();
      } catch (error) {
        await shoot('failed').catch(() => {});
        if (server) error.message += `\n${server.output.split('\n').slice(-40).join('\n')}`;
        throw error;
      }
    });

  step('both join and see each other in the list', async () => {
    server = await startServer({ ...options, isSecure: true, staticRoot: client, groups: { example: group } });
    const url = `${server.origin}/group/example/`;
    alice = await Participant.arrive(browsers.chromium, url, 'alice');
    bert = await Participant.arrive(browsers.firefox, url, 'bert');
    await alice.login('secret');
    await bert.login();
    for (const person of people()) await person.seesUsers('alice', 'bert');
  });

  step('a line of chat crosses, both ways', async () => {
    await alice.say('Hello from Chromium');
    await bert.hears('Hello from Chromium');
    await bert.say('Hello from Firefox');
    await alice.hears('Hello from Firefox');
  });

  step('both turn on camera and microphone, and a picture of the other appears', async () => {
    for (const person of people()) await person.click('enable-camera');
    for (const person of people()) await person.seesTiles(1);
  });

  step('Chromium shows and plays what Firefox sends', async () => {
    await alice.seesAndHears('bert');
  });

  step('Firefox shows and plays what Chromium sends', async () => {
    await bert.seesAndHears('alice');
    await shoot('call');
  });

  step('both see and hear each other again after the media workers are killed', async () => {
    const victims = server.workers();
    for (const victim of victims) process.kill(victim, 'SIGKILL');
    await eventually(
      () => server.workers().length === victims.length && server.workers().every((pid) => !victims.includes(pid)),
      'the workers are started again',
      10,
    );
    for (const person of people()) await person.seesMotion(person === alice ? 'bert' : 'alice');
    await alice.seesAndHears('bert');
    await bert.seesAndHears('alice');
  });

  step('who leaves is gone for the other', async () => {
    await bert.click('leave');
    await alice.seesTiles(0);
    await alice.seesUsers('alice');
  });

  step('no page had an uncaught error, and the server ends well', async () => {
    const logs = people().map((person) => person.log);
    for (const person of people()) await person.close();
    await server.stop();
    for (const log of logs) assert.deepEqual(log.filter((line) => line.startsWith('uncaught')), []);
  });
}
