// A group's recordings over HTTP: list, files with ranges, deletion.

import assert from 'node:assert/strict';
import { existsSync, utimesSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { address } from './server.mjs';
import { chosen, startChosen as startServer } from './transports.mjs';

const group = {
  'allow-recording': true,
  users: {
    olga: { password: 'op', permissions: 'op' },
    paul: { password: 'paul', permissions: 'present' },
    rita: { password: 'rita', permissions: ['record'] },
    hash: { password: { type: 'bcrypt', key: '$2b$08$CCCCCCCCCCCCCCCCCCCCC.DXBIW7iZMHj/jVg3eTWyKdjPvFNE43S' }, permissions: 'op' },
  },
};
const content = '0123456789'.repeat(10);

let server;
before(async () => {
  server = await startServer({
    workers: 0,
    args: ['-metrics-allow', address],
    groups: { g: group, 'a/b c': group, closed: { users: group.users } },
    files: {
      'recordings/g/old.webm': content,
      'recordings/g/young.webm': content,
      'recordings/g/it"s <b>.webm': 'x',
      'recordings/a/b c/deep.webm': 'deep',
      'recordings/gone/lost.webm': 'its group has no description',
      'recordings/g/directory/x.webm': 'x',
      'recordings/g/.partial.webm': 'half written',
      'recordings/g/.trash/x.webm': 'x',
    },
  });
  const yesterday = new Date(Date.now() - 86_400_000);
  utimesSync(server.path('recordings/g/old.webm'), yesterday, yesterday);
});
after(() => server.stop());

const basic = (user, password) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });
const olga = basic('olga', 'op');

function ask(method, path, { headers = olga, body = '' } = {}) {
  const form = method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  return chosen.request(server, path, { method, headers: { ...headers, ...form }, body });
}

const html = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };
const refused = { 'www-authenticate': 'basic realm="recordings/g"', 'content-type': 'text/plain; charset=utf-8' };

// request → status, headers, body
const table = [
  ['GET', '/recordings', {}, 308, { location: '/recordings/' }],
  ['GET', '/recordings?x=y', {}, 308, { location: '/recordings/' }],
  ['GET', '/recordings/', {}, 400, {}, 'Bad group name\n'],
  ['GET', '/recordings/.hidden/', {}, 400, {}, 'Bad group name\n'],
  ['GET', '/recordings/g/', {}, 200, html, /<title>Recordings for group g<\/title>/],
  ['HEAD', '/recordings/g/', {}, 200, html, ''],
  ['GET', '/recordings/g', {}, 308, { location: '/recordings/g/' }],
  ['GET', '/recordings/a/b%20c/', {}, 200, html, /action="\/recordings\/a\/b%20c\/"/],
  ['GET', '/recordings/a/b%20c', {}, 308, { location: '/recordings/a/b%20c/' }],
  ['GET', '/recordings/a/b%20c', { headers: {} }, 308, { location: '/recordings/a/b%20c/' }],
  ['GET', '/recordings/g/directory', {}, 308, { location: '/recordings/g/directory/' }],
  ['GET', '/recordings/g/directory', { headers: {} }, 401, refused],
  ['GET', '/recordings/a/b%20c/deep.webm', {}, 200, { 'content-type': 'video/webm' }, 'deep'],
  ['PUT', '/recordings/g/', { headers: { ...olga, 'content-length': '0' } }, 405, { allow: 'OPTIONS, HEAD, GET, POST' }],
  ['DELETE', '/recordings/g/old.webm', {}, 405, { allow: 'OPTIONS, HEAD, GET' }],
  // Who may
  ['GET', '/recordings/g/', { headers: {} }, 401, refused, 'Haha!\n'],
  ['GET', '/recordings/g/old.webm', { headers: {} }, 401, refused],
  ['GET', '/recordings/g/missing.webm', { headers: {} }, 401, refused],
  ['GET', '/recordings/g/', { headers: basic('olga', 'wrong') }, 401, refused],
  ['GET', '/recordings/g/', { headers: basic('paul', 'paul') }, 401, refused],
  ['GET', '/recordings/g/', { headers: basic('rita', 'rita') }, 200, html],
  ['GET', '/recordings/g/', { headers: { authorization: 'Bearer abc' } }, 401, refused],
  ['GET', '/recordings/closed/', {}, 401, {}],
  ['GET', '/recordings/gone/lost.webm', {}, 401, {}],
  // Files
  ['GET', '/recordings/g/old.webm', {}, 200, { 'content-type': 'video/webm', 'accept-ranges': 'bytes', 'cache-control': 'max-age=1800', 'content-length': '100' }, content],
  ['GET', '/recordings/g/young.webm', {}, 200, { 'cache-control': 'no-cache' }, content],
  ['HEAD', '/recordings/g/old.webm', {}, 200, { 'content-length': '100' }, ''],
  ['GET', '/recordings/g/missing.webm', {}, 404, { 'content-type': 'text/html; charset=utf-8' }, /Nothing here/],
  ['GET', '/recordings/g/old.webm', { headers: { ...olga, range: 'bytes=5-9' } }, 206, { 'content-range': 'bytes 5-9/100', 'content-length': '5' }, '56789'],
  ['GET', '/recordings/g/old.webm', { headers: { ...olga, range: 'bytes=-3' } }, 206, { 'content-range': 'bytes 97-99/100' }, '789'],
  ['GET', '/recordings/g/old.webm', { headers: { ...olga, range: 'bytes=98-' } }, 206, { 'content-range': 'bytes 98-99/100' }, '89'],
  ['GET', '/recordings/g/old.webm', { headers: { ...olga, range: 'bytes=0-1,50-51' } }, 206, { 'content-type': /^multipart\/byteranges; boundary=/ }, /bytes 50-51\/100/],
  ['GET', '/recordings/g/old.webm', { headers: { ...olga, range: 'bytes=100-' } }, 416, { 'content-range': 'bytes */100' }],
  ['GET', '/recordings/g/old.webm', { headers: { ...olga, range: 'bytes=0-4', 'if-range': '"other"' } }, 200, {}, content],
  ['GET', '/recordings/g/old.webm', { headers: { ...olga, 'if-match': '"other"' } }, 412, {}],
  // What the list leaves out is not there
  ['GET', '/recordings/g/.partial.webm', {}, 404, { 'content-type': 'text/html; charset=utf-8' }, /Nothing here/],
  ['GET', '/recordings/g/%2epartial.webm', {}, 404, {}],
  ['HEAD', '/recordings/g/.partial.webm', {}, 404, {}, ''],
  ['GET', '/recordings/g/.trash', {}, 404, {}],
  ['POST', '/recordings/g/', { body: 'q=delete&filename=.partial.webm' }, 404, {}],
  // Deletion
  ['POST', '/recordings/g/', { body: 'q=keep&filename=old.webm' }, 400, {}, 'Unknown query\n'],
  ['POST', '/recordings/g/', { body: 'q=delete' }, 400, {}, 'No filename provided\n'],
  ['POST', '/recordings/g/', { body: 'q=delete&filename=..%2Fgone%2Flost.webm' }, 400, {}, 'Bad character in filename\n'],
  ['POST', '/recordings/g/', { body: '%' }, 400, {}, "Couldn't parse request\n"],
  ['POST', '/recordings/g/', { body: 'q=delete&filename=missing.webm' }, 404, {}],
  ['POST', '/recordings/g/', { headers: { ...olga, origin: 'https://evil.example' }, body: 'q=delete&filename=old.webm' }, 403, {}],
  ['POST', '/recordings/g/', { headers: { ...olga, 'sec-fetch-site': 'cross-site' }, body: 'q=delete&filename=old.webm' }, 403, {}],
  ['POST', '/recordings/g/', { headers: { ...olga, origin: 'null' }, body: 'q=delete&filename=old.webm' }, 403, {}],
  ['POST', '/recordings/g/', { headers: {}, body: 'q=delete&filename=old.webm' }, 401, refused],
];

for (const [method, path, request, status, headers, body] of table) {
  const what = Object.entries({ ...request.headers, body: request.body })
    .filter(([name, value]) => value && name !== 'authorization')
    .map(([name, value]) => ` ${name}: ${value}`)
    .join('');
  const who = request.headers?.authorization === undefined && request.headers ? ' without password' : '';
  test(`${method} ${path}${what}${who} is ${status}`, async () => {
    const answer = await ask(method, path, request);
    assert.equal(answer.status, status, answer.raw);
    for (const [name, value] of Object.entries(headers)) {
      if (value instanceof RegExp) assert.match(answer.headers[name] ?? '', value);
      else assert.equal(answer.headers[name], value, name);
    }
    if (body instanceof RegExp) assert.match(answer.body, body);
    else if (body !== undefined) assert.equal(answer.body, body);
  });
}

test('an unchanged recording is not sent again', async () => {
  const first = await ask('GET', '/recordings/g/old.webm');
  const again = await ask('GET', '/recordings/g/old.webm', { headers: { ...olga, 'if-none-match': first.headers.etag } });
  assert.equal(again.status, 304);
  assert.equal(again.headers['content-length'], undefined);
});

test('the form deletes one file, whatever its name, and leads back to the list', async () => {
  const name = 'it"s <b>.webm';
  const list = await ask('GET', '/recordings/g/');
  assert.ok(list.body.includes('value="it&#34;s &lt;b&gt;.webm"'), list.body);
  const answer = await ask('POST', '/recordings/g/', {
    headers: { ...olga, origin: server.origin, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ filename: name, q: 'delete' }).toString(),
  });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, '/recordings/g/');
  assert.ok(!existsSync(server.path('recordings/g', name)));
  assert.ok(existsSync(server.path('recordings/g/old.webm')));
});

test('a refused password is answered late, one that is right at once', async () => {
  const before = Date.now();
  await ask('GET', '/recordings/g/', { headers: basic('olga', 'wrong') });
  assert.ok(Date.now() - before >= 200);
});

test('a player that seeks costs one hash, however often it asks, until its password changes', async () => {
  const counted = async (result) => {
    const { body } = await chosen.request(server, '/metrics');
    return Number(new RegExp(`^halcyon_request_passwords_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(body)[1]);
  };
  const hash = basic('hash', 'secret');
  const [computed, remembered] = [await counted('computed'), await counted('remembered')];
  for (let at = 0; at < 20; at += 1) {
    const answer = await ask('GET', '/recordings/g/old.webm', { headers: { ...hash, range: `bytes=${at}-${at}` } });
    assert.equal(answer.status, 206, answer.raw);
  }
  assert.equal((await counted('computed')) - computed, 1);
  assert.equal((await counted('remembered')) - remembered, 19);
  const users = { ...group.users, hash: { ...group.users.hash, password: 'another' } };
  server.group({ ...group, users }, 'g');
  assert.equal((await ask('GET', '/recordings/g/old.webm', { headers: hash })).status, 401);
  server.group({ ...group, users: { ...group.users, hash: { ...group.users.hash, permissions: 'present' } } }, 'g');
  assert.equal((await ask('GET', '/recordings/g/old.webm', { headers: hash })).status, 401, 'permissions are not remembered');
});
