// What reverse proxies say about clients counts only when they are trusted; compressed copies of static files.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { request } from 'node:http';
import { Client } from './client.mjs';
import { address, people, startServer } from './server.mjs';

const script = 'export const answer = 42;\n'.repeat(100);
const staticFiles = {
  'index.html': '<!DOCTYPE html><title>Index</title>\n',
  'galene.html': '<!DOCTYPE html><title>Group</title>\n',
  '404.html': '<!DOCTYPE html><title>Nothing here</title>\n',
  'script.js': script,
  'script.js.br': brotliCompressSync(script),
};

let trusting;
let plain;
before(async () => {
  const options = { workers: 0, groups: { room: people }, staticFiles };
  trusting = await startServer({ ...options, args: ['-trusted-proxy', `192.0.2.0/24,${address}`] });
  plain = await startServer(options);
});
after(async () => {
  await trusting.stop();
  await plain.stop();
});

const get = (server, path, headers) =>
  new Promise((done, failed) => {
    request({ host: address, port: server.port, path, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on('error', failed)
      .end();
  });

async function identified(server, headers) {
  const op = await Client.connect(server);
  const other = await Client.connect(server, { headers });
  for (const [client, name] of [[op, 'op'], [other, 'present']]) {
    client.send({ type: 'join', kind: 'join', group: 'room', username: name, password: name });
    await client.drain();
  }
  await op.drain();
  op.send({ type: 'useraction', kind: 'identify', dest: other.id });
  const info = (await op.drain()).find(({ kind }) => kind === 'userinfo');
  for (const client of [op, other]) client.close();
  return info.value.address;
}

test('a trusted proxy says where a member comes from, also through another trusted one', async () => {
  assert.match(await identified(trusting, { 'x-forwarded-for': '198.51.100.7' }), /^198\.51\.100\.7:/);
  assert.match(await identified(trusting, { 'x-forwarded-for': '1.1.1.1, 198.51.100.7, 192.0.2.9' }), /^198\.51\.100\.7:/);
  assert.match(await identified(trusting, { forwarded: 'for="[2001:db8::5]:99"' }), /^\[2001:db8::5\]:/);
});

test('anybody else is taken for who connects', async () => {
  assert.ok((await identified(plain, { 'x-forwarded-for': '198.51.100.7' })).startsWith(`${address}:`));
});

test('the scheme that a trusted proxy names is that of the group\'s address', async () => {
  const location = async (server, headers) => JSON.parse((await get(server, '/group/room/.status', headers)).body).location;
  assert.match(await location(trusting, { 'x-forwarded-proto': 'https' }), /^https:/);
  assert.match(await location(trusting, {}), /^http:/);
  assert.match(await location(plain, { 'x-forwarded-proto': 'https' }), /^http:/);
});

test('a compressed copy is sent to those who take it, with a tag of its own', async () => {
  const compressed = await get(plain, '/script.js', { 'accept-encoding': 'gzip, br' });
  assert.equal(compressed.headers['content-encoding'], 'br');
  assert.equal(compressed.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal(compressed.headers.vary, 'Accept-Encoding');
  assert.equal(brotliDecompressSync(compressed.body).toString(), script);
  const whole = await get(plain, '/script.js', {});
  assert.equal(whole.headers['content-encoding'], undefined);
  assert.equal(whole.headers.vary, 'Accept-Encoding');
  assert.equal(whole.body.toString(), script);
  assert.notEqual(whole.headers.etag, compressed.headers.etag);
  const again = await get(plain, '/script.js', { 'accept-encoding': 'br', 'if-none-match': compressed.headers.etag });
  assert.equal(again.status, 304);
  const part = await get(plain, '/script.js', { range: 'bytes=0-5' });
  assert.equal(part.status, 206);
  assert.equal(part.body.toString(), 'export');
});
