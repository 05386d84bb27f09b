// The certificate and its changes while connections are open.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { address, people, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer({ workers: 0, isSecure: true, groups: { room: people } });
});
after(() => server.stop());

let changes = 0;
/// Two changes within one tick of the file system's clock would look like one.
function touch() {
  changes += 1;
  const later = new Date(Date.now() + changes * 2000);
  for (const file of ['key.pem', 'cert.pem']) utimesSync(server.path('data', file), later, later);
}

function renew(name) {
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-keyout', server.path('data', 'key.pem'), '-out', server.path('data', 'cert.pem'),
  ], { stdio: 'ignore' });
  touch();
}

/// Whom a new connection's certificate names.
const named = () =>
  new Promise((done, failed) => {
    const socket = connect({ port: server.port, host: address, rejectUnauthorized: false }, () => {
      done(socket.getPeerCertificate().subject?.CN);
      socket.destroy();
    });
    socket.once('error', failed);
  });

const statusOver = (session) =>
  new Promise((done, failed) => {
    const stream = session.request({ ':path': '/' });
    stream.once('response', (headers) => done(headers[':status']));
    stream.once('error', failed);
    stream.resume();
  });

test('connections that are open live through a change of the certificate, HTTP/2 and WebSocket alike', async () => {
  renew('first.example');
  assert.equal(await named(), 'first.example');
  const session = connectHttp2(server.origin, { rejectUnauthorized: false });
  let isGone = false;
  for (const event of ['goaway', 'close', 'error']) session.once(event, () => (isGone = true));
  assert.equal(await statusOver(session), 200);
  const member = await server.join('room', 'op');

  renew('second.example');
  assert.equal(await named(), 'second.example');
  assert.equal(await statusOver(session), 200);
  assert.equal(session.socket.getPeerCertificate().subject.CN, 'first.example');
  await member.sync();
  assert.equal(isGone, false);
  session.destroy();
});

test('a certificate that does not load is reported once, and the one before stays in use', async () => {
  renew('good.example');
  assert.equal(await named(), 'good.example');
  server.write('data/cert.pem', '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n');
  touch();
  for (let handshake = 0; handshake < 5; handshake += 1) assert.equal(await named(), 'good.example');
  assert.equal(server.output.match(/keeping the certificate loaded before/g).length, 1);

  renew('repaired.example');
  assert.equal(await named(), 'repaired.example');
  assert.equal(server.output.match(/keeping the certificate loaded before/g).length, 1);
});
