// The client over HTTP/2, with its WebSocket on a connection of its own.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { people, repository, startServer } from '../protocol/server.mjs';
import { launch } from './browsers.mjs';

let server;
let chromium;
before(async () => {
  server = await startServer({ workers: 0, isSecure: true, groups: { room: people }, staticRoot: join(repository, 'web/dist') });
  chromium = await launch('chromium');
});
after(async () => {
  await chromium?.close();
  await server.stop();
});

test('a browser fetches the page and all of its files over HTTP/2, and its WebSocket opens', async () => {
  const page = await chromium.browser.newPage();
  await page.goto(`${server.origin}/group/room/`, { waitUntil: 'networkidle0' });
  const protocols = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(({ nextHopProtocol }) => nextHopProtocol),
  );
  assert.ok(protocols.length > 2);
  assert.deepEqual(new Set(protocols), new Set(['h2']));
  const answer = await page.evaluate(
    (url) =>
      new Promise((done, failed) => {
        const socket = new WebSocket(url);
        socket.onopen = () => socket.send(JSON.stringify({ type: 'handshake', version: ['2'], id: 'browser' }));
        socket.onmessage = ({ data }) => done(JSON.parse(data).type);
        socket.onerror = () => failed(new Error('no WebSocket'));
      }),
    server.webSocket,
  );
  assert.equal(answer, 'handshake');
});
