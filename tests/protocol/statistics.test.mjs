// What the server tells of itself: statistics for pages, administrators, Prometheus and load balancers.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { adminConfig, api, basic, chief } from './api_client.mjs';
import { readMetrics } from './metrics_format.mjs';
import { closePeers, endWithoutLibrary, Publisher, Receiver } from './peer.mjs';
import { get } from './raw_http.mjs';
import { address, eventually, repository, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer({
    workers: 2,
    place: 'spread',
    config: adminConfig,
    args: ['-metrics-allow', address, '-metrics-token-file', 'data/metrics-token'],
  });
});
afterEach(closePeers);
after(async () => {
  await server.stop();
  endWithoutLibrary();
});

const groupNamed = (groups, name) => groups.find((group) => group.name === name);

async function statistics(path = '.stats') {
  const response = await api(server, 'GET', path);
  assert.equal(response.status, 200, response.body);
  return response.json;
}

async function file() {
  const response = await get(server, '/stats.json', { headers: { Authorization: chief } });
  assert.equal(response.status, 200, response.body);
  return JSON.parse(response.body);
}

async function metrics() {
  const response = await get(server, '/metrics');
  assert.equal(response.status, 200, response.body);
  assert.equal(response.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  return readMetrics(response.body);
}

/// The sum over all workers of the samples that have these labels.
function sum(values, name, ...labels) {
  let total = 0;
  for (const [key, value] of values) {
    if (key.split('{')[0] === name && labels.every((label) => key.includes(label))) total += value;
  }
  return total;
}

test('statistics are for administrators of the server', async () => {
  for (const path of ['.stats', '.workers']) {
    const response = await api(server, 'GET', path, { as: null });
    assert.equal(response.status, 401);
    assert.equal(response.headers['www-authenticate'], 'basic realm="/galene-api/"');
    assert.equal((await api(server, 'GET', path, { as: basic('clerk', 'clerk') })).status, 401);
    assert.equal((await api(server, 'PUT', path, { body: {} })).status, 405);
    assert.equal((await api(server, 'GET', `${path}/x`)).status, 404);
    const head = await api(server, 'HEAD', path);
    assert.equal(head.status, 200);
    assert.equal(head.headers['cache-control'], 'no-cache');
    const options = await api(server, 'OPTIONS', path, { as: null });
    assert.equal(options.headers['access-control-allow-methods'], 'OPTIONS, HEAD, GET');
  }
  const response = await get(server, '/stats.json');
  assert.equal(response.status, 401);
  assert.match(response.headers['www-authenticate'], /^basic realm=/);
});

test('groups are sorted, and members without streams have an id only', async () => {
  const names = [server.group(undefined, 'zebra'), server.group(undefined, 'aardvark')];
  const client = await server.join(names[0], 'present');
  await (await server.join(names[1], 'present')).sync();
  const groups = await statistics();
  const found = groups.map(({ name }) => name).filter((name) => names.includes(name));
  assert.deepEqual(found, ['aardvark', 'zebra']);
  assert.deepEqual(groupNamed(groups, 'zebra'), { name: 'zebra', clients: [{ id: client.id }] });
});

test('a call shows in all numbers, in the shape that pages read', async () => {
  const group = server.group();
  const [publisher, other] = [await server.join(group, 'present'), await server.join(group, 'observe')];
  const before = await metrics();
  const receiver = await Receiver.request(other);
  const up = await Publisher.start(publisher);
  await (await receiver.stream(up.id)).plays();

  const report = await eventually(async () => {
    const { clients } = groupNamed(await statistics(), group);
    const tracks = clients.flatMap((client) => [...(client.up ?? []), ...(client.down ?? [])]).flatMap((s) => s.tracks);
    return tracks.length === 4 && tracks.every(({ bitrate }) => bitrate > 0) && clients;
  }, 'rates of all tracks');
  const sent = report.find(({ id }) => id === publisher.id);
  const got = report.find(({ id }) => id === other.id);
  assert.deepEqual(Object.keys(sent), ['id', 'up']);
  assert.deepEqual(Object.keys(got), ['id', 'down']);
  assert.equal(sent.up[0].id, up.id);
  assert.equal(got.down[0].id, up.id);
  const allowed = {
    up: ['bitrate', 'maxBitrate', 'loss', 'jitter'],
    down: ['sid', 'maxSid', 'tid', 'maxTid', 'bitrate', 'maxBitrate', 'loss', 'rtt', 'jitter'],
  };
  for (const [direction, streams] of [['up', sent.up], ['down', got.down]]) {
    for (const track of streams[0].tracks) {
      for (const [field, value] of Object.entries(track)) {
        assert.ok(allowed[direction].includes(field), `${direction}: ${field}`);
        assert.equal(typeof value, 'number');
      }
      assert.ok(track.bitrate > 1000 && track.bitrate < 10e6, `${direction}: ${track.bitrate} bit/s`);
      assert.ok(track.loss >= 0 && track.loss <= 1);
    }
  }

  const detailed = groupNamed(await file(), group).clients.find(({ id }) => id === publisher.id);
  assert.deepEqual(detailed.up[0].tracks.map(({ kind }) => kind), ['audio', 'video']);
  assert.ok(detailed.up[0].tracks.every(({ packets, bytes }) => packets > 0 && bytes > packets));

  const { workers, ...whole } = await eventually(async () => {
    const all = await statistics('.workers');
    return all.workers.every(({ perSecond }) => perSecond.packetsSent > 0) && all;
  }, 'both workers send');
  assert.deepEqual(workers.map(({ name }) => name).sort(), ['0', '1']);
  for (const worker of workers) {
    assert.equal(worker.connected, true);
    assert.equal(worker.transports, 1);
    assert.equal(worker.relays, 1);
    assert.ok(worker.load >= 0 && worker.load <= 1);
    assert.ok(worker.cpuSeconds > 0 && worker.residentBytes > 1e6);
    assert.equal(worker.total.handshakesCompleted, 1);
    assert.deepEqual(Object.keys(worker.queues), ['handshakes', 'commandBytes', 'eventBytes']);
  }
  const relayed = (field) => workers.reduce((total, { total: t }) => total + t[field], 0);
  assert.ok(relayed('relayPacketsSent') > 0 && relayed('relayPacketsReceived') > 0);
  assert.equal(whole.upStreams, 1);
  assert.equal(whole.downStreams, 1);
  assert.ok(whole.signalling.loginsAccepted >= 2 && whole.signalling.messagesReceived > 0);

  const now = await metrics();
  assert.equal(sum(now, 'halcyon_worker_up'), 2);
  assert.equal(sum(now, 'halcyon_worker_tracks', 'direction="up"'), 2);
  assert.equal(sum(now, 'halcyon_worker_tracks', 'direction="down"'), 2);
  assert.equal(now.get('halcyon_streams{direction="up"}'), 1);
  for (const direction of ['direction="received"', 'direction="sent"']) {
    for (const name of ['halcyon_worker_packets_total', 'halcyon_worker_bytes_total', 'halcyon_worker_relay_packets_total']) {
      assert.ok(sum(now, name, direction) > sum(before, name, direction), `${name} ${direction}`);
    }
  }
  assert.equal(
    sum(now, 'halcyon_worker_handshakes_total', 'completed') - sum(before, 'halcyon_worker_handshakes_total', 'completed'),
    2,
  );
});

test('logins are counted by their result', async () => {
  const before = await metrics();
  const group = server.group();
  await (await server.join(group, 'op')).sync();
  const client = await server.connect();
  client.send({ type: 'join', kind: 'join', group, username: 'op', password: 'wrong' });
  assert.equal((await client.next()).kind, 'fail');
  const now = await metrics();
  for (const result of ['accepted', 'refused']) {
    const name = `halcyon_logins_total{result="${result}"}`;
    assert.equal(now.get(name) - before.get(name), 1, result);
  }
});

test('publishers over HTTP are counted while they are there, and their offers by result', async () => {
  const offer = readFileSync(join(repository, 'tests/unit/signald/sdp/data/chromium-camera.sdp'), 'utf8');
  const publish = (body) =>
    get(server, `/group/${server.group()}/.whip`, { method: 'POST', headers: { 'content-type': 'application/sdp' }, body });
  const before = await metrics();
  const changed = async (name) => (await metrics()).get(name) - before.get(name);
  const { status, headers } = await publish(offer);
  assert.equal(status, 201);
  assert.equal((await publish('v=0\r\n')).status, 400);
  assert.equal(await changed('halcyon_whip_sessions'), 1);
  assert.equal(await changed('halcyon_whip_offers_total{result="accepted"}'), 1);
  assert.equal(await changed('halcyon_whip_offers_total{result="refused"}'), 1);
  await get(server, headers.location, { method: 'DELETE' });
  assert.equal(await changed('halcyon_whip_sessions'), 0);
});

test('metrics are for the addresses of the list, and for whoever has the token', async () => {
  server.write('data/metrics-token', 'let me in\n');
  const forwarded = { 'X-Forwarded-For': '192.0.2.1' };
  const refused = await get(server, '/metrics', { headers: forwarded });
  assert.equal(refused.status, 401);
  assert.match(refused.headers['www-authenticate'], /^Bearer /);
  const headers = { ...forwarded, Authorization: 'Bearer let me in' };
  assert.equal((await get(server, '/metrics', { headers })).status, 200);
});

test('the dashboard and the alerts ask for metrics that there are', async () => {
  const names = new Set([...(await metrics()).keys()].map((key) => key.split('{')[0]));
  // These have no sample before something goes wrong, or where TURN is off.
  names.add('halcyon_worker_drops_total').add('halcyon_turn_restarts_total').add('halcyon_relay_test_success');
  for (const file of ['config/grafana/halcyon.json', 'config/prometheus/halcyon-alerts.yml']) {
    const text = readFileSync(join(repository, file), 'utf8');
    const used = new Set(text.match(/\b(?:halcyon|process)_[a-z_]+\b/g));
    assert.ok(used.size > 5, file);
    for (const name of used) assert.ok(names.has(name), `${file}: ${name}`);
  }
});

test('metrics are closed to others than this host unless flags say more', async () => {
  const plain = await startServer({ workers: 0 });
  const { status } = await get(plain, '/metrics');
  assert.equal(status, address === '127.0.0.1' ? 200 : 403);
  await plain.stop();
});

test('the server is alive always, and ready when a worker has room', async () => {
  assert.equal((await get(server, '/healthz')).status, 200);
  assert.equal((await get(server, '/readyz')).body, 'ready\n');
  const lonely = await startServer({ workers: 0 });
  assert.equal((await get(lonely, '/healthz')).status, 200);
  const response = await get(lonely, '/readyz');
  assert.equal(response.status, 503);
  assert.equal(response.body, 'no media worker has room for a new stream\n');
  await lonely.stop();
});

test('a worker that dies is counted', async () => {
  const first = async () => (await statistics('.workers')).workers.find(({ name }) => name === '0');
  process.kill((await first()).pid, 'SIGKILL');
  await eventually(async () => {
    const now = await metrics();
    return now.get('halcyon_worker_restarts_total{worker="0"}') === 1 && sum(now, 'halcyon_worker_up') === 2;
  }, 'the worker is back');
  assert.equal((await first()).restarts, 1);
});
