// The WebSocket itself: upgrade, handshake, decoding rules, ping, and every way a connection ends.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { exchange } from './raw_http.mjs';
import { address, startServer } from './server.mjs';

const mebibyte = 1024 * 1024;
let server;
let group;

before(async () => {
  server = await startServer({ workers: 0, config: { allowOrigin: ['https://Friend.example', '*'] } });
  group = server.group();
});
after(() => server.stop());

const upgrade = (extra = {}) => ({
  Host: server.host,
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  ...extra,
});

const request = (method, headers) =>
  `${method} /ws HTTP/1.1\r\n${Object.entries(headers)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

const upgradeRefusals = [
  ['without Connection: Upgrade', 'GET', { Connection: 'close' }, 400],
  ['to something else', 'GET', { Upgrade: 'teapot', Connection: 'Upgrade, close' }, 400],
  ['by POST', 'POST', { 'Content-Length': '0' }, 405],
  ['of version 8', 'GET', { 'Sec-WebSocket-Version': '8' }, 400],
  ['without a key', 'GET', { 'Sec-WebSocket-Key': undefined }, 400],
  ['from another origin', 'GET', { Origin: 'https://foe.example' }, 403],
  ['from the opaque origin', 'GET', { Origin: 'null' }, 403],
];
for (const [what, method, headers, status] of upgradeRefusals) {
  test(`an upgrade ${what} is answered ${status}`, async () => {
    const response = await exchange(server, request(method, upgrade(headers)));
    assert.equal(response.status, status);
  });
}

const goodOrigins = [
  ['its own', () => server.origin],
  ['its own in capitals', () => server.origin.toUpperCase()],
  ['its own with another scheme', () => `https://${server.host}`],
  ['an allowed one in other letters', () => 'HTTPS://friend.EXAMPLE'],
];
for (const [what, origin] of goodOrigins) {
  test(`the origin ${what} is welcome`, async () => {
    const client = await server.connect({ headers: { Origin: origin() } });
    await client.expectNothing();
    client.terminate();
  });
}

test('no extension is negotiated', async () => {
  const response = await exchange(
    server,
    request(
      'GET',
      upgrade({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }),
    ),
  );
  assert.equal(response.status, 101);
  assert.equal(response.headers['sec-websocket-protocol'], undefined);
  assert.equal(response.headers['sec-websocket-extensions'], undefined);
});

test('a handshake is answered with version 2 and nothing else', async () => {
  const client = await server.connect();
  await client.expectNothing();
});

const versions = [undefined, null, [], ['1'], ['3', 'x']];
for (const version of versions) {
  test(`a handshake with version ${JSON.stringify(version)} gets a warning and goes on`, async () => {
    const client = await server.connect({ handshake: false });
    client.send({ type: 'handshake', version, id: client.id });
    await client.expect({ type: 'handshake', version: ['2'] });
    await client.expect(client.warning());
    await client.join(group, 'op');
  });
}

test('version 2 may stand among others', async () => {
  const client = await server.connect({ handshake: false });
  client.send({ type: 'handshake', version: ['1', '2', '9'], id: client.id });
  await client.expect({ type: 'handshake', version: ['2'] });
  await client.expectNothing();
});

for (const type of ['join', 'ping', 'chat', undefined]) {
  test(`a first message of type ${type} is refused with 1002 and no other word`, async () => {
    const client = await server.connect({ handshake: false });
    client.send({ type, kind: 'join', group });
    const { code, reason } = await client.closed();
    assert.equal(code, 1002);
    assert.match(reason, /./);
    assert.deepEqual(client.received(), []);
  });
}

for (const first of ['nonsense', '', '[]', '{"type":"handshake","version":"2"}', '{"type":7}']) {
  test(`a first message that does not decode ends the connection without a close frame: ${first}`, async () => {
    const client = await server.connect({ handshake: false });
    client.send(first);
    assert.equal((await client.closed()).code, 1006);
    assert.deepEqual(client.received(), []);
  });
}

test('messages may follow the handshake at once', async () => {
  const client = await server.connect({ handshake: false });
  client.send({ type: 'handshake', version: ['2'], id: client.id });
  client.send({ type: 'join', kind: 'join', group, username: 'op', password: 'op' });
  client.send({ type: 'request', request: { '': ['audio', 'video'] } });
  const [first, second] = await client.drain();
  assert.deepEqual(first, { type: 'handshake', version: ['2'] });
  assert.equal(second.kind, 'join');
});

test('ping is answered with pong before and after joining', async () => {
  const client = await server.connect();
  client.send({ type: 'ping' });
  await client.expect({ type: 'pong' });
  client.send({ type: 'pong' });
  await client.join(group, 'op');
  client.send({ type: 'ping' });
  await client.expect({ type: 'pong' });
});

test('a WebSocket ping is answered with a WebSocket pong', async () => {
  const client = await server.connect();
  const data = await new Promise((done) => {
    client.socket.once('pong', done);
    client.socket.ping('echo');
  });
  assert.equal(data.toString(), 'echo');
});

const acceptable = [
  ['unknown fields', '{"type":"ping","colour":"green","nested":{"a":[1,{}]}}'],
  ['fields that are null', '{"type":"ping","dest":null,"value":null,"replace":null,"label":null,"username":null,"request":null,"time":null,"data":null}'],
  ['server-only fields of the right type', '{"type":"ping","privileged":true,"permissions":["op"],"status":{},"time":"x","rtcConfiguration":{},"error":"e"}'],
  ['a second JSON value behind the first', '{"type":"ping"} {"type":"nonsense"}'],
  ['white space', ' \r\n\t{ "type" : "ping" } '],
  ['an escaped NUL', '{"type":"ping","value":"a\\u0000b"}'],
  ['a value of any type', '{"type":"ping","value":[{"a":1e300},-0.5,true,null,""]}'],
];
for (const [what, message] of acceptable) {
  test(`a message with ${what} is accepted`, async () => {
    const client = await server.connect();
    client.send(message);
    await client.expect({ type: 'pong' });
  });
}

test('a binary message that holds JSON is accepted', async () => {
  const client = await server.connect();
  client.send(Buffer.from('{"type":"ping"}'));
  await client.expect({ type: 'pong' });
});

test('a message may come in fragments', async () => {
  const client = await server.connect();
  client.socket.send('{"ty', { fin: false });
  client.socket.send('pe":', { fin: false });
  client.socket.send('"ping"}', { fin: true });
  await client.expect({ type: 'pong' });
});

test('a message of 1 MiB is accepted', async () => {
  const client = await server.connect();
  const head = '{"type":"ping","value":"';
  client.send(`${head}${'x'.repeat(mebibyte - head.length - 2)}"}`);
  await client.expect({ type: 'pong' });
});

test('a message of 1 MiB and a byte is refused with 1009', async () => {
  const client = await server.connect();
  const head = '{"type":"ping","value":"';
  client.send(`${head}${'x'.repeat(mebibyte - head.length - 1)}"}`);
  assert.equal((await client.closed()).code, 1009);
  assert.deepEqual(client.received(), []);
});

test('fragments of more than 1 MiB in all are refused with 1009', async () => {
  const client = await server.connect();
  client.socket.send('{"type":"ping","value":"', { fin: false });
  for (let count = 0; count < 17; count += 1) client.socket.send('x'.repeat(mebibyte / 16), { fin: false });
  assert.equal((await client.closed()).code, 1009);
});

const undecodable = [
  ['no JSON', 'nonsense'],
  ['nothing', ''],
  ['half an object', '{"type":"ping"'],
  ['an array', '[{"type":"ping"}]'],
  ['a string', '"ping"'],
  ['a number for type', '{"type":1}'],
  ['a string for version', '{"type":"ping","version":"2"}'],
  ['a list of numbers for version', '{"type":"ping","version":[2]}'],
  ['a number for kind', '{"type":"ping","kind":1}'],
  ['a number for id', '{"type":"ping","id":1}'],
  ['an object for sdp', '{"type":"offer","id":"a","sdp":{}}'],
  ['a list for replace', '{"type":"ping","replace":[]}'],
  ['a number for label', '{"type":"ping","label":3}'],
  ['a number for source', '{"type":"ping","source":3}'],
  ['a number for dest', '{"type":"ping","dest":3}'],
  ['a number for username', '{"type":"ping","username":3}'],
  ['a number for password', '{"type":"ping","password":3}'],
  ['a number for token', '{"type":"ping","token":3}'],
  ['a string for privileged', '{"type":"ping","privileged":"yes"}'],
  ['a string for permissions', '{"type":"ping","permissions":"op"}'],
  ['a string for status', '{"type":"ping","status":"x"}'],
  ['a string for data', '{"type":"ping","data":"x"}'],
  ['a list for data', '{"type":"ping","data":[]}'],
  ['a number for group', '{"type":"ping","group":1}'],
  ['a string for noecho', '{"type":"ping","noecho":"true"}'],
  ['a number for time', '{"type":"ping","time":12}'],
  ['a string for candidate', '{"type":"ping","candidate":"x"}'],
  ['a number for error', '{"type":"ping","error":1}'],
  ['a string for rtcConfiguration', '{"type":"ping","rtcConfiguration":"x"}'],
];
for (const [what, message] of undecodable) {
  test(`a message with ${what} ends the connection with 1011`, async () => {
    const client = await server.connect();
    client.send(message);
    const { code, reason } = await client.closed();
    assert.equal(code, 1011);
    assert.equal(reason, '');
    assert.deepEqual(client.received(), []);
  });
}

// Protocol errors: the farewell's text is the close frame's reason.
const protocolErrors = [
  ['another source', { type: 'ping', source: 'somebody-else' }],
  ['another username', { type: 'chat', username: 'eve', value: 'x' }],
  ['a join of another kind', { type: 'join', kind: 'enter' }],
  ['a second join', () => ({ type: 'join', kind: 'join', group, username: 'op', password: 'op' })],
  ['an offer without id', { type: 'offer', sdp: '' }],
  ['an offer with an empty id', { type: 'offer', id: '', sdp: '' }],
  ['an answer without id', { type: 'answer', sdp: '' }],
  ['a renegotiate without id', { type: 'renegotiate' }],
  ['a close without id', { type: 'close' }],
  ['an abort without id', { type: 'abort' }],
  ['an ice without id', { type: 'ice', candidate: { candidate: '' } }],
  ['an ice without candidate', { type: 'ice', id: 'a' }],
  ['an ice with a null candidate', { type: 'ice', id: 'a', candidate: null }],
  ['an unknown type', { type: 'dance' }],
  ['no type', { kind: 'x' }],
  ['a second handshake', { type: 'handshake', version: ['2'], id: 'x' }],
];
for (const [what, message] of protocolErrors) {
  test(`${what} is a protocol error: said, and closed with 1002`, async () => {
    const client = await server.join(group, 'op');
    client.send(typeof message === 'function' ? message() : message);
    const { code, reason } = await client.closed();
    assert.equal(code, 1002);
    const [farewell, ...rest] = client.received();
    assert.deepEqual(farewell, client.error(farewell?.value));
    assert.equal(farewell.value, reason);
    assert.deepEqual(rest, []);
  });
}

const fatalUserErrors = [
  ['leaving a group one is not in', { type: 'join', kind: 'leave', group: 'elsewhere' }],
  ['an unknown groupaction', { type: 'groupaction', kind: 'dance' }],
  ['an unknown useraction', { type: 'useraction', kind: 'dance', dest: 'x' }],
];
for (const [what, message] of fatalUserErrors) {
  test(`${what} is fatal: said, and closed with 1000`, async () => {
    const client = await server.join(group, 'op');
    client.send(message);
    const { code, reason } = await client.closed();
    assert.equal(code, 1000);
    const [farewell, ...rest] = client.received();
    assert.deepEqual(farewell, client.error(farewell?.value));
    assert.equal(farewell.value, reason);
    assert.deepEqual(rest, []);
  });
}

test('leaving without being in any group is fatal', async () => {
  const client = await server.connect();
  client.send({ type: 'join', kind: 'leave', group });
  assert.equal((await client.closed()).code, 1000);
});

test('the own source and username, or none, are accepted', async () => {
  const client = await server.connect();
  client.send({ type: 'ping', source: client.id, username: '' });
  await client.expect({ type: 'pong' });
  await client.join(group, 'op');
  client.send({ type: 'ping', source: client.id, username: 'op' });
  await client.expect({ type: 'pong' });
  client.send({ type: 'ping', source: '' });
  await client.expect({ type: 'pong' });
});

test('the empty username is false once a name was assigned', async () => {
  const client = await server.join(group, 'op');
  client.send({ type: 'chat', username: '', value: 'x' });
  assert.equal((await client.closed()).code, 1002);
});

for (const code of [1000, 1001, 4000]) {
  test(`the close code ${code} is echoed`, async () => {
    const client = await server.connect();
    client.close(code, 'bye');
    const how = await client.closed();
    assert.equal(how.code, code);
  });
}

test('a frame without mask is a framing violation, closed with 1002', async () => {
  const socket = connect(server.port, address);
  await new Promise((done) => socket.once('connect', done));
  socket.write(request('GET', upgrade()));
  const chunks = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await new Promise((done) => socket.once('data', done));
  socket.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
  await new Promise((done) => socket.once('close', done));
  const received = Buffer.concat(chunks);
  const frames = received.subarray(received.indexOf('\r\n\r\n') + 4);
  assert.equal(frames[0], 0x88, 'a close frame');
  assert.equal(frames.readUInt16BE(2), 1002);
});

test('whoever vanishes without a close frame is gone for the others', async () => {
  const room = server.group();
  const watcher = await server.join(room, 'op');
  const leaver = await server.join(room, 'present');
  await watcher.find({ type: 'user', kind: 'add', id: leaver.id, username: 'present', permissions: (list) => list.length === 2 });
  leaver.terminate();
  await watcher.expect({ type: 'user', kind: 'delete', id: leaver.id, username: 'present' });
});

test('a reader that never reads does not hold up the others', async () => {
  const room = server.group();
  const talker = await server.join(room, 'op');
  const sleeper = new WebSocket(server.webSocket);
  await new Promise((done) => sleeper.once('open', done));
  sleeper.send(JSON.stringify({ type: 'handshake', version: ['2'], id: 'sleeper' }));
  sleeper.send(JSON.stringify({ type: 'join', kind: 'join', group: room, username: 'x' }));
  await talker.find({ type: 'user', kind: 'add', id: 'sleeper', username: 'x', permissions: (list) => list.length === 2 });
  sleeper.pause();
  const value = 'x'.repeat(512 * 1024);
  // Far more than socket buffers hold: what cannot be written is bounded, and the sleeper is dropped in the end.
  for (let round = 0; round < 64; round += 1) {
    talker.send({ type: 'chat', noecho: true, value });
    await talker.sync();
  }
  await talker.find({ type: 'user', kind: 'delete', id: 'sleeper', username: 'x' }, 10);
  sleeper.terminate();
  assert.equal(talker.isClosed, undefined);
});
