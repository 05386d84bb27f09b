// Requests that no browser makes: nothing outside the served folders is read, nothing crashes, every answer is an error.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { exchange, get } from '../protocol/raw_http.mjs';
import { address, eventually, people, startServer } from '../protocol/server.mjs';

let server;
before(async () => {
  server = await startServer({
    workers: 0,
    groups: { room: people },
    files: { 'secret.txt': 'top secret', 'data/key.pem': 'top secret', 'recordings/room/tape.webm': 'top secret' },
  });
});
afterEach(async () => {
  assert.equal((await get(server, '/')).status, 200, 'the server still serves');
});
after(() => server.stop());

// Each way to write "..", "/" and their kin.
const dots = ['..', '%2e%2e', '%2E%2e', '.%2e', '%2e.', '%252e%252e', '..%00', '%c0%ae%c0%ae', '%e0%80%ae%e0%80%ae', '..;', '\u2025'];
const slashes = ['/', '%2f', '%2F', '\\', '%5c', '%252f', '//', '/./', '%c0%af'];
const prefixes = ['/', '/group/', '/group/room/', '/recordings/', '/recordings/room/', '/sub/'];
const goals = ['secret.txt', 'data/key.pem', 'etc/passwd'];

for (const prefix of prefixes) {
  test(`nothing outside is read below ${prefix}, however the path is written`, async () => {
    for (const dot of dots) {
      for (const slash of slashes) {
        for (const depth of [1, 6]) {
          for (const goal of goals) {
            const target = `${prefix}${`${dot}${slash}`.repeat(depth)}${goal.replaceAll('/', slash)}`;
            const response = await get(server, Buffer.from(target).toString('latin1'));
            assert.doesNotMatch(response.body, /top secret|root:.*:0:0:/, target);
            assert.ok(response.status >= 300 && response.status < 500, `${target}: ${response.status}`);
          }
        }
      }
    }
  });
}

const oddTargets = [
  ['half an escape', '/%'],
  ['an escape that is none', '/%zz'],
  ['a cut escape', '/index%2'],
  ['a backslash', '/..\\secret.txt'],
  ['a backslash in a group', '/group/a%5Cb/'],
  ['bytes that are no UTF-8', '/%ff%fe'],
  ['bytes that are no UTF-8 in a group', '/group/%ff%fe/'],
  ['a line break', '/a%0d%0aX-Injected:%20yes'],
  ['a line break in a group', '/group/a%0d%0aX-Injected:%20yes'],
  ['a file used as a folder', '/index.html/x'],
  ['a file with a slash behind it', '/index.html/'],
  ['a very long segment', `/${'a'.repeat(5000)}`],
  ['a very deep path', `/${'a/'.repeat(2000)}`],
  ['a very deep group', `/group/${'a/'.repeat(2000)}`],
  ['a very long group', `/group/${'a'.repeat(5000)}/`],
  ['a name as long as the file system takes', `/group/${'a'.repeat(255)}/`],
];
for (const [what, target] of oddTargets) {
  test(`a target with ${what} is answered by a clean error`, async () => {
    const response = await get(server, target);
    assert.ok(response.status >= 300 && response.status < 500, `${response.status}`);
    assert.equal(response.headers['x-injected'], undefined);
  });
}

for (const target of ['/a%00b', '/index.html%00.txt', '/group/ro%00om/']) {
  test(`${target} is not found`, async () => {
    assert.equal((await get(server, target)).status, 404);
  });
}

const malformed = [
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['binary', Buffer.from(Array.from({ length: 256 }, (_, index) => index))],
  ['a target without a slash', 'GET index.html HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['an empty target', 'GET  HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 505],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ['an unknown method', 'DANCE / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n'],
  ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'],
  ['a header that starts with a space', 'GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n'],
  ['a negative length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
  ['a length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: lots\r\n\r\n'],
  ['a length beyond all bounds', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['a bad chunk', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['a TLS hello', Buffer.from('16030100c8010000c40303', 'hex')],
];
for (const [what, bytes, status = 400] of malformed) {
  test(`${what} is answered ${status}`, async () => {
    assert.equal((await exchange(server, bytes)).status, status);
  });
}

test('headers of two mebibytes are answered 431', async () => {
  assert.equal((await get(server, '/', { headers: { 'X-Long': 'x'.repeat(2 * 1024 * 1024) } })).status, 431);
});

test('ten thousand headers are answered 431', async () => {
  const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`X-${index}`, 'x']));
  assert.equal((await get(server, '/', { headers })).status, 431);
});

test('a body of two mebibytes to the API is refused', async () => {
  const response = await get(server, '/galene-api/v0/.groups/room', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: 'x'.repeat(2 * 1024 * 1024),
  });
  assert.ok([401, 413].includes(response.status), String(response.status));
});

test('a hundred connections that say nothing keep nobody out', async () => {
  const sockets = Array.from({ length: 100 }, () => connect(server.port, address));
  await Promise.all(sockets.map((socket) => new Promise((done) => socket.once('connect', done))));
  sockets.slice(0, 50).forEach((socket) => socket.write('GET / HTTP/1.1\r\nHost:'));
  assert.equal((await get(server, '/')).status, 200);
  sockets.forEach((socket) => socket.destroy());
});

test('connections that break off in the middle leave no file descriptors behind', async () => {
  const count = () => readdirSync(`/proc/${server.pid}/fd`).length;
  const before = count();
  for (let round = 0; round < 50; round += 1) {
    const socket = connect(server.port, address);
    await new Promise((done) => socket.once('connect', done));
    socket.write('GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n');
    socket.resetAndDestroy();
  }
  await eventually(() => count() <= before + 2, 'descriptors are closed');
});
