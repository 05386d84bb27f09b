// RFC 9113 and RFC 7541, frame by frame: what a correct client may send is understood, what it may not ends its stream or
// its connection with the error code that the section in the test's name asks for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import {
  RawHttp2, block, error, field, flag, frame, get, nameOf, opening, post, preface, request, setting, settings, type,
  uint32,
} from './http2_frames.mjs';
import { address, people, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer({ workers: 0, isSecure: true, groups: { room: people }, files: { 'static/large.bin': 'x'.repeat(300_000) } });
});
after(() => server.stop());

/// A connection of its own for each case, which is closed whatever happens.
function on(name, run, first) {
  test(name, { timeout: 20_000 }, async () => {
    const connection = await RawHttp2.open(server, first);
    try {
      await run(connection);
    } finally {
      connection.destroy();
    }
  });
}

/// The server ends the connection and says one of these errors.
async function assertConnectionError(connection, ...names) {
  const goAway = await connection.until((next) => next.type === type.goAway);
  assert.ok(goAway, 'the connection ended without GOAWAY');
  assert.ok(names.includes(nameOf(goAway.payload.readUInt32BE(4))), nameOf(goAway.payload.readUInt32BE(4)));
  assert.equal(await connection.until(() => false), undefined);
}

/// The server ends the stream with this error, and answers on others as before.
async function assertStreamError(connection, stream, name) {
  assert.equal(await connection.outcome(stream), `reset: ${name}`);
  await assertAnswers(connection, 101);
}

async function assertAnswers(connection, stream, status = 200) {
  connection.send(request(stream));
  assert.equal(await connection.outcome(stream), status);
}

const connectionError = (name, frames, ...names) =>
  on(name, async (connection) => {
    connection.send(...frames);
    await assertConnectionError(connection, ...names);
  });
const streamError = (name, frames, error) =>
  on(name, async (connection) => {
    connection.send(...frames);
    await assertStreamError(connection, 1, error);
  });
/// 5.4: an error of a stream may be one of the connection, as well.
const eitherError = (name, frames, error) =>
  on(name, async (connection) => {
    connection.send(...frames);
    const outcome = await connection.outcome(1);
    assert.ok([`reset: ${error}`, `going away: ${error}`].includes(outcome), String(outcome));
  });
const answered = (name, frames, status = 200) =>
  on(name, async (connection) => {
    connection.send(...frames);
    assert.equal(await connection.outcome(1), status);
  });

// 3: starting HTTP/2.
const alpn = async (...offered) => {
  const socket = connectSecurely({ port: server.port, host: address, rejectUnauthorized: false, ...(offered.length ? { ALPNProtocols: offered } : {}) });
  await new Promise((done, failed) => socket.once('secureConnect', done).once('error', failed));
  const chosen = socket.alpnProtocol;
  socket.destroy();
  return chosen;
};
test('3.2: HTTP/2 is chosen when it is offered, else HTTP/1.1', async () => {
  assert.equal(await alpn('h2', 'http/1.1'), 'h2');
  assert.equal(await alpn('http/1.1', 'h2'), 'h2');
  assert.equal(await alpn('h2'), 'h2');
  assert.equal(await alpn('http/1.1'), 'http/1.1');
  assert.equal(await alpn(), false);
});
on('3.4: the server begins with SETTINGS, and they bound streams and heads', async (connection) => {
  const first = await connection.read();
  assert.equal(first.type, type.settings);
  const values = {};
  for (let at = 0; at < first.payload.length; at += 6) values[first.payload.readUInt16BE(at)] = first.payload.readUInt32BE(at + 2);
  assert.equal(values[setting.maxConcurrentStreams], 100);
  assert.equal(values[setting.maxHeaderListSize], 16_384);
  assert.equal(values[setting.enableConnectProtocol] ?? 0, 0);
});
on('3.4: what is no preface ends the connection', async (connection) => {
  const goAway = await connection.until((next) => next.type === type.goAway);
  if (goAway) assert.equal(nameOf(goAway.payload.readUInt32BE(4)), 'protocol');
}, Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n'));
on('3.4: a preface without SETTINGS behind it is an error', (connection) => assertConnectionError(connection, 'protocol'),
  Buffer.concat([preface, frame(type.ping, 0, 0, '12345678')]));

// 4: frames.
answered('4.1: frames of unknown types are passed over', [frame(0x42, 0xff, 0, 'abc'), frame(0x10, 0, 9, ''), request(1)]);
answered('4.1: flags without a meaning are passed over', [frame(type.headers, 0xd2 | flag.endStream | flag.endHeaders, 1, block(get))]);
answered('4.1: the reserved bit is passed over', [frame(type.headers, flag.endStream | flag.endHeaders, 0x80000001, block(get))]);
answered('4.2: a frame of 16384 bytes is read', [opening(1), frame(type.data, flag.endStream, 1, 'x'.repeat(16_384))], 405);
connectionError('4.2: a DATA frame of 16385 bytes is an error', [opening(1), frame(type.data, 0, 1, 'x'.repeat(16_385))], 'frameSize');
connectionError('4.2: a HEADERS frame of 16385 bytes is an error', [frame(type.headers, 5, 1, 'x'.repeat(16_385))], 'frameSize');
connectionError('4.3: a head that cannot be decompressed is an error', [frame(type.headers, 5, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))], 'compression');
connectionError('4.3: no other frame stands within a head', [frame(type.headers, flag.endStream, 1, block(get)), frame(type.priority, 0, 1, Buffer.alloc(5))], 'protocol');
connectionError('4.3: no head of another stream stands within a head', [frame(type.headers, flag.endStream, 1, block(get)), request(3)], 'protocol');
answered('4.3: a head may come in pieces', [
  frame(type.headers, flag.endStream, 1, block(get).subarray(0, 7)),
  frame(type.continuation, 0, 1, block(get).subarray(7, 20)),
  frame(type.continuation, flag.endHeaders, 1, block(get).subarray(20)),
]);

// 5.1: states of streams.
connectionError('5.1: DATA on an idle stream is an error', [frame(type.data, flag.endStream, 1, 'x')], 'protocol');
connectionError('5.1: RST_STREAM on an idle stream is an error', [frame(type.rstStream, 0, 1, uint32(error.cancel))], 'protocol');
connectionError('5.1: WINDOW_UPDATE on an idle stream is an error', [frame(type.windowUpdate, 0, 1, uint32(1))], 'protocol');
connectionError('5.1: CONTINUATION on an idle stream is an error', [frame(type.continuation, flag.endHeaders, 1, block(get))], 'protocol');
for (const [what, late] of [
  ['DATA', frame(type.data, flag.endStream, 1, 'x')],
  ['HEADERS', request(1)],
]) {
  on(`5.1: ${what} after END_STREAM is an error`, async (connection) => {
    connection.send(request(1), late);
    const ends = await connection.until((next) =>
      next.type === type.goAway || (next.type === type.rstStream && next.stream === 1));
    assert.equal(nameOf(ends.payload.readUInt32BE(ends.type === type.goAway ? 4 : 0)), 'streamClosed');
  });
}
for (const [what, late] of [
  ['DATA', frame(type.data, flag.endStream, 1, 'x')],
  ['HEADERS', request(1)],
]) {
  on(`5.1: ${what} after RST_STREAM is an error or passed over, and no new request`, async (connection) => {
    connection.send(opening(1), frame(type.rstStream, 0, 1, uint32(error.cancel)), late);
    const frames = await connection.settle();
    const answers = (frames ?? []).filter((next) => next.type === type.headers);
    assert.deepEqual(answers, []);
  });
}
answered('5.1: PRIORITY on an idle stream is fine', [frame(type.priority, 0, 9, Buffer.from([0, 0, 0, 0, 15])), request(1)]);
on('5.1: WINDOW_UPDATE and RST_STREAM after the end of a stream are passed over', async (connection) => {
  await assertAnswers(connection, 1);
  connection.send(frame(type.windowUpdate, 0, 1, uint32(1)), frame(type.rstStream, 0, 1, uint32(error.cancel)));
  await assertAnswers(connection, 3);
});
connectionError('5.1.1: a client opens no even stream', [request(2)], 'protocol');
connectionError('5.1.1: a stream below an earlier one is an error', [request(5), request(3)], 'protocol');
on('5.1.2: more streams than announced are refused', async (connection) => {
  await connection.settle();
  const streams = Array.from({ length: 101 }, (_, index) => 2 * index + 1);
  connection.send(...streams.map((stream) => opening(stream)));
  const outcome = await connection.outcome(201);
  assert.ok(['reset: refusedStream', 'reset: protocol', 'going away: protocol'].includes(outcome), outcome);
});
answered('5.3.2: priorities in HEADERS are passed over', [
  frame(type.headers, flag.endStream | flag.endHeaders | flag.priority, 1, Buffer.concat([uint32(0x80000003), Buffer.from([200]), block(get)])),
]);
connectionError('5.5: a frame of an unknown type within a head is an error', [
  frame(type.headers, flag.endStream, 1, block(get)), frame(0x42, 0, 1, 'x'),
], 'protocol');

// 6.1 to 6.4.
connectionError('6.1: DATA on stream 0 is an error', [frame(type.data, 0, 0, 'x')], 'protocol');
connectionError('6.1: more padding than DATA is an error', [opening(1), frame(type.data, flag.padded | flag.endStream, 1, Buffer.from([5, 0, 0]))], 'protocol');
answered('6.1: padded DATA is read', [
  opening(1, { ...post, 'content-length': '2' }), frame(type.data, flag.padded | flag.endStream, 1, Buffer.from([3, 97, 98, 0, 0, 0])),
], 405);
connectionError('6.2: HEADERS on stream 0 is an error', [request(0)], 'protocol');
connectionError('6.2: more padding than HEADERS is an error', [frame(type.headers, 5 | flag.padded, 1, Buffer.concat([Buffer.from([255]), block(get)]))], 'protocol');
answered('6.2: padded HEADERS are read', [frame(type.headers, 5 | flag.padded, 1, Buffer.concat([Buffer.from([2]), block(get), Buffer.alloc(2)]))]);
connectionError('6.3: PRIORITY on stream 0 is an error', [frame(type.priority, 0, 0, Buffer.alloc(5))], 'protocol');
eitherError('6.3: PRIORITY of another size than 5 is an error', [opening(1), frame(type.priority, 0, 1, Buffer.alloc(4))], 'frameSize');
connectionError('6.4: RST_STREAM on stream 0 is an error', [frame(type.rstStream, 0, 0, uint32(error.cancel))], 'protocol');
connectionError('6.4: RST_STREAM of another size than 4 is an error', [opening(1), frame(type.rstStream, 0, 1, 'abc')], 'frameSize');

// 6.5: SETTINGS.
on('6.5: SETTINGS are acknowledged', async (connection) => {
  assert.ok(await connection.until((next) => next.type === type.settings && next.flags === flag.ack));
  connection.send(settings([setting.maxConcurrentStreams, 7]));
  assert.ok(await connection.until((next) => next.type === type.settings && next.flags === flag.ack));
});
connectionError('6.5: an acknowledgement with a payload is an error', [frame(type.settings, flag.ack, 0, Buffer.alloc(6))], 'frameSize');
connectionError('6.5: SETTINGS on a stream are an error', [opening(1), frame(type.settings, 0, 1, Buffer.alloc(6))], 'protocol');
connectionError('6.5: SETTINGS whose size is no multiple of 6 are an error', [frame(type.settings, 0, 0, Buffer.alloc(5))], 'frameSize');
connectionError('6.5.2: ENABLE_PUSH is 0 or 1', [settings([setting.enablePush, 2])], 'protocol');
connectionError('6.5.2: INITIAL_WINDOW_SIZE is below 2^31', [settings([setting.initialWindowSize, 0x80000000])], 'flowControl');
connectionError('6.5.2: MAX_FRAME_SIZE is at least 16384', [settings([setting.maxFrameSize, 16_383])], 'protocol');
connectionError('6.5.2: MAX_FRAME_SIZE is below 2^24', [settings([setting.maxFrameSize, 1 << 24])], 'protocol');
answered('6.5.2: unknown settings are passed over', [settings([0x99, 1]), request(1)]);
answered('6.5.2: a client may forbid compression', [settings([setting.headerTableSize, 0]), request(1)]);

// 6.6 to 6.8.
connectionError('6.6: a client does not push', [opening(1), frame(type.pushPromise, flag.endHeaders, 1, Buffer.concat([uint32(2), block(get)]))], 'protocol');
on('6.7: a PING is answered with the same bytes, its answer is not', async (connection) => {
  await connection.settle();
  connection.send(frame(type.ping, flag.ack, 0, 'unasked!'), frame(type.ping, 0, 0, '\0\x01\x02\x03abcd'));
  const answer = await connection.until((next) => next.type === type.ping);
  assert.equal(answer.flags, flag.ack);
  assert.equal(answer.payload.toString(), '\0\x01\x02\x03abcd');
});
connectionError('6.7: a PING on a stream is an error', [opening(1), frame(type.ping, 0, 1, '12345678')], 'protocol');
connectionError('6.7: a PING of another size than 8 is an error', [frame(type.ping, 0, 0, '1234567')], 'frameSize');
connectionError('6.8: GOAWAY on a stream is an error', [opening(1), frame(type.goAway, 0, 1, Buffer.alloc(8))], 'protocol');
on('6.8: after the GOAWAY of a client its open request is answered, and the connection ends', async (connection) => {
  connection.send(opening(1), frame(type.goAway, 0, 0, Buffer.alloc(8)), frame(type.data, flag.endStream, 1, 'x'));
  assert.equal(await connection.outcome(1), 405);
  assert.equal(await connection.until(() => false), undefined);
});

// 6.9: flow control.
const large = { ...get, ':path': '/large.bin' };
const dataOf = (frames) => frames.filter((next) => next.type === type.data).reduce((sum, next) => sum + next.payload.length, 0);
on('6.9.1: the server sends no more than the windows allow, and goes on when they grow', async (connection) => {
  connection.send(settings([setting.initialWindowSize, 1000]), request(1, large));
  assert.equal(dataOf(await connection.settle()) + dataOf(await connection.settle()), 1000);
  connection.send(frame(type.windowUpdate, 0, 1, uint32(300_000)));
  assert.equal(dataOf(await connection.settle()) + dataOf(await connection.settle()), 65_535 - 1000);
  connection.send(frame(type.windowUpdate, 0, 0, uint32(300_000)));
  await connection.until((next) => next.type === type.data && next.flags & flag.endStream);
});
on('6.9.2: smaller settings make a window negative, and it has to grow out of that', async (connection) => {
  connection.send(settings([setting.initialWindowSize, 1000]), request(1, large));
  assert.equal(dataOf(await connection.settle()) + dataOf(await connection.settle()), 1000);
  connection.send(settings([setting.initialWindowSize, 500]), frame(type.windowUpdate, 0, 1, uint32(500)));
  assert.equal(dataOf(await connection.settle()), 0);
  connection.send(frame(type.windowUpdate, 0, 1, uint32(7)));
  assert.equal(dataOf(await connection.settle()) + dataOf(await connection.settle()), 7);
});
eitherError('6.9: a WINDOW_UPDATE of nothing on a stream is an error', [opening(1), frame(type.windowUpdate, 0, 1, uint32(0))], 'protocol');
connectionError('6.9: a WINDOW_UPDATE of nothing on the connection is an error', [frame(type.windowUpdate, 0, 0, uint32(0))], 'protocol');
connectionError('6.9: a WINDOW_UPDATE of another size than 4 is an error', [frame(type.windowUpdate, 0, 0, 'abc')], 'frameSize');
streamError("6.9.1: a stream's window is below 2^31", [
  opening(1), frame(type.windowUpdate, 0, 1, uint32(0x7fffffff)),
], 'flowControl');
connectionError("6.9.1: the connection's window is below 2^31", [frame(type.windowUpdate, 0, 0, uint32(0x7fffffff))], 'flowControl');
// Of the connection, says the section; the library ends the streams that are concerned.
eitherError("6.9.2: settings let no stream's window grow to 2^31", [
  opening(1), frame(type.windowUpdate, 0, 1, uint32(0x70000000)), settings([setting.initialWindowSize, 0x7fffffff]),
], 'flowControl');

// 6.10: CONTINUATION.
connectionError('6.10: CONTINUATION after END_HEADERS is an error', [opening(1), frame(type.continuation, flag.endHeaders, 1, field('a', 'b'))], 'protocol');
connectionError('6.10: CONTINUATION on stream 0 is an error', [frame(type.headers, flag.endStream, 1, block(get)), frame(type.continuation, flag.endHeaders, 0, '')], 'protocol');
connectionError('6.10: CONTINUATION of another stream is an error', [frame(type.headers, flag.endStream, 1, block(get)), frame(type.continuation, flag.endHeaders, 3, '')], 'protocol');
connectionError('6.10: CONTINUATION after DATA is an error', [opening(1), frame(type.data, 0, 1, 'x'), frame(type.continuation, flag.endHeaders, 1, '')], 'protocol');

// 7: error codes.
on('7: unknown error codes of a client do no harm', async (connection) => {
  connection.send(opening(1), frame(type.rstStream, 0, 1, uint32(0xdeadbeef)));
  await assertAnswers(connection, 3);
});

// 8.1: requests.
streamError('8.1: trailers without END_STREAM are an error', [opening(1), frame(type.headers, flag.endHeaders, 1, field('x-sum', '1'))], 'protocol');
answered('8.1: trailers are passed over', [opening(1), frame(type.data, 0, 1, 'x'), frame(type.headers, 5, 1, field('x-sum', '1'))], 405);
streamError('8.1: pseudo-header fields in trailers are an error', [opening(1), frame(type.headers, 5, 1, field(':path', '/'))], 'protocol');
on('8.1: an answer that comes before the end of its request lets go of the rest', async (connection) => {
  connection.send(opening(1, { ...post, 'content-length': '99999999' }));
  assert.equal(await connection.outcome(1), 413);
  const reset = await connection.until((next) => next.type === type.rstStream);
  assert.equal(nameOf(reset.payload.readUInt32BE(0)), 'none');
  await assertAnswers(connection, 3);
});
streamError('8.1.1: less DATA than content-length is an error', [opening(1, { ...post, 'content-length': '3' }), frame(type.data, flag.endStream, 1, 'ab')], 'protocol');
streamError('8.1.1: more DATA than content-length is an error', [
  opening(1, { ...post, 'content-length': '3' }), frame(type.data, 0, 1, 'ab'), frame(type.data, flag.endStream, 1, 'cd'),
], 'protocol');
streamError('8.1.1: no DATA where content-length says so is an error', [request(1, { ...post, 'content-length': '3' })], 'protocol');

// 8.2: fields.
const malformed = (section, what, fields) => streamError(`${section}: ${what} is malformed`, [request(1, fields)], 'protocol');
malformed('8.2.1', 'a field name in upper case', { ...get, 'X-Upper': 'a' });
for (const [what, name] of [['a space', 'x a'], ['a colon', 'x:a'], ['a control character', 'x\x01'], ['a letter beyond ASCII', 'x\xe9'], ['nothing', '']]) {
  malformed('8.2.1', `a field name with ${what}`, { ...get, [name]: 'a' });
}
for (const [what, value] of [['NUL', 'a\0b'], ['CR', 'a\rb'], ['LF', 'a\nb'], ['a space in front', ' a'], ['a tab behind', 'a\t']]) {
  malformed('8.2.1', `a field value with ${what}`, { ...get, 'x-value': value });
}
answered('8.2.1: letters beyond ASCII in a field value are let through', [request(1, { ...get, 'x-value': 'caf\xe9' })]);
for (const [name, value] of [
  ['connection', 'close'], ['keep-alive', 'timeout=5'], ['proxy-connection', 'close'], ['transfer-encoding', 'chunked'], ['upgrade', 'websocket'],
]) {
  malformed('8.2.2', `the field ${name}`, { ...get, [name]: value });
}
malformed('8.2.2', 'te with anything but trailers', { ...get, te: 'gzip' });
answered('8.2.2: te with trailers is fine', [request(1, { ...get, te: 'trailers' })]);
answered('8.2.3: a cookie may come in crumbs', [request(1, [...Object.entries(get), ['cookie', 'a=1'], ['cookie', 'b=2']])]);

// 8.3: pseudo-header fields.
const without = (name) => Object.entries(get).filter(([other]) => other !== name);
for (const name of [':method', ':scheme', ':path']) {
  malformed('8.3.1', `a request without ${name}`, without(name));
  malformed('8.3.1', `a request with two of ${name}`, [...Object.entries(get), [name, get[name]]]);
}
malformed('8.3.1', 'a request with two of :authority', [...Object.entries(get), [':authority', 'example.org']]);
malformed('8.3', 'a pseudo-header field behind another field', [['accept', '*/*'], ...Object.entries(get)]);
malformed('8.3', 'an unknown pseudo-header field', [...Object.entries(get), [':unknown', 'a']]);
malformed('8.3', "a response's pseudo-header field", [...Object.entries(get), [':status', '200']]);
malformed('8.3.1', 'an empty :path', { ...get, ':path': '' });
malformed('8.3.1', 'a :path without a slash', { ...get, ':path': 'index.html' });
malformed('8.3.1', 'the :path * with GET', { ...get, ':path': '*' });
answered('8.3.1: the :path * with OPTIONS asks about the server', [request(1, { ...get, ':method': 'OPTIONS', ':path': '*' })]);
answered('8.3.1: a Host may stand for :authority', [request(1, [...without(':authority'), ['host', 'example.org']])]);
answered('8.3.1: a Host beside :authority says the same', [request(1, { ...get, host: 'example.org' })]);
answered('8.3.1: a Host that says something else is refused', [request(1, { ...get, host: 'example.com' })], 400);
answered('8.3.1: user information in :authority is refused', [request(1, { ...get, ':authority': 'a@example.org' })], 400);
on('8.3.1: a request without any host is refused', async (connection) => {
  connection.send(request(1, without(':authority')));
  const outcome = await connection.outcome(1);
  assert.ok([400, 'reset: protocol'].includes(outcome), String(outcome));
});
answered('8.3.1: a fragment in :path is refused', [request(1, { ...get, ':path': '/a#b' })], 400);
answered('8.5: CONNECT is refused', [opening(1, { ':method': 'CONNECT', ':authority': 'example.org:443' })], 405);
malformed('8.5', 'CONNECT with a :path', { ...get, ':method': 'CONNECT' });
streamError('RFC 8441: a WebSocket over HTTP/2, which is not offered, is malformed', [
  opening(1, { ...get, ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/ws' }),
], 'protocol');

// 10.5: what costs the client nothing.
const flood = (what, frames) =>
  on(`10.5: a flood of ${what} ends the connection with ENHANCE_YOUR_CALM`, async (connection) => {
    await connection.settle();
    let goAway;
    for (let round = 0; round < 1000 && !goAway; round += 1) {
      connection.send(frames(2 * round + 1));
      if (round % 50 !== 49) continue;
      // Not more at once than may be open at once.
      connection.send(frame(type.ping, 0, 0, 'settled?'));
      const next = await connection.until((other) => other.type === type.goAway || other.payload.toString() === 'settled?');
      assert.ok(next, 'the connection ended without GOAWAY');
      if (next.type === type.goAway) goAway = next;
    }
    assert.ok(goAway, 'no GOAWAY');
    assert.equal(nameOf(goAway.payload.readUInt32BE(4)), 'enhanceYourCalm');
  });
flood('requests that are cancelled', (stream) => Buffer.concat([request(stream), frame(type.rstStream, 0, stream, uint32(error.cancel))]));
flood('malformed requests', (stream) => request(stream, without(':path')));
flood('PING', () => frame(type.ping, 0, 0, '12345678'));
flood('SETTINGS', () => settings());
flood('PRIORITY', (stream) => frame(type.priority, 0, stream, Buffer.alloc(5)));
flood('unknown frames', () => frame(0x42, 0, 0, 'x'));
flood('empty DATA', (stream) => (stream === 1 ? opening(1) : frame(type.data, 0, 1)));
connectionError('10.5: a head in a hundred pieces is too much', [
  frame(type.headers, flag.endStream, 1, block(get)), ...Array.from({ length: 100 }, () => frame(type.continuation, 0, 1, field('a', 'b'))),
], 'enhanceYourCalm');
on('10.5.1: a head of 20 kB is answered with 431, and the connection goes on', async (connection) => {
  const bytes = block({ ...get, ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x-${index}`, 'x'.repeat(1000)])) });
  connection.send(frame(type.headers, flag.endStream, 1, bytes.subarray(0, 16_384)), frame(type.continuation, flag.endHeaders, 1, bytes.subarray(16_384)));
  assert.equal(await connection.outcome(1), 431);
  await assertAnswers(connection, 3);
});

// RFC 7541.
const head = (bytes) => [frame(type.headers, flag.endStream | flag.endHeaders, 1, Buffer.concat([block(get), Buffer.from(bytes)]))];
connectionError('RFC 7541 2.3.3: an index beyond the tables is an error', head([0xff, 0x50]), 'compression');
connectionError('RFC 7541 6.1: the index 0 is an error', head([0x80]), 'compression');
connectionError('RFC 7541 4.2: a table size in the middle of a head is an error', head([0x20]), 'compression');
connectionError('RFC 7541 6.3: a table larger than announced is an error', [
  frame(type.headers, 5, 1, Buffer.concat([Buffer.from([0x3f, 0xff, 0xff, 0x03]), block(get)])),
], 'compression');
connectionError('RFC 7541 5.1: an endless integer is an error', head([0x7f, ...Array(12).fill(0xff)]), 'compression');
connectionError('RFC 7541 5.2: more than 7 bits of padding are an error', head([0, 1, 0x61, 0x83, 0x1c, 0x64, 0xff, 0xff]), 'compression');
connectionError('RFC 7541 5.2: padding that is not of ones is an error', head([0, 1, 0x61, 0x81, 0x00]), 'compression');
connectionError('RFC 7541 5.2: the end-of-string code is an error', head([0, 1, 0x61, 0x84, 0xff, 0xff, 0xff, 0xff]), 'compression');
connectionError('RFC 7541 5.2: a cut string is an error', head([0, 1, 0x61, 0x7e, 0x61]), 'compression');
on('RFC 7541 2.3.2: fields that are remembered are known to the next request', async (connection) => {
  const remembered = Buffer.concat([Buffer.from([0x40, 6]), Buffer.from('x-name'), Buffer.from([5]), Buffer.from('value')]);
  connection.send(frame(type.headers, 5, 1, Buffer.concat([block(get), remembered])), frame(type.headers, 5, 3, Buffer.concat([block(get), Buffer.from([0x80 | 62])])));
  assert.equal(await connection.outcome(1), 200);
  assert.ok(await connection.until((next) => next.stream === 3 && next.type === type.headers));
});

// Ways to send that only change the pieces.
for (const size of [1, 7]) {
  on(`a connection that arrives ${size} bytes at a time is understood`, async (connection) => {
    const bytes = Buffer.concat([opening(1, { ...post, 'content-length': '4' }), frame(type.data, flag.endStream, 1, 'body')]);
    for (let at = 0; at < bytes.length; at += size) connection.send(bytes.subarray(at, at + size));
    assert.equal(await connection.outcome(1), 405);
  });
}
on('a hundred requests at once are answered, each on its stream', async (connection) => {
  await connection.settle();
  const streams = new Set(Array.from({ length: 100 }, (_, index) => 2 * index + 1));
  connection.send(...[...streams].map((stream) => request(stream, { ...get, ':path': '/group/room/.status' })));
  while (streams.size > 0) {
    const next = await connection.until((other) => [type.headers, type.rstStream, type.goAway].includes(other.type));
    assert.equal(next.type, type.headers);
    streams.delete(next.stream);
  }
});
