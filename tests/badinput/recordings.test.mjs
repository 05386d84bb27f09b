// Hostile requests for recordings: nothing outside a group's directory is delivered, deleted or told of.

import assert from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exchange } from '../protocol/raw_http.mjs';
import { startServer } from '../protocol/server.mjs';

let server;
before(async () => {
  server = await startServer({
    workers: 0,
    groups: { g: { 'allow-recording': true, users: { olga: { password: 'op', permissions: 'op' } } } },
    files: { secret: 'the secret', 'recordings/g/a.webm': '0123456789', 'recordings/other/b.webm': 'of another group' },
  });
  symlinkSync('../../secret', server.path('recordings/g/link.webm'));
  symlinkSync('/etc/passwd', server.path('recordings/g/absolute.webm'));
  symlinkSync('..', server.path('recordings/g/up'));
});
after(() => server.stop());

const authorization = `authorization: Basic ${Buffer.from('olga:op').toString('base64')}\r\n`;
const get = (path, headers = '') =>
  exchange(server, `GET ${path} HTTP/1.1\r\nhost: ${server.host}\r\n${authorization}${headers}\r\n`);
const post = (body, { length = Buffer.byteLength(body), seconds } = {}) =>
  exchange(
    server,
    `POST /recordings/g/ HTTP/1.1\r\nhost: ${server.host}\r\n${authorization}` +
      `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${length}\r\n\r\n${body}`,
    { seconds },
  );

const paths = [
  '/recordings/g/../other/b.webm', '/recordings/g/..%2fother%2fb.webm', '/recordings/g/%2e%2e/other/b.webm',
  '/recordings/g/%2e%2e%2fother/b.webm', '/recordings/g/..%5cother%5cb.webm', '/recordings/g/..\\other\\b.webm',
  '/recordings/..%2fsecret', '/recordings/g/..%2f..%2fsecret', '/recordings/%2e%2e/secret', '/recordings/g/link.webm',
  '/recordings/g/absolute.webm', '/recordings/g/up/other/b.webm', '/recordings/g/a.webm%00.txt', '/recordings/g%00/a.webm',
  '/recordings/g/a.webm/', '/recordings/g/%c0%ae%c0%ae/other/b.webm', `/recordings/g/${'x'.repeat(5000)}`,
];
for (const path of paths) {
  test(`GET ${path.slice(0, 60)} tells nothing`, async () => {
    const { status, body, raw } = await get(path);
    // A NUL byte ends the connection.
    if (!path.includes('%00')) assert.ok([301, 307, 308, 400, 401, 404].includes(status), raw);
    assert.doesNotMatch(body, /the secret|of another group|root:/);
  });
}

const ranges = [
  'bytes=--1', 'bytes=5-2', 'bytes=99999999999999999999-', 'bytes=0-99999999999999999999', 'bytes=-0', 'bytes=', 'bytes=a-b',
  'lines=0-1', `bytes=${'0-1,'.repeat(1000)}0-1`, 'bytes=0-9,0-9,0-9,0-9', 'bytes=-18446744073709551615', 'bytes=0x1-2',
];
for (const range of ranges) {
  test(`the range ${range.slice(0, 50)} gives no more than the file, or 416`, async () => {
    const { status, body, raw } = await get('/recordings/g/a.webm', `range: ${range}\r\n`);
    assert.ok([200, 206, 416].includes(status), raw);
    assert.ok(body.length < 1000, raw);
  });
}

for (const name of ['..', '.', '../other/b.webm', '/etc/passwd', 'a.webm\0', 'up', 'link.webm/../a.webm', '']) {
  test(`the form deletes nothing for the name ${JSON.stringify(name)}`, async () => {
    const { status, raw } = await post(new URLSearchParams({ q: 'delete', filename: name }).toString());
    assert.ok([400, 404].includes(status), raw);
    for (const file of ['secret', 'recordings/g/a.webm', 'recordings/other/b.webm']) assert.ok(existsSync(server.path(file)));
  });
}

test('a form that is too long is 413, one that is half sent deletes nothing', async () => {
  assert.equal((await post(`q=delete&filename=${'x'.repeat(100_000)}`)).status, 413);
  const half = await post('q=delete&filename=a.webm', { length: 1000, seconds: 1 });
  assert.equal(half.status, undefined);
  assert.ok(existsSync(server.path('recordings/g/a.webm')));
});

test('many wrong passwords at once are all refused, and a good one still counts', async () => {
  const wrong = `authorization: Basic ${Buffer.from('olga:no').toString('base64')}\r\n`;
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => exchange(server, `GET /recordings/g/ HTTP/1.1\r\nhost: ${server.host}\r\n${wrong}\r\n`)),
  );
  for (const { status } of answers) assert.equal(status, 401);
  assert.equal((await get('/recordings/g/a.webm')).status, 200);
});
