// The TURN server that signald runs: a stand-in for coturn, and coturn itself.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { adminConfig, api } from './api_client.mjs';
import { closePeers, endWithoutLibrary, Publisher, Receiver } from './peer.mjs';
import { address, eventually, freePort, startServer } from './server.mjs';
import { TurnClient } from './turn_client.mjs';

const needsCoturn = {
  skip: existsSync('/usr/bin/turnserver') && address !== '127.0.0.1' ? false : 'needs coturn and the test namespace',
};

const folders = [];
afterEach(() => {
  closePeers();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
after(endWithoutLibrary);

/// A folder with a program `turnserver` of this text, or without one.
function programs(script) {
  const folder = mkdtempSync(join(tmpdir(), 'halcyon-turn-'));
  folders.push(folder);
  if (script) writeFileSync(join(folder, 'turnserver'), `#!/bin/sh\n${script}`, { mode: 0o755 });
  return folder;
}

async function enter(server) {
  const client = await server.connect();
  const [joined] = await client.join(server.group(), 'present');
  return { client, configuration: joined.rtcConfiguration };
}

const configuration = async (server) => (await enter(server)).configuration;

function isAlive(pid) {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/// The stand-in writes its pid and arguments beside itself.
const serves = 'echo "$$ $*" > "$0.tmp"; mv "$0.tmp" "$0.running"; exec sleep 1000\n';

async function running(folder) {
  const file = join(folder, 'turnserver.running');
  await eventually(() => existsSync(file), 'the TURN server is started');
  const [pid, ...args] = readFileSync(file, 'utf8').trim().split(' ');
  return { pid: Number(pid), args };
}

test('it runs with its secret in a private file, is offered to clients, and ends with signald', async () => {
  const folder = programs(serves);
  const server = await startServer({
    workers: 0,
    args: ['-turn', `${address}:4321`],
    iceServers: [{ urls: ['stun:a.example.net'] }],
    environment: { PATH: `${folder}:${process.env.PATH}` },
  });
  const { pid, args } = await running(folder);
  const { iceServers } = await configuration(server);
  const [flag, file] = args;
  assert.equal(flag, '-c');
  assert.equal(args.length, 2);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
  const secret = /^static-auth-secret=(.{64})$/m.exec(readFileSync(file, 'utf8'))[1];
  assert.ok(!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(secret));
  // External servers come first.
  assert.deepEqual(iceServers.map(({ urls }) => urls), [
    ['stun:a.example.net'],
    [`turn:${address}:4321`, `turn:${address}:4321?transport=tcp`],
  ]);
  assert.match(iceServers[1].username, /^\d+$/);
  await server.stop();
  assert.equal(isAlive(pid), false, 'it ended before signald');
  assert.equal(existsSync(file), false);
});

test('it ends even when signald is killed', async () => {
  const folder = programs(serves);
  const server = await startServer({
    workers: 0,
    args: ['-turn', `${address}:4321`],
    // A service manager would see to it itself.
    environment: { INVOCATION_ID: undefined, PATH: `${folder}:${process.env.PATH}` },
  });
  const { pid } = await running(folder);
  server.killNow();
  await eventually(() => !isAlive(pid), 'the TURN server is gone');
});

test('when it ends it is started again, and signald says why', async () => {
  const folder = programs(`[ -e "$0.first" ] || { touch "$0.first"; echo no memory; exit 5; }\n${serves}`);
  const server = await startServer({
    workers: 0,
    args: ['-turn', `${address}:4321`],
    environment: { PATH: `${folder}:${process.env.PATH}` },
  });
  await running(folder);
  assert.match(server.output, /ended with status 5 and is started again in 0 ms; it said last: no memory/);
  assert.equal((await configuration(server)).iceServers.length, 1);
  await server.stop();
});

test('without coturn signald serves all the same and says once what to install', async () => {
  const folder = programs();
  const server = await startServer({ workers: 0, args: ['-turn', `${address}:4321`], environment: { PATH: folder } });
  for (let times = 0; times < 2; times += 1) assert.deepEqual(await configuration(server), {});
  assert.equal(server.output.match(/install the package coturn/g).length, 1);
  await server.stop();
});

test('auto needs a public address', async () => {
  const folder = programs(serves);
  const server = await startServer({ workers: 0, args: ['-turn', 'auto'], environment: { PATH: `${folder}:${process.env.PATH}` } });
  assert.deepEqual(await configuration(server), {});
  assert.match(server.output, /this host has no public IPv4 address/);
  await server.stop();
});

test('coturn takes the credentials of the configuration and no others', needsCoturn, async () => {
  const port = await freePort();
  const server = await startServer({ workers: 0, args: ['-turn', `${address}:${port}`] });
  const [{ urls, ...credentials }] = (await configuration(server)).iceServers;
  const stranger = new TurnClient(urls[0], { ...credentials, credential: 'guessed' });
  assert.equal(await stranger.allocate(), 401);
  stranger.close();
  const client = new TurnClient(urls[0], credentials);
  assert.equal(await client.allocate(), address);
  assert.equal(await client.permission(address), 'granted', 'the workers can be reached');
  assert.equal(await client.permission('198.51.100.1'), 'granted', 'and the Internet');
  for (const closed of ['127.0.0.1', '10.77.0.2', '169.254.169.254', '192.168.1.1', '0.0.0.0', '224.0.0.1']) {
    assert.equal(await client.permission(closed), 403, `${closed} is closed`);
  }
  client.close();
  await server.stop();
});

test('in relay-only mode all media goes through the TURN server', needsCoturn, async () => {
  const port = await freePort();
  const server = await startServer({ workers: 1, args: ['-turn', `${address}:${port}`, '-relay-only'] });
  const group = server.group();
  const clients = [];
  for (const role of ['present', 'observe']) {
    const client = await server.connect();
    const [joined] = await client.join(group, role);
    assert.equal(joined.rtcConfiguration.iceTransportPolicy, 'relay');
    clients.push([client, joined.rtcConfiguration]);
  }
  const [[a, forA], [b, forB]] = clients;
  const receiver = await Receiver.request(b);
  receiver.configuration = forB;
  const up = await Publisher.start(a, { configuration: forA });
  await (await receiver.stream(up.id)).plays();
  const kinds = new Set();
  for (const report of (await up.connection.getStats()).values()) {
    if (report.type === 'local-candidate') kinds.add(report.candidateType);
  }
  assert.deepEqual([...kinds], ['relay']);
  await server.stop();
});

const relayTest = async (server) => (await api(server, 'GET', '.workers')).json.relayTest;

test('signald tests the server that it offers, and tells how it went', needsCoturn, async () => {
  const port = await freePort();
  const server = await startServer({ workers: 0, config: adminConfig, args: ['-turn', `${address}:${port}`] });
  const outcome = await eventually(() => relayTest(server), 'the relay test has ended', 25);
  assert.equal(outcome.server, `${address}:${port}`);
  assert.equal(outcome.succeeded, true, JSON.stringify(outcome));
  assert.ok(outcome.delay > 0 && outcome.delay < outcome.seconds, JSON.stringify(outcome));
  assert.match(server.output, /the TURN server [\d.]+:\d+ relays: tested in \d+ ms/);
  await server.stop();
});

test('a server that does not take the credentials of the file is found by the test', needsCoturn, async () => {
  const port = await freePort();
  const first = await startServer({ workers: 0, args: ['-turn', `${address}:${port}`] });
  await eventually(() => /relays: tested in/.test(first.output), 'its TURN server runs', 25);
  const iceServers = [{ urls: [`turn:${address}:${port}`], username: 'media', credential: 'guessed' }];
  const server = await startServer({ workers: 0, config: adminConfig, iceServers });
  const outcome = await eventually(() => relayTest(server), 'the relay test has ended', 25);
  assert.deepEqual(outcome, {
    server: `${address}:${port}`,
    succeeded: false,
    problem: 'the server answers 401: it does not take the credentials',
  });
  assert.match(server.output, /warning: the TURN server .* does not relay: the server answers 401/);
  await server.stop();
  await first.stop();
});
