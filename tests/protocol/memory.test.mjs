// What thousands of hostile requests cost. Beside the protocol's tests and not with the hostile input, because a sanitizer, which
// is what that runs under, keeps freed memory on purpose.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { adminConfig, api } from './api_client.mjs';
import { get } from './raw_http.mjs';
import { address, people, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer({
    workers: 0,
    groups: { room: people },
    config: adminConfig,
    args: ['-header-timeout', '1', '-idle-timeout', '1'],
  });
});
after(() => server.stop());

const head = (method, ...fields) => `${method} / HTTP/1.1\r\nHost: x\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const residentKilobytes = () => Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
const hostile = [
  () => `GET /${'%2e%2e%2f'.repeat(50)}etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n`,
  () => head('POST', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
  () => `GET /group/${Math.random()}/ HTTP/1.1\r\nHost: x\r\n\r\n`,
  () => head('GET', `Range: bytes=${'0-,'.repeat(2000)}0-`),
  () => head('GET', `Referer: ${'x'.repeat(20_000)}`),
  () => 'PUT /galene-api/v0/.groups/new HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n{',
  () => `${head('GET', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13')}`,
  () => '\x16\x03\x01\x02\0garbage',
];

test('thousands of hostile requests leave nothing behind in memory', { timeout: 120_000 }, async () => {
  const storm = async (count) => {
    for (let made = 0; made < count; made += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          new Promise((done) => {
            const socket = connect(server.port, address, () => socket.write(hostile[(made + index) % hostile.length](), 'latin1'));
            socket.once('data', () => socket.destroy());
            // What gets no answer is left half way.
            socket.setTimeout(50, () => socket.destroy());
            socket.on('error', () => {});
            socket.once('close', done);
          }),
        ),
      );
    }
  };
  // Caches and pools fill up first.
  await storm(1000);
  const before = residentKilobytes();
  await storm(4000);
  const growth = residentKilobytes() - before;
  assert.ok(growth < 8192, `${growth} KiB more after 4000 requests`);
  assert.equal((await get(server, '/')).status, 200);
});

test('a thousand refused requests do not make the server grow', async () => {
  const storm = async (rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      await api(server, 'PUT', '.groups/room', { body: '['.repeat(500_000) });
      await api(server, 'PUT', '.groups/room', { body: JSON.stringify({ users: Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`u${n}`, {}])) }) });
      await api(server, 'GET', `.groups/room/never-${i}/.users/x`);
      await api(server, 'PUT', '.groups/room', { body: {}, type: 'text/plain' });
    }
  };
  await storm(50);
  const before = residentKilobytes();
  await storm(200);
  assert.ok(residentKilobytes() - before < 8192, `${before} kB became ${residentKilobytes()} kB`);
});
