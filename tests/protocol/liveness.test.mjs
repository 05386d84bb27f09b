// The server's own timers. Slow by nature: all connections are opened first, and then wait together.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from './server.mjs';

let server;
let group;
let silent;
let onlyFrames;
let talking;
let mute;
const intervals = [];

// Times are taken from the moment in question to the event, in seconds.
const since = (start) => (Date.now() - start) / 1000;

before(async () => {
  server = await startServer({ workers: 0 });
  group = server.group();
  mute = { client: await server.connect({ handshake: false }), start: Date.now() };
  const watcher = await server.join(group, 'op', { id: 'watcher' });
  silent = { client: await server.join(group, 'present', { id: 'silent' }), start: Date.now(), watcher };
  silent.client.sawPing = new Promise((done) => {
    silent.client.socket.on('message', (data) => {
      if (JSON.parse(data).type === 'ping') done(since(silent.start));
    });
  });
  onlyFrames = { client: await server.join(group, 'present', { id: 'frames' }), start: Date.now() };
  talking = await server.join(group, 'present', { id: 'talking' });
  intervals.push(
    setInterval(() => onlyFrames.client.isClosed || onlyFrames.client.socket.ping(), 5000),
    setInterval(() => talking.send({ type: 'pong' }), 15_000),
    setInterval(() => watcher.send({ type: 'pong' }), 15_000),
  );
  for (const entry of [mute, silent, onlyFrames]) {
    entry.end = entry.client.closed(70).then((how) => ({ ...how, seconds: since(entry.start) }));
    entry.end.catch(() => {});
  }
});
after(async () => {
  intervals.forEach(clearInterval);
  await server.stop();
});

test('a connection without a handshake ends after 15 s, without a close frame', async () => {
  const { code, seconds } = await mute.end;
  assert.equal(code, 1006);
  assert.ok(seconds >= 14 && seconds <= 20, `after ${seconds} s`);
});

test('a client that is silent for 20 s is pinged', async () => {
  const seconds = await silent.client.sawPing;
  assert.ok(seconds >= 19 && seconds <= 32, `after ${seconds} s`);
});

test('a client that stays silent is closed with 1011 after 45 s', async () => {
  const { code, reason, seconds } = await silent.end;
  assert.equal(code, 1011);
  assert.equal(reason, '');
  assert.ok(seconds >= 44 && seconds <= 57, `after ${seconds} s`);
});

test('WebSocket pings do not keep a client alive', async () => {
  const { code, seconds } = await onlyFrames.end;
  assert.equal(code, 1011);
  assert.ok(seconds >= 44 && seconds <= 57, `after ${seconds} s`);
});

test('the others learn of it, and a client that says something stays', async () => {
  const { watcher } = silent;
  for (const id of ['silent', 'frames']) await watcher.find({ type: 'user', kind: 'delete', id, username: 'present' });
  assert.equal(talking.isClosed, undefined);
  await talking.sync();
});
