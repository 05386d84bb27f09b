// Hostile WHIP requests: nothing of them crashes the server, stays in it, or is taken for an offer.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exchange, get } from '../protocol/raw_http.mjs';
import { address, people, repository, startServer } from '../protocol/server.mjs';

const offer = readFileSync(join(repository, 'tests/unit/signald/sdp/data/chromium-camera.sdp'), 'utf8');
const headers = { 'content-type': 'application/sdp' };

let server;
before(async () => {
  server = await startServer({ workers: 1, groups: { open: people } });
});
after(() => server.stop());

const post = (body, more) => get(server, '/group/open/.whip', { method: 'POST', headers: { ...headers, ...more }, body });

/// Nobody but the one who looks is in the group.
async function assertNobody() {
  const member = await server.join('open', 'op');
  const others = (await member.drain()).filter(({ type, id }) => type === 'user' && id !== member.id);
  assert.deepEqual(others, []);
  member.terminate();
}

const lines = offer.split('\r\n');
const bodies = {
  nothing: '',
  'a NUL byte': '\0',
  'line ends': '\r\n'.repeat(1000),
  'half an offer': offer.slice(0, offer.indexOf('a=fingerprint')),
  'no credentials': lines.filter((line) => !/ice-(ufrag|pwd)/.test(line)).join('\r\n'),
  'no fingerprint': lines.filter((line) => !line.startsWith('a=fingerprint')).join('\r\n'),
  'no sections': lines.slice(0, lines.findIndex((line) => line.startsWith('m='))).join('\r\n'),
  'a thousand sections': offer + 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(1000),
  'a line without end': `v=0\r\na=${'x'.repeat(900_000)}`,
  'another format': JSON.stringify({ type: 'offer', sdp: offer }),
  'raw bytes': Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)).toString('latin1'),
};
for (const [what, body] of Object.entries(bodies)) {
  test(`an offer of ${what} is answered 400, and nobody joins`, async () => {
    const { status, body: text } = await post(body);
    assert.equal(status, 400, text);
    await assertNobody();
  });
}

test('every line of an offer may be missing or doubled', async () => {
  const made = [];
  for (let index = 0; index < lines.length; index += 1) {
    const without = [...lines.slice(0, index), ...lines.slice(index + 1)];
    const doubled = [...lines.slice(0, index), lines[index], ...lines.slice(index)];
    for (const changed of [without, doubled]) {
      const { status, headers: answer } = await post(changed.join('\r\n'));
      assert.ok([201, 400].includes(status), `${status} without ${lines[index]}`);
      if (status === 201) made.push(answer.location);
      if (made.length > 20) await get(server, made.shift(), { method: 'DELETE' });
    }
  }
  for (const location of made) assert.equal((await get(server, location, { method: 'DELETE' })).status, 200);
  await assertNobody();
});

test('a body that is announced too long is refused before it is sent', async () => {
  const head = `POST /group/open/.whip HTTP/1.1\r\nhost: ${server.host}\r\ncontent-type: application/sdp\r\n`;
  const { status } = await exchange(server, `${head}content-length: 1048577\r\n\r\n`);
  assert.equal(status, 413);
});

test('who goes away in the middle of an offer has published nothing', async () => {
  const head = `POST /group/open/.whip HTTP/1.1\r\nhost: ${server.host}\r\ncontent-type: application/sdp\r\n`;
  const socket = connect(server.port, address);
  await new Promise((done) => socket.once('connect', done));
  await new Promise((done) => socket.write(`${head}content-length: ${offer.length}\r\n\r\n${offer.slice(0, 500)}`, done));
  socket.destroy();
  await assertNobody();
});

const tokens = ['x'.repeat(10_000), 'a.b.c', '..', '%00', '"', 'eyJhbGciOiJub25lIn0.e30.', '../../etc/passwd'];
for (const token of tokens) {
  test(`the token ${token.slice(0, 30)} lets nobody in`, async () => {
    const { status } = await post(offer, { authorization: `Bearer ${token}` });
    assert.ok([401, 404].includes(status), `${status}`);
    await assertNobody();
  });
}

test('hostile fragments are answered, and leave the session as it was', async () => {
  const { headers: made } = await post(offer);
  const fragments = [
    'a=ice-ufrag:', 'a=ice-ufrag:\r\na=ice-pwd:\r\n', '\0', 'm='.repeat(10_000), 'm=\r\n'.repeat(100_000),
    `a=ice-ufrag:${'u'.repeat(100_000)}\r\na=ice-pwd:p\r\n`, 'a=ice-ufrag:a\rb=c\r\na=ice-pwd:pppppppppppppppppppppp\r\n',
    'a=ice-ufrag:\u00e4\u00e4\u00e4\u00e4\r\na=ice-pwd:pppppppppppppppppppppp\r\n', 'a=mid:0\r\n',
  ];
  for (const body of fragments) {
    const { status } = await get(server, made.location, {
      method: 'PATCH',
      headers: { 'content-type': 'application/trickle-ice-sdpfrag' },
      body,
    });
    assert.equal(status, 400, JSON.stringify(body.slice(0, 40)));
  }
  const { status } = await get(server, made.location, { method: 'DELETE', headers: { 'if-match': made.etag } });
  assert.equal(status, 200);
});
