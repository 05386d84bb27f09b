// Each bound on connections and requests, exceeded; and whose word counts about a client's address.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import { exchange, get } from './raw_http.mjs';
import { address, eventually, people, startServer } from './server.mjs';

let server;
let secure;
before(async () => {
  server = await startServer({
    workers: 0,
    groups: { room: people },
    args: ['-header-timeout', '1', '-idle-timeout', '1', '-max-connections=20', '-trusted-proxy', '192.0.2.1'],
  });
  secure = await startServer({ workers: 0, isSecure: true, args: ['--header-timeout=1'] });
});
after(async () => {
  await server.stop();
  await secure.stop();
});

/// Connects, sends, and resolves with what came once the server has ended the connection.
const untilClosed = (bytes) =>
  new Promise((done) => {
    const socket = connect(server.port, address, () => socket.write(bytes));
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => done(received));
  });

test('a head that does not become complete ends the connection after -header-timeout', { timeout: 20_000 }, async () => {
  assert.doesNotMatch(await untilClosed('GET / HTTP/1.1\r\nHost:'), /200/);
  assert.doesNotMatch(await untilClosed(''), /200/);
});

test('a head that drips does not hold its connection either', { timeout: 20_000 }, async () => {
  const socket = connect(server.port, address);
  socket.on('error', () => {});
  let isClosed = false;
  socket.on('close', () => (isClosed = true));
  socket.write('GET / HTTP/1.1\r\nX-Slow: ');
  await eventually(() => isClosed || !socket.write('x'), 'the server ends it', 15);
  socket.destroy();
});

test('a connection that asks nothing more is closed after -idle-timeout', { timeout: 20_000 }, async () => {
  assert.match(await untilClosed(`GET / HTTP/1.1\r\nHost: ${server.host}\r\n\r\n`), /^HTTP\/1.1 200 /);
});

test('a TLS handshake that does not begin is given up', { timeout: 20_000 }, async () => {
  const socket = connect(secure.port, address);
  socket.on('error', () => {});
  await new Promise((done) => socket.once('close', done));
});

test('a body that stops half way is given up, and nothing is written', { timeout: 60_000 }, async () => {
  const head = `PUT /galene-api/v0/.groups/new HTTP/1.1\r\nHost: ${server.host}\r\nContent-Type: application/json\r\n`;
  assert.doesNotMatch(await untilClosed(`${head}Content-Length: 100\r\n\r\n{`), / 20[0-9] /);
  assert.equal((await get(server, '/group/new/')).status, 404);
});

test('connections beyond -max-connections are refused, and those there are go on', async () => {
  const first = connect(server.port, address);
  const sockets = [first];
  let refused = 0;
  const count = (socket) => {
    socket.on('error', () => {});
    socket.on('close', () => (refused += 1));
  };
  // More than fit, whatever other tests still have open.
  for (let made = 0; made < 40; made += 1) sockets.push(connect(server.port, address));
  sockets.forEach(count);
  await eventually(() => refused >= 20, 'twenty are refused');
  sockets.forEach((socket) => socket.destroy());
  await eventually(async () => (await get(server, '/')).status === 200, 'there is room again');
  assert.match(server.output, /-max-connections/);
});

const isLoopback = address.startsWith('127.');
test('connections of one address beyond -max-connections-per-address are refused, others are not', { skip: isLoopback && 'loopback is not counted' }, async () => {
  const limited = await startServer({ workers: 0, args: ['-max-connections-per-address=5'] });
  const open = (localAddress) =>
    new Promise((done) => {
      const socket = connect({ port: limited.port, host: address, localAddress });
      socket.on('error', () => {});
      socket.once('close', () => done({ socket, isRefused: true }));
      socket.once('data', () => done({ socket, isRefused: false }));
      socket.write(`GET / HTTP/1.1\r\nHost: ${limited.host}\r\n\r\n`);
    });
  try {
    const sockets = [];
    const fill = async () => {
      while (!sockets.at(-1)?.isRefused) sockets.push(await open(address));
      return sockets.length;
    };
    // Those of startServer() itself may not be gone yet.
    await eventually(async () => {
      sockets.splice(0).forEach(({ socket }) => socket.destroy());
      return (await fill()) === 6;
    }, 'five fit, and not six');
    assert.equal((await open('127.0.0.1')).isRefused, false);
    sockets[0].socket.destroy();
    await eventually(async () => !(await open(address)).isRefused, 'there is room again for one');
  } finally {
    await limited.stop();
  }
});

test('a head of 20 kB is answered 431, and one of 8 kB is fine', async () => {
  assert.equal((await get(server, '/', { headers: { Referer: 'x'.repeat(20_000) } })).status, 431);
  assert.equal((await get(server, `/${'x'.repeat(20_000)}`)).status, 431);
  assert.equal((await get(server, '/', { headers: { Authorization: `Bearer ${'x'.repeat(8000)}` } })).status, 200);
});

test('a declared body beyond the limit is answered 413 before it is sent', async () => {
  const response = await exchange(
    server,
    `PUT /galene-api/v0/.groups/room HTTP/1.1\r\nHost: ${server.host}\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`,
  );
  assert.equal(response.status, 413);
  assert.equal(response.body, 'Request body too large\n');
});

// Reverse proxies.
const scheme = async (where, headers) => new URL(JSON.parse((await get(where, '/group/room/.status', { headers })).body).location).protocol;
const forwarded = [
  { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https' },
  { Forwarded: 'for=203.0.113.9;proto=https' },
];
test('what a stranger says about proxies is ignored', async () => {
  for (const headers of forwarded) assert.equal(await scheme(server, headers), 'http:');
});

test('a trusted proxy is believed about the scheme and the address', async () => {
  const behind = await startServer({ workers: 0, groups: { room: people }, args: ['-trusted-proxy', `${address}/32,10.0.0.0/8`] });
  try {
    for (const headers of forwarded) assert.equal(await scheme(behind, headers), 'https:');
    const operator = await behind.join('room', 'op');
    const member = await behind.join('room', 'message', { headers: { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9, 10.1.2.3' } });
    operator.send({ type: 'useraction', kind: 'identify', source: operator.id, dest: member.id });
    await eventually(() => JSON.stringify(operator.received()).includes('203.0.113.9'), 'the operator is told the address');
  } finally {
    await behind.stop();
  }
});

// Sub-protocols.
for (const offered of ['chat', 'chat, superchat', 'v12.stomp,mqtt', '']) {
  test(`an upgrade that offers the sub-protocols "${offered}" is accepted without any`, async () => {
    const response = await get(server, '/ws', {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        'Sec-WebSocket-Protocol': offered,
      },
    });
    assert.equal(response.status, 101);
    assert.equal(response.headers['sec-websocket-protocol'], undefined);
  });
}

// TLS.
const negotiate = (...flags) =>
  new Promise((done) => {
    const child = execFile('openssl', ['s_client', '-connect', secure.host, ...flags], (_, stdout) => done(stdout));
    child.stdin.end();
  });

test('TLS 1.2 and 1.3 are spoken, 1.0 and 1.1 are not', async () => {
  for (const version of ['1_2', '1_3']) {
    assert.match(await negotiate(`-tls${version}`), new RegExp(`New, TLSv${version.replace('_', '.')}, Cipher is [A-Z]`), version);
  }
  for (const version of ['1', '1_1']) {
    // The lowest level, or the client would refuse by itself.
    assert.match(await negotiate(`-tls${version}`, '-cipher', 'ALL:@SECLEVEL=0'), /Cipher is \(NONE\)/, version);
  }
});

test('HTTP/2 is negotiated with who knows it, and HTTP/1.1 with who does not', async () => {
  for (const [offered, chosen] of [[['http/1.1', 'h2'], 'h2'], [['http/1.1'], 'http/1.1'], [['spdy/1'], false], [undefined, false]]) {
    const socket = connectSecurely({ port: secure.port, host: address, rejectUnauthorized: false, ALPNProtocols: offered });
    await new Promise((done, failed) => socket.once('secureConnect', done).once('error', failed));
    assert.equal(socket.alpnProtocol, chosen);
    socket.destroy();
  }
});

test('plain HTTP on the TLS port is told so', async () => {
  const response = await get(secure, '/', { isSecure: false });
  assert.equal(response.status, 400);
  assert.equal(response.body, 'Client sent an HTTP request to an HTTPS server.\n');
});
