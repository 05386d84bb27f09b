// WebSocket messages made to hurt.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { startServer } from '../protocol/server.mjs';

let server;
let group;
let witness;
before(async () => {
  server = await startServer({ workers: 1 });
  group = server.group();
  witness = await server.join(group, 'op');
  witness.socket.on('message', () => witness.received());
});
afterEach(() => witness.sync());
after(() => server.stop());

// Sends a message and waits until it has been dealt with: by an answer, or by the end of the connection.
async function survive(message) {
  const client = await server.join(group, 'op');
  client.send(message);
  await client.sync().catch(() => assert.ok(client.isClosed, 'neither an answer nor an end'));
  const messages = client.received();
  client.terminate();
  return { client, messages };
}

const deep = (depth) => `{"type":"chat","value":${'['.repeat(depth)}${']'.repeat(depth)}}`;
const hostile = [
  ['arrays nested ten thousand deep', deep(10_000)],
  ['arrays nested five hundred thousand deep', deep(500_000)],
  ['objects nested without end', `{"type":"chat","value":${'{"a":'.repeat(200_000)}`],
  ['a hundred thousand keys', JSON.stringify({ type: 'chat', ...Object.fromEntries(Array.from({ length: 80_000 }, (_, i) => [`k${i}`, i])) })],
  ['the same key ten thousand times', `{"type":"chat"${',"value":1'.repeat(10_000)}}`],
  ['a number beyond all numbers', '{"type":"chat","value":1e999}'],
  ['a number of a hundred thousand digits', `{"type":"chat","value":${'9'.repeat(100_000)}}`],
  ['half a surrogate pair', '{"type":"chat","value":"\\ud800"}'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a NUL byte', Buffer.from('{"type":"chat","value":"a\0b"}')],
  ['a NUL in the type', '{"type":"ch\\u0000at"}'],
  ['a NUL in a group name', '{"type":"groupaction","kind":"maketoken","value":{"group":"a\\u0000b"}}'],
  ['a byte-order mark', '\ufeff{"type":"ping"}'],
  ['a comment', '{"type":"ping"/* x */}'],
  ['a trailing comma', '{"type":"ping",}'],
  ['NaN', '{"type":"chat","value":NaN}'],
  ['a prototype', '{"type":"useraction","kind":"setdata","__proto__":{"op":true},"value":{"__proto__":{"a":1}}}'],
  ['random bytes', randomBytes(4096)],
  ['a description of nothing but lines', JSON.stringify({ type: 'offer', id: 'x', sdp: 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(20_000) })],
  ['a description with ten thousand sections', JSON.stringify({ type: 'offer', id: 'x', sdp: `v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n${'m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n'.repeat(10_000)}` })],
  ['an id of half a megabyte', JSON.stringify({ type: 'abort', id: 'x'.repeat(500_000) })],
  ['a request of ten thousand labels', JSON.stringify({ type: 'request', request: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`l${i}`, ['audio']])) })],
];
for (const [what, message] of hostile) {
  test(`${what} does not hurt`, async () => {
    await survive(message);
  });
}

// Every string field with every nasty string, in every message type.
const nasty = ['\\', '/', '..', '../../etc/passwd', '\u0000', '\r\n', 'x'.repeat(100_000), '\ud83c\udfa5', '%s%n', '{}', ' '];
const types = ['join', 'request', 'requestStream', 'offer', 'answer', 'ice', 'renegotiate', 'close', 'abort', 'chat', 'usermessage', 'useraction', 'groupaction'];
for (const type of types) {
  test(`nasty strings in every field of ${type} do not hurt`, async () => {
    for (const value of nasty) {
      for (const field of ['id', 'kind', 'dest', 'label', 'replace', 'sdp', 'group', 'token', 'password']) {
        await survive({ type, id: 'x', candidate: { candidate: value, sdpMid: value }, value, [field]: value });
      }
    }
  });
}

test('a member who does a thousand things at once is served in order', async () => {
  const client = await server.join(group, 'op');
  for (let count = 0; count < 1000; count += 1) {
    client.send({ type: 'useraction', kind: 'setdata', dest: client.id, value: { count } });
  }
  const seen = (await client.drain()).filter(({ type, id }) => type === 'user' && id === client.id);
  assert.deepEqual(seen.map(({ data }) => data.count), Array.from({ length: 1000 }, (_, index) => index));
});

test('two hundred members come and go at once', async () => {
  const room = server.group();
  const clients = await Promise.all(Array.from({ length: 200 }, () => server.join(room, 'guest')));
  const last = await server.join(room, 'op');
  assert.equal(last.arrival.filter(({ type }) => type === 'user').length, 201);
  clients.forEach((client) => client.terminate());
  await new Promise((done) => setTimeout(done, 500));
  const gone = (await last.drain()).filter(({ kind }) => kind === 'delete');
  assert.equal(gone.length, 200);
});
