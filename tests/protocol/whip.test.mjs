// WHIP ingest (RFC 9725): publishing over HTTP, seen by members with a WebSocket.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { closePeers, endWithoutLibrary, Publisher, Receiver, sections } from './peer.mjs';
import { get } from './raw_http.mjs';
import { partial, text } from './shapes.mjs';
import { eventually, people, repository, startServer } from './server.mjs';

const offer = readFileSync(join(repository, 'tests/unit/signald/sdp/data/chromium-camera.sdp'), 'utf8');
const sdp = 'application/sdp';
const fragmentType = 'application/trickle-ice-sdpfrag';
const wildcard = (permissions) => ({ 'wildcard-user': { password: { type: 'wildcard' }, permissions } });
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
const token = (secret, group, fields = {}) => ({ token: secret, group, permissions: ['present'], expires: inAnHour, ...fields });

const groups = {
  open: people,
  'open/with blank': people,
  closed: { users: people.users },
  named: { users: { ...people.users, whip: { password: '', permissions: 'present' } } },
  audience: wildcard('observe'),
  full: { ...people, 'max-clients': 1 },
  early: { ...wildcard('present'), 'not-before': inAnHour },
  late: { ...wildcard('present'), expires: anHourAgo },
  alone: { ...wildcard('present'), autokick: true },
  moved: { ...wildcard('present'), redirect: 'https://b.example/group/moved/' },
  silent: { ...wildcard('present'), codecs: ['nothing'] },
};
const tokens = [
  token('good', 'closed'),
  token('camera', 'closed', { username: 'camera' }),
  token('listener', 'closed', { permissions: [] }),
  token('expired', 'closed', { expires: anHourAgo }),
  token('elsewhere', 'open'),
  token('nameless', 'named'),
];

let server;
let strange;
before(async () => {
  server = await startServer({
    workers: 1,
    groups,
    config: { allowOrigin: ['https://studio.example'] },
    iceServers: [
      { urls: ['stun:stun.example.org:3478', 'stuns:stun.example.org'] },
      { urls: ['turn:203.0.113.7:1194?transport=tcp'], username: 'galene', credential: 's"3\\t' },
    ],
    files: { 'data/var/tokens.jsonl': tokens.map((entry) => `${JSON.stringify(entry)}\n`).join('') },
  });
  server.write('groups/broken.json', '{');
  strange = await startServer({ workers: 0, groups: { open: people }, config: { canonicalHost: 'meet.example' } });
});
afterEach(closePeers);
after(async () => {
  await server.stop();
  await strange.stop();
  endWithoutLibrary();
});

const bearer = (secret) => (secret ? { authorization: `Bearer ${secret}` } : {});
const post = (group, { secret, headers, body = offer } = {}) =>
  get(server, `/group/${group ? `${group}/` : ''}.whip`, { method: 'POST', headers: { 'content-type': sdp, ...bearer(secret), ...headers }, body });
const remove = (location, headers) => get(server, location, { method: 'DELETE', headers });

/// The answer to a publication, which has gone well.
async function published(group, options) {
  const response = await post(group, options);
  assert.equal(response.status, 201, response.body);
  return { location: response.headers.location, tag: response.headers.etag, answer: response.body, response };
}

/// What a Publisher takes for a client: its offer goes to the endpoint.
class Studio {
  id = 'studio';
  #handle;

  constructor(group, secret) {
    this.group = group;
    this.secret = secret;
  }

  route(id, handle) {
    this.stream = id;
    this.#handle = handle;
  }

  async send(message) {
    if (message.type !== 'offer') return;
    Object.assign(this, await published(this.group, { secret: this.secret, body: message.sdp }));
    this.#handle({ type: 'answer', id: this.stream, sdp: this.answer });
  }

  static async start(group, secret, options) {
    const studio = new Studio(group, secret);
    studio.publisher = await Publisher.start(studio, options);
    return studio;
  }
}

/// The WHIP publisher's id, as a member is told of it.
const arrived = async (member, username = 'whip') => {
  const message = await member.find(partial({ type: 'user', kind: 'add', id: text, username }));
  return message.id;
};

// Publishing ---------------------------------------------------------------------------------------------------------------

test('a member sees and hears who publishes by WHIP, until DELETE', async () => {
  const member = await server.join('open', 'op');
  const receiver = await Receiver.request(member);
  const studio = await Studio.start('open');
  const id = await arrived(member);
  assert.match(id, /^[A-Za-z0-9_-]{22}$/);
  assert.ok(!studio.location.includes(id), 'members cannot derive the URL');
  const down = await receiver.stream(id, { seconds: 10 });
  await down.plays({ count: 20 });
  const [first] = down.offers;
  assert.equal(first.source, id);
  assert.equal(first.username, 'whip');
  assert.ok(!first.label);
  assert.equal((await remove(studio.location)).status, 200);
  await receiver.gone(id);
  await member.find(partial({ type: 'user', kind: 'delete', id }));
  assert.equal((await remove(studio.location)).status, 404);
});

test('the answer is complete, and only receives', async () => {
  const { location, tag, answer, response } = await published('open');
  assert.match(location, /^\/group\/open\/\.whip\/[A-Za-z0-9_-]{22}$/);
  assert.match(tag, /^"[A-Za-z0-9_-]{22}"$/);
  assert.equal(response.headers['content-type'], sdp);
  assert.equal(response.headers['access-control-expose-headers'], 'Location, Content-Type, Link, ETag');
  for (const { direction } of sections(answer).media) assert.equal(direction, 'recvonly');
  assert.match(answer, /^a=candidate:/m);
  await remove(location);
});

test('a kick ends the publication', async () => {
  const op = await server.join('open', 'op');
  const { location } = await published('open');
  const id = await arrived(op);
  op.send({ type: 'useraction', kind: 'kick', source: op.id, username: 'op', dest: id, value: 'enough' });
  await op.find(partial({ type: 'user', kind: 'delete', id }));
  assert.equal((await remove(location)).status, 404);
});

test('nobody can chat with it or change its permissions', async () => {
  const op = await server.join('open', 'op');
  const { location } = await published('open');
  const id = await arrived(op);
  await op.drain();
  op.send({ type: 'chat', source: op.id, username: 'op', dest: id, value: 'hello' });
  await op.find(partial({ type: 'usermessage', kind: 'error' }));
  op.send({ type: 'useraction', kind: 'unpresent', source: op.id, username: 'op', dest: id });
  await op.find(partial({ type: 'usermessage', kind: 'error' }));
  await remove(location);
});

test('a publisher that never connects is gone after ICE has failed', { timeout: 60_000 }, async () => {
  const op = await server.join('open', 'op');
  await published('open');
  const id = await arrived(op);
  await op.find(partial({ type: 'user', kind: 'delete', id }), 45);
});

test('a publisher whose worker dies is gone', async () => {
  const small = await startServer({ workers: 1, groups: { open: people } });
  const op = await small.join('open', 'op');
  const headers = { 'content-type': sdp };
  const { status } = await get(small, '/group/open/.whip', { method: 'POST', headers, body: offer });
  assert.equal(status, 201);
  const id = await arrived(op);
  process.kill(small.workers()[0], 'SIGKILL');
  await op.find(partial({ type: 'user', kind: 'delete', id }));
  await small.stop();
});

test('the shutdown of the server does not wait for publishers', async () => {
  const small = await startServer({ workers: 1, groups: { open: people } });
  await get(small, '/group/open/.whip', { method: 'POST', headers: { 'content-type': sdp }, body: offer });
  await small.stop();
});

// The endpoint -------------------------------------------------------------------------------------------------------------

const link = '<stun:stun.example.org:3478>; rel="ice-server"';
const turnLink =
  '<turn:203.0.113.7:1194?transport=tcp>; rel="ice-server"; username="galene"; credential="s\\"3\\\\t"; credential-type="password"';

test('OPTIONS needs no token and names the ICE servers', async () => {
  const { status, headers, body, raw } = await get(server, '/group/closed/.whip', { method: 'OPTIONS' });
  assert.equal(status, 200);
  assert.equal(body, '');
  assert.equal(headers['access-control-allow-methods'], 'OPTIONS, POST');
  assert.equal(headers['access-control-allow-headers'], 'Authorization, Content-Type');
  assert.equal(headers['access-control-expose-headers'], 'Link');
  const links = raw.split('\r\n').filter((line) => /^link:/i.test(line));
  assert.deepEqual(links.map((line) => line.replace(/^link: */i, '')), [link, turnLink]);
});

test('a 201 names the ICE servers too', async () => {
  const { response, location } = await published('open');
  assert.equal(response.raw.match(/^link:/gim).length, 2);
  await remove(location);
});

const origins = [
  ['https://studio.example', 'https://studio.example'],
  ['https://evil.example', undefined],
];
for (const [origin, allowed] of origins) {
  test(`the origin ${origin} is ${allowed ? '' : 'not '}allowed to read answers`, async () => {
    const { location, response } = await published('open', { headers: { origin } });
    for (const { headers } of [response, await get(server, location, { method: 'OPTIONS', headers: { origin } })]) {
      assert.equal(headers['access-control-allow-origin'], allowed);
      assert.equal(headers.vary, 'Origin');
    }
    await remove(location);
  });
}

// group, options → status, body
const refusals = [
  ['missing', {}, 404, /Nothing here/],
  ['broken', {}, 500],
  ['', {}, 404, /Nothing here/],
  ['open', { headers: { 'content-type': undefined } }, 415, /^bad content type\n$/],
  ['open', { headers: { 'content-type': 'application/sdp; charset=utf-8' } }, 415],
  ['open', { body: 'v=0\r\nnonsense' }, 400],
  ['open', { body: '' }, 400],
  ['open', { body: 'x'.repeat((1 << 20) + 1) }, 413],
  ['silent', {}, 400],
  ['closed', {}, 401, /^not authorised\n$/],
  ['closed', { secret: 'expired' }, 401, /^not authorised\n$/],
  ['closed', { secret: 'elsewhere' }, 401, /^not authorised\n$/],
  ['closed', { secret: 'unknown' }, 404, /Nothing here/],
  ['closed', { headers: { authorization: 'Bearer good good' } }, 401],
  ['closed', { headers: { authorization: 'Basic Z29vZDpnb29k' } }, 401],
  ['closed', { secret: 'listener' }, 403, /^Forbidden\n$/],
  ['named', { secret: 'nameless' }, 401, /^not authorised\n$/],
  ['audience', {}, 403, /^Forbidden\n$/],
  ['early', {}, 403, /not open yet/],
  ['late', {}, 403, /closed/],
  ['alone', {}, 403, /no operators/],
  ['moved', {}, 403, /b\.example/],
];
for (const [group, options, status, body] of refusals) {
  const what = JSON.stringify(options).slice(0, 60);
  test(`POST to ${group || 'no group'} with ${what} is answered ${status}`, async () => {
    const response = await post(group, options);
    assert.equal(response.status, status, response.body);
    if (body) assert.match(response.body, body);
    if (status === 401) assert.equal(response.headers['www-authenticate'], undefined);
    if (status === 415) assert.equal(response.headers.accept, sdp);
  });
}

const admissions = [
  ['open', {}, 'whip'],
  ['open', { headers: { 'content-type': 'Application/SDP' } }, 'whip'],
  ['open/with%20blank', {}, 'whip'],
  ['named', {}, 'whip'],
  ['closed', { secret: 'good' }, 'whip'],
  ['closed', { headers: { authorization: 'x, bEARER good' } }, 'whip'],
  ['closed', { secret: 'camera' }, 'camera'],
];
for (const [group, options, username] of admissions) {
  test(`POST to ${group} with ${JSON.stringify(options)} is let in as ${username}`, async () => {
    const member = await server.join(decodeURIComponent(group), 'op');
    const { location } = await published(group, options);
    assert.ok(location.startsWith(`/group/${group}/.whip/`), location);
    const id = await arrived(member, username);
    await remove(location, options.headers?.authorization ? options.headers : bearer(options.secret));
    await member.find(partial({ type: 'user', kind: 'delete', id }));
  });
}

for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']) {
  test(`${method} on the endpoint is answered 405`, async () => {
    const { status, headers } = await get(server, '/group/open/.whip', { method });
    assert.equal(status, 405);
    assert.equal(headers.allow, 'OPTIONS, POST');
  });
}

test('a group that is full or locked takes no publisher, and its members see none come', async () => {
  const op = await server.join('full', 'op');
  const full = await post('full');
  assert.equal(full.status, 403);
  assert.match(full.body, /too many users/);
  op.send({ type: 'groupaction', kind: 'lock', source: op.id, username: 'op', value: 'later' });
  await op.sync();
  assert.equal((await post('full')).body, 'later\n');
  const messages = await op.drain();
  assert.deepEqual(messages.filter(({ type, kind }) => type === 'user' && kind === 'add'), []);
});

test('the canonical host comes first, a missing worker is said', async () => {
  const headers = { 'content-type': sdp };
  const moved = await get(strange, '/group/open/.whip', { method: 'POST', headers, body: offer });
  assert.equal(moved.status, 301);
  assert.equal(moved.headers.location, 'https://meet.example/group/open/.whip');
  const host = { ...headers, Host: 'meet.example' };
  const refused = await get(strange, '/group/open/.whip', { method: 'POST', headers: host, body: offer });
  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers['retry-after']) > 0);
});

// Resources ----------------------------------------------------------------------------------------------------------------

const attribute = (name, text) => new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(text)[1];
const fragment = (ufrag, pwd, rest = '') =>
  `${ufrag ? `a=ice-ufrag:${ufrag}\r\n` : ''}${pwd ? `a=ice-pwd:${pwd}\r\n` : ''}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n${rest}`;
const candidate = 'a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host\r\na=candidate:nonsense\r\na=end-of-candidates\r\n';
const same = fragment(attribute('ice-ufrag', offer), attribute('ice-pwd', offer), candidate);
const other = fragment('abcd', 'a'.repeat(24), candidate);
const wrongSession = '/group/open/.whip/';

for (const id of ['', 'x', 'A'.repeat(22), `${'A'.repeat(22)}/x`]) {
  test(`the resource "${id}" does not exist`, async () => {
    for (const method of ['OPTIONS', 'DELETE', 'PATCH', 'GET']) {
      const { status } = await get(server, wrongSession + id, { method });
      assert.equal(status, 404, method);
    }
  });
}

// method, headers, body → status
const requests = [
  ['OPTIONS', {}, '', 200],
  ['GET', {}, '', 405],
  ['POST', {}, '', 405],
  ['DELETE', { 'if-match': '"x"' }, '', 412],
  ['DELETE', { 'if-none-match': '*' }, '', 412],
  ['PATCH', { 'if-match': '"x"', 'content-type': fragmentType }, same, 412],
  ['PATCH', { 'content-type': sdp }, same, 415],
  ['PATCH', { 'content-type': `${fragmentType}; charset=utf-8` }, same, 415],
  ['PATCH', {}, same, 415],
  ['PATCH', { 'content-type': fragmentType }, `a=mid:0\r\n${same}`, 400],
  ['PATCH', { 'content-type': fragmentType }, '', 400],
  ['PATCH', { 'content-type': fragmentType }, fragment(), 400],
  ['PATCH', { 'content-type': fragmentType }, fragment('abcd'), 400],
  ['PATCH', { 'content-type': fragmentType }, fragment('a b', 'c\0d'), 400],
  ['PATCH', { 'content-type': fragmentType }, fragment('u'.repeat(1000), 'p'.repeat(1000)), 400],
  ['PATCH', { 'content-type': fragmentType }, 'x'.repeat((1 << 20) + 1), 413],
  ['PATCH', { 'content-type': fragmentType }, same, 204],
  ['PATCH', { 'content-type': fragmentType }, same.replaceAll('\r\n', '\n'), 204],
  ['PATCH', { 'content-type': fragmentType, 'if-match': '*' }, same, 204],
];
for (const [method, headers, body, status] of requests) {
  test(`${method} of a resource with ${JSON.stringify(headers)} and ${JSON.stringify(body).slice(0, 40)} is answered ${status}`, async () => {
    const { location, tag } = await published('open');
    const response = await get(server, location, { method, headers, body });
    assert.equal(response.status, status, response.body);
    if (status === 405) assert.equal(response.headers.allow, 'OPTIONS, DELETE, PATCH');
    if (status === 415) assert.equal(response.headers.accept, fragmentType);
    if (status === 204) assert.equal(response.headers.etag, undefined);
    assert.equal((await remove(location, { 'if-match': `"y", ${tag}` })).status, 200);
  });
}

test('a session opened with a token is changed by that token only; OPTIONS needs none', async () => {
  const { location } = await published('closed', { secret: 'good' });
  for (const headers of [{}, bearer('camera'), bearer('goo'), bearer('good2')]) {
    const { status, body } = await remove(location, headers);
    assert.equal(status, 403);
    assert.equal(body, 'Forbidden\n');
  }
  assert.equal((await get(server, location, { method: 'OPTIONS' })).status, 200);
  assert.equal((await remove(location.replace('/closed/', '/open/'), bearer('good'))).status, 404);
  assert.equal((await remove(location, bearer('good'))).status, 200);
});

test('other credentials restart ICE: a new tag, and the fragment of a new answer', async () => {
  const { location, tag, answer } = await published('open');
  const headers = { 'content-type': fragmentType, 'if-match': tag };
  const response = await get(server, location, { method: 'PATCH', headers, body: other });
  assert.equal(response.status, 200, response.body);
  assert.equal(response.headers['content-type'], fragmentType);
  assert.match(response.headers.etag, /^"[A-Za-z0-9_-]{22}"$/);
  assert.notEqual(response.headers.etag, tag);
  assert.notEqual(attribute('ice-ufrag', response.body), attribute('ice-ufrag', answer));
  assert.match(response.body, /^m=audio .*\r\na=mid:0\r\n/m);
  assert.match(response.body, /^a=candidate:.*\r$/m);
  assert.doesNotMatch(response.body, /^a=(?!ice-ufrag:|ice-pwd:|mid:|candidate:)/m);
  assert.equal((await remove(location, { 'if-match': tag })).status, 412);
  assert.equal((await get(server, location, { method: 'PATCH', headers: { 'content-type': fragmentType }, body: other })).status, 204);
  assert.equal((await remove(location)).status, 200);
});

test('media goes on after an ICE restart by PATCH', async () => {
  const member = await server.join('open', 'op');
  const receiver = await Receiver.request(member);
  const studio = await Studio.start('open');
  const down = await receiver.stream(await arrived(member), { seconds: 10 });
  await down.plays();
  const { connection } = studio.publisher;
  const next = await connection.createOffer({ iceRestart: true });
  await connection.setLocalDescription(next);
  const body = fragment(attribute('ice-ufrag', next.sdp), attribute('ice-pwd', next.sdp));
  const headers = { 'content-type': fragmentType };
  const response = await get(server, studio.location, { method: 'PATCH', headers, body });
  assert.equal(response.status, 200, response.body);
  const answer = studio.answer
    .replaceAll(/^a=ice-ufrag:.*\r$/gm, `a=ice-ufrag:${attribute('ice-ufrag', response.body)}\r`)
    .replaceAll(/^a=ice-pwd:.*\r$/gm, `a=ice-pwd:${attribute('ice-pwd', response.body)}\r`);
  await connection.setRemoteDescription({ type: 'answer', sdp: answer });
  await eventually(() => connection.iceConnectionState === 'connected' || connection.iceConnectionState === 'completed', 'ICE connects anew');
  await down.plays({ count: 20 });
  await remove(studio.location);
});

test('two publishers of one group are two members', async () => {
  const op = await server.join('open', 'op');
  const first = await published('open');
  const one = await arrived(op);
  const second = await published('open');
  const two = await arrived(op);
  assert.notEqual(one, two);
  assert.notEqual(first.location, second.location);
  await remove(first.location);
  await op.find(partial({ type: 'user', kind: 'delete', id: one }));
  assert.equal((await remove(first.location)).status, 404);
  assert.equal((await remove(second.location)).status, 200);
});
