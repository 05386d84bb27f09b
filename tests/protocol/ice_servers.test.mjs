// What clients are told of STUN and TURN servers.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { startServer } from './server.mjs';

async function withServer(options, check) {
  const server = await startServer({ workers: 0, ...options, args: ['-turn', '', ...(options.args ?? [])] });
  try {
    await check(server);
  } finally {
    await server.stop();
  }
}

async function configuration(server) {
  const client = await server.connect();
  const [joined] = await client.join(server.group(), 'present');
  return joined.rtcConfiguration;
}

test('without servers the configuration is an empty object', () =>
  withServer({}, async (server) => {
    assert.deepEqual(await configuration(server), {});
  }));

test('servers of the file come in order, with credentials that last for a day', () => {
  // The server makes them when it starts, perhaps in an earlier second than that of the question.
  const before = Math.floor(Date.now() / 1000);
  return withServer(
    {
      iceServers: [
        { urls: ['turn:relay.example.net:3478'], username: 'media', credential: 'k3y', credentialType: 'hmac-sha1' },
        { urls: ['stun:relay.example.net:3478'] },
        { urls: ['turns:relay.example.net'], username: 'u', credential: 'p' },
      ],
    },
    async (server) => {
      const { iceServers, ...rest } = await configuration(server);
      assert.deepEqual(rest, {});
      const [timed, ...others] = iceServers;
      const [, until] = /^(\d+):media$/.exec(timed.username);
      assert.ok(until >= before + 86_400 && until <= Date.now() / 1000 + 86_400, timed.username);
      assert.equal(timed.credential, createHmac('sha1', 'k3y').update(timed.username).digest('base64'));
      assert.equal(timed.credentialType, 'password');
      assert.deepEqual(others, [
        { urls: ['stun:relay.example.net:3478'], credentialType: 'password' },
        { urls: ['turns:relay.example.net'], username: 'u', credential: 'p', credentialType: 'password' },
      ]);
      // The next client gets the same.
      assert.deepEqual((await configuration(server)).iceServers, iceServers);
    },
  );
});

test('a bad entry is left out with one line in the log, and the rest counts', () =>
  withServer(
    { iceServers: [{ urls: 'stun:a.example.net' }, { urls: ['turn:b.example.net'] }, { urls: ['stun:c.example.net'] }] },
    async (server) => {
      for (let times = 0; times < 2; times += 1) {
        const { iceServers } = await configuration(server);
        assert.deepEqual(iceServers.map(({ urls }) => urls), [['stun:c.example.net']]);
      }
      assert.equal(server.output.match(/ice-servers\.json: entry 1 is left out/g).length, 1);
      assert.equal(server.output.match(/ice-servers\.json: entry 2 is left out/g).length, 1);
    },
  ));

test('a file that comes, changes or goes counts at once', () =>
  withServer({}, async (server) => {
    server.write('data/ice-servers.json', [{ urls: ['stun:a.example.net'] }]);
    assert.equal((await configuration(server)).iceServers[0].urls[0], 'stun:a.example.net');
    server.write('data/ice-servers.json', '[{"urls": oops');
    assert.deepEqual(await configuration(server), {});
    server.write('data/ice-servers.json', [{ urls: ['stun:bb.example.net'] }]);
    assert.equal((await configuration(server)).iceServers[0].urls[0], 'stun:bb.example.net');
    rmSync(server.path('data/ice-servers.json'));
    assert.deepEqual(await configuration(server), {});
  }));

test('in relay-only mode clients are told so', () =>
  withServer({ args: ['-relay-only'] }, async (server) => {
    assert.deepEqual(await configuration(server), { iceTransportPolicy: 'relay' });
  }));
