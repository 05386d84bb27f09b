// Requests whose end two readers may see in two places, hostile ranges and bodies.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { exchange, get } from '../protocol/raw_http.mjs';
import { address, people, startServer } from '../protocol/server.mjs';

let server;
before(async () => {
  server = await startServer({
    workers: 0,
    groups: { room: people },
    config: { writableGroups: true },
    args: ['-header-timeout', '1', '-idle-timeout', '1'],
  });
});
after(() => server.stop());

const answers = (raw) => raw.match(/HTTP\/1\.1 \d{3} /g) ?? [];

/// Everything that comes back until the server closes; a request hidden in another would get an answer of its own.
const everything = (bytes) =>
  new Promise((done) => {
    const socket = connect(server.port, address, () => socket.write(bytes));
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => done(received));
  });

const hidden = 'GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n';
const head = (method, ...fields) => `${method} / HTTP/1.1\r\nHost: x\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const chunk = '3\r\nabc\r\n';
const smuggled = [
  ['both lengths and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['chunks and then a length', ['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'],
  ['two lengths', ['Content-Length: 0', `Content-Length: ${hidden.length}`], ''],
  ['the same length twice', ['Content-Length: 3', 'Content-Length: 3'], 'abc'],
  ['a list of lengths', ['Content-Length: 0, 5'], ''],
  ['a signed length', ['Content-Length: +5'], 'abcde'],
  ['a length in base sixteen', ['Content-Length: 0x5'], 'abcde'],
  ['a negative length', ['Content-Length: -5'], ''],
  ['an empty length', ['Content-Length:'], ''],
  ['a length beyond all bounds', ['Content-Length: 99999999999999999999'], ''],
  ['a length with a space in it', ['Content-Length: 5 5'], 'abcde'],
  ['a space before the colon of the length', [`Content-Length : ${hidden.length}`], ''],
  ['a tab before the colon of the length', [`Content-Length\t: ${hidden.length}`], ''],
  ['a space before the colon of the encoding', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
  ['a tab before the colon of the encoding', ['Transfer-Encoding\t: chunked'], '0\r\n\r\n'],
  ['a space before the colon of any field', ['X-Any : a'], ''],
  ['an encoding in disguise', ['Transfer-Encoding: xchunked'], '0\r\n\r\n', 501],
  ['an encoding that is none of ours', ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n', 501],
  ['an encoding behind a vertical tab', ['Transfer-Encoding: \x0bchunked'], '0\r\n\r\n'],
  ['two encodings', ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'], '0\r\n\r\n', [400, 501]],
  ['a second host', ['Host: y'], ''],
  ['the same host again', ['Host: x'], ''],
  ['a folded length', ['Content-Length:', ` ${hidden.length}`], ''],
  ['a folded encoding', ['Transfer-Encoding:', ' chunked'], ''],
  ['a folded unknown field', ['X-Folded: a', ' b'], ''],
  ['a field folded by a tab', ['X-Folded: a', '\tb'], ''],
  ['a field without a colon', ['nonsense'], ''],
  ['a field without a name', [': a'], ''],
  ['a field whose name is no token', ['X(a): b'], ''],
  ['a NUL in a field', ['X-Any: a\0b'], ''],
  ['a CR in a field', ['X-Any: a\rb'], ''],
  ['a field behind a CR alone', ['X-Any: a\rContent-Length: 5'], ''],
  ['a field behind an LF alone', ['X-Any: a\nContent-Length: 5'], ''],
  ['an end of the head by LF alone', ['X-Any: a\n\n'], ''],
  ['a chunk whose size is no number', ['Transfer-Encoding: chunked'], 'zz\r\nabc\r\n0\r\n\r\n'],
  ['a chunk whose size is signed', ['Transfer-Encoding: chunked'], '+3\r\nabc\r\n0\r\n\r\n'],
  ['a chunk whose size is in C', ['Transfer-Encoding: chunked'], '0x3\r\nabc\r\n0\r\n\r\n'],
  ['a chunk whose size wraps around', ['Transfer-Encoding: chunked'], '10000000000000003\r\nabc\r\n0\r\n\r\n'],
  ['a chunk longer than its size', ['Transfer-Encoding: chunked'], '2\r\nabc\r\n0\r\n\r\n'],
  ['a chunk whose size ends in LF alone', ['Transfer-Encoding: chunked'], '3\nabc\r\n0\r\n\r\n'],
  ['a chunk that ends in LF alone', ['Transfer-Encoding: chunked'], '3\r\nabc\n0\r\n\r\n'],
  ['a chunk whose extension has an LF in it', ['Transfer-Encoding: chunked'], '3;a\nb\r\nabc\r\n0\r\n\r\n'],
];
for (const method of ['GET', 'POST']) {
  for (const [what, fields, body, status = 400] of smuggled) {
    test(`${method} with ${what} is refused, and nothing behind it is read`, { timeout: 20_000 }, async () => {
      const received = await everything(Buffer.from(head(method, ...fields) + body + hidden, 'latin1'));
      assert.equal(answers(received).length, 1, received);
      assert.ok([status].flat().includes(Number(received.slice(9, 12))), received);
      assert.match(received, /\r\nconnection: close\r\n/i);
    });
  }
}

const lines = [
  ['lines that end in LF alone', 'GET / HTTP/1.1\nHost: x\n\n'],
  ['a request line that ends in LF alone', 'GET / HTTP/1.1\nHost: x\r\n\r\n'],
  ['a CR within the request line', 'GET /\r HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a field in front of which there is a space', 'GET / HTTP/1.1\r\n X-Any: a\r\nHost: x\r\n\r\n'],
  ['two spaces in the request line', 'GET  / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a tab in the request line', 'GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['no version', 'GET /\r\nHost: x\r\n\r\n'],
  ['a version in lower case', 'GET / http/1.1\r\nHost: x\r\n\r\n'],
  ['a method that is no token', 'G@T / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['chunks in HTTP/1.0', `POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`],
];
for (const [what, bytes] of lines) {
  test(`a request with ${what} is refused, and nothing behind it is read`, { timeout: 20_000 }, async () => {
    const received = await everything(Buffer.from(bytes + hidden, 'latin1'));
    assert.deepEqual(answers(received), ['HTTP/1.1 400 ']);
  });
}

const last = 'GET /hidden HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const wellFormed = [
  ['chunks', ['Transfer-Encoding: chunked'], `${chunk}${chunk}0\r\n\r\n`],
  ['chunks and trailers', ['Transfer-Encoding: chunked'], `${chunk}0\r\nX-Sum: 1\r\n\r\n`],
  ['chunks with extensions', ['Transfer-Encoding: chunked'], '3;name=value\r\nabc\r\n0\r\n\r\n'],
  ['chunks with leading zeros', ['Transfer-Encoding: Chunked'], '0003\r\nabc\r\n00\r\n\r\n'],
  ['a length', ['Content-Length: 3'], 'abc'],
  ['a length with zeros in front', ['Content-Length: 003'], 'abc'],
];
for (const [what, fields, body] of wellFormed) {
  test(`a body with ${what} is read to its end, and the request behind it is answered`, { timeout: 20_000 }, async () => {
    const received = await everything(Buffer.from(head('POST', ...fields) + body + last, 'latin1'));
    assert.deepEqual(answers(received), ['HTTP/1.1 405 ', 'HTTP/1.1 404 ']);
  });
}

test('a request without a host is refused, but not in HTTP/1.0', async () => {
  assert.equal((await exchange(server, 'GET / HTTP/1.1\r\n\r\n')).status, 400);
  assert.equal((await exchange(server, 'GET / HTTP/1.0\r\n\r\n')).status, 200);
});

test('an unknown version is answered 505', async () => {
  assert.equal((await exchange(server, 'GET / HTTP/3.0\r\nHost: x\r\n\r\n')).status, 505);
});

const ranges = [
  'bytes=-1-', 'bytes=--1', 'bytes=0--1', 'bytes=-99999999999999999999', 'bytes=18446744073709551615-', 'bytes=9-1',
  'bytes=18446744073709551616-18446744073709551617', 'bytes=0-18446744073709551615', `bytes=${'0-,'.repeat(3000)}0-`,
  'bytes=\u00e9', 'bytes=', '=0-1', 'bytes=0x0-0x1', 'bytes=1e3-', 'bytes= , , ,', 'bytes=-0',
];
for (const range of ranges) {
  test(`the range ${range.slice(0, 40)} gets the file, a part of it or 416`, async () => {
    const response = await get(server, '/index.html', { headers: { Range: range } });
    assert.ok([200, 206, 416].includes(response.status), String(response.status));
    assert.ok(response.body.length < 1000);
  });
}

test('wrong content types, bombs and cut JSON are clear errors, and nothing is written', async () => {
  const credentials = { Authorization: `Basic ${Buffer.from('x:y').toString('base64')}`, 'Content-Type': 'application/json' };
  const bodies = ['[' .repeat(100_000), `{"a":${'{"a":'.repeat(50_000)}`, '{"displayName":"', '\0', '"\\ud800"', '1e999999', 'x'];
  for (const body of bodies) {
    const response = await get(server, '/galene-api/v0/.groups/new', { method: 'PUT', headers: credentials, body });
    assert.ok(response.status >= 400 && response.status < 500, String(response.status));
  }
  const plain = { ...credentials, 'Content-Type': 'text/html' };
  assert.ok((await get(server, '/galene-api/v0/.groups/new', { method: 'PUT', headers: plain, body: '{}' })).status >= 400);
  assert.equal(existsSync(server.path('groups', 'new.json')), false);
});
