// Workers that die or are taken away in the middle of a call.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { closePeers, Publisher, Receiver } from './peer.mjs';
import { eventually, startServer } from './server.mjs';

const setups = [
  ['the only worker', { workers: 1 }],
  ['either of two workers', { workers: 2, place: 'spread' }],
];

let server;
afterEach(async () => {
  closePeers();
  await server?.stop();
  server = undefined;
});

async function call() {
  const group = server.group();
  const publisher = await server.join(group, 'present');
  const receiver = await Receiver.request(await server.join(group, 'observe'));
  const up = await Publisher.start(publisher, { label: 'camera' });
  const down = await receiver.stream(up.id);
  await down.plays();
  return { publisher, receiver, up, down };
}

for (const [what, options] of setups) {
  test(`after kill -9 of ${what} the stream is offered again within 3 s, and plays`, async () => {
    server = await startServer(options);
    const { receiver, up } = await call();
    for (const victim of server.workers()) {
      const before = server.workers().length;
      const offers = receiver.streams.get(up.id).offers.length;
      const renegotiations = up.renegotiations;
      process.kill(victim, 'SIGKILL');
      await eventually(
        () => receiver.streams.get(up.id).offers.length > offers || up.renegotiations > renegotiations,
        'the stream is negotiated again',
        3,
      );
      await receiver.stream(up.id, { offers: offers + 1, seconds: 3 });
      await receiver.streams.get(up.id).plays({ seconds: 10 });
      await eventually(() => server.workers().length === before, 'the worker is started again', 5);
      assert.ok(!server.workers().includes(victim));
    }
  });
}

test('when every worker is killed at once, clients stay connected and the stream comes back', async () => {
  server = await startServer({ workers: 2, place: 'spread' });
  const { publisher, receiver, up } = await call();
  for (let round = 1; round <= 5; round += 1) {
    const offers = receiver.streams.get(up.id).offers.length;
    const victims = server.workers();
    assert.equal(victims.length, 2);
    for (const victim of victims) process.kill(victim, 'SIGKILL');
    await publisher.sync();
    await receiver.client.sync();
    await receiver.stream(up.id, { offers: offers + 1, seconds: 10 });
    await receiver.streams.get(up.id).plays({ seconds: 10 });
    await eventually(
      () => server.workers().length === 2 && server.workers().every((pid) => !victims.includes(pid)),
      'both workers are started again',
      10,
    );
  }
  assert.equal(up.isAborted, false);
});

test('a stream that is published while there is no worker starts as soon as there is one', async () => {
  server = await startServer({ workers: 1 });
  const group = server.group();
  const publisher = await server.join(group, 'present');
  const receiver = await Receiver.request(await server.join(group, 'observe'));
  const [victim] = server.workers();
  process.kill(victim, 'SIGKILL');
  const up = await Publisher.start(publisher, { label: 'camera' });
  await (await receiver.stream(up.id)).plays();
});

test('a worker that is told to end moves its streams first, and none stops for more than two seconds', async () => {
  server = await startServer({ workers: 2 });
  const { receiver, up } = await call();
  for (const victim of server.workers()) {
    process.kill(victim, 'SIGTERM');
    let longest = 0;
    let last = Date.now();
    let frames = receiver.streams.get(up.id).frames;
    await eventually(
      () => {
        const now = receiver.streams.get(up.id).frames;
        if (now !== frames) {
          frames = now;
          last = Date.now();
        }
        longest = Math.max(longest, Date.now() - last);
        return !server.workers().includes(victim);
      },
      'the worker ends by itself',
      20,
    );
    assert.ok(longest < 2000, `no frame for ${longest} ms`);
    await receiver.streams.get(up.id).plays();
    await eventually(() => server.workers().length === 2, 'a worker takes its place', 5);
  }
});

test('SIGTERM to signald tells the members and ends everything', async () => {
  server = await startServer({ workers: 1 });
  const { publisher, receiver } = await call();
  server.signal('SIGTERM');
  for (const client of [publisher, receiver.client]) {
    const { code } = await client.closed();
    assert.equal(code, 1000);
    const messages = client.received();
    assert.ok(
      messages.some(({ type, kind, status }) => type === 'joined' && kind === 'change' && status.locked),
      'the group is locked',
    );
    const farewell = messages.at(-1);
    assert.equal(farewell.kind, 'kicked');
    assert.equal(farewell.id, undefined);
    assert.equal(farewell.dest, client.id);
  }
  assert.deepEqual(await server.exited(), { code: 0, signal: null });
});
