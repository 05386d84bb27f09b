// Joining, every way it can be refused, and leaving.

import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ellipticKey, jsonWebToken, now, rsaKey, symmetricKey } from './credentials.mjs';
import { people, startServer } from './server.mjs';
import { assertShape, anything, optional, partial, setOf, text } from './shapes.mjs';

let server;
before(async () => {
  server = await startServer({ workers: 0 });
});
after(() => server.stop());

const opPermissions = setOf('op', 'present', 'message', 'caption', 'token');

const joined = (group, username, fields = {}) => ({
  type: 'joined',
  kind: 'join',
  group,
  username,
  permissions: optional(anything),
  status: partial({ name: group }),
  rtcConfiguration: anything,
  ...fields,
});

const userAdd = (client, fields = {}) => ({
  type: 'user',
  kind: 'add',
  id: client.id,
  username: client.username,
  permissions: optional(anything),
  ...fields,
});

const failed = (group, { value = text, error, username = '' } = {}) => ({
  type: 'joined',
  kind: 'fail',
  error,
  group,
  username,
  value,
});

const days = (count) => new Date(Date.now() + count * 86_400_000).toISOString();

test('a newcomer gets joined, the history oldest first, itself, then the others', async () => {
  const group = server.group();
  const first = await server.join(group, 'op');
  const second = await server.join(group, 'present', { data: { raisehand: true } });
  for (const value of ['one', 'two']) first.send({ type: 'chat', source: first.id, username: 'op', value });
  await first.sync();
  const third = await server.connect();
  const arrival = await third.join(group, 'observe', { data: { mood: 'good' } });
  assert.equal(arrival.length, 6);
  assertShape(
    arrival[0],
    joined(group, 'observe', {
      permissions: undefined,
      status: { name: group, clientCount: 3 },
      rtcConfiguration: {},
    }),
  );
  assert.deepEqual(
    arrival.slice(1, 3).map(({ type, value }) => [type, value]),
    [['chathistory', 'one'], ['chathistory', 'two']],
  );
  assertShape(arrival[3], userAdd(third, { permissions: undefined, data: { mood: 'good' } }));
  const others = arrival.slice(4).sort((a, b) => (a.username < b.username ? -1 : 1));
  assertShape(others[0], userAdd(first, { permissions: opPermissions }));
  assertShape(others[1], userAdd(second, { permissions: setOf('present', 'message'), data: { raisehand: true } }));
});

test('the others get one user/add and nothing else', async () => {
  const group = server.group();
  const first = await server.join(group, 'op');
  const second = await server.join(group, 'present');
  await first.expectAll(userAdd(second, { permissions: setOf('present', 'message') }));
});

const roles = [
  ['op', opPermissions],
  ['present', setOf('present', 'message')],
  ['message', setOf('message')],
  ['caption', setOf('caption')],
  ['observe', undefined],
];
for (const [role, permissions] of roles) {
  test(`the role ${role} gives its permissions`, async () => {
    const group = server.group();
    const client = await server.join(group, role);
    assertShape(client.arrival[0], joined(group, role, { permissions }));
  });
}

test('allow-recording and unrestricted-tokens extend the roles, not explicit lists', async () => {
  const group = server.group({
    'allow-recording': true,
    'unrestricted-tokens': true,
    users: {
      op: { password: 'op', permissions: 'op' },
      present: { password: 'present', permissions: 'present' },
      list: { password: 'list', permissions: ['op', 'present'] },
    },
  });
  const get = async (name) => (await server.join(group, name)).permissions;
  assert.ok(setOf('op', 'present', 'message', 'caption', 'token', 'record')(await get('op')));
  assert.ok(setOf('present', 'message', 'token')(await get('present')));
  assert.deepEqual(await get('list'), ['op', 'present']);
});

test('the status in joined names what the description names', async () => {
  const description = {
    ...people,
    displayName: 'The Room',
    description: 'Where we meet',
    authPortal: 'https://portal.example/',
    public: true,
  };
  const group = server.group(description);
  const client = await server.join(group, 'op');
  assertShape(client.arrival[0].status, {
    name: group,
    displayName: 'The Room',
    description: 'Where we meet',
    authPortal: 'https://portal.example/',
    clientCount: 1,
  });
});

test('two members may have the same name, and the empty name is legal', async () => {
  const group = server.group();
  const first = await server.join(group, 'guest');
  const second = await server.join(group, 'guest');
  await first.expectAll(userAdd(second));
  const nameless = await server.join(group, '', { password: '' });
  assertShape(nameless.arrival[0], joined(group, ''));
  await first.expectAll(userAdd(nameless, { username: '' }));
});

// Refusals that are due to credentials come 200 ms late.
const credentialRefusals = [
  ['a wrong password', people, { username: 'op', password: 'wrong' }],
  ['a wrong password although a wildcard user would do', people, { username: 'present', password: '' }],
  ['no password', people, { username: 'op' }],
  ['an unknown user', { users: people.users }, { username: 'nobody', password: 'x' }],
  ['a user without password', { users: { blank: {} } }, { username: 'blank', password: '' }],
  ['a token that nobody made', people, { token: 'AAAAAAAAAAA', username: 'x' }],
  ['a token that looks like a JWT', people, { token: 'a.b.c', username: 'x' }],
  ['a name that is no name', people, { username: '../x' }],
  ['a name with a backslash', people, { username: 'a\\b' }],
  ['a name of dots', people, { username: '..' }],
];
for (const [what, description, fields] of credentialRefusals) {
  test(`${what} is refused without an identifier, 200 ms late`, async () => {
    const group = server.group(description);
    const client = await server.connect();
    const start = Date.now();
    client.send({ type: 'join', kind: 'join', group, ...fields });
    await client.expect(failed(group));
    assert.ok(Date.now() - start >= 190, `after ${Date.now() - start} ms`);
    await client.expectNothing();
  });
}

const otherRefusals = [
  ['a group that does not exist', () => 'no-such-room', { username: 'op', password: 'op' }],
  ['an empty name', () => '', { username: 'op', password: 'op' }],
  ['a name with dots', () => '../room', { username: 'op', password: 'op' }],
  ['a name with a backslash', () => 'a\\b', { username: 'op', password: 'op' }],
  ['a name with a slash in front', () => '/room', { username: 'op', password: 'op' }],
  ['a name with an empty component', () => 'a//b', { username: 'op', password: 'op' }],
  ['a name with NUL', () => 'a\u0000b', { username: 'op', password: 'op' }],
  ['neither user name nor token', () => server.group(), {}],
  ['a subgroup of a group without subgroups', () => `${server.group()}/sub`, { username: 'op', password: 'op' }],
  ['a description that is no JSON', () => server.group('{ not json'), { username: 'op', password: 'op' }],
  ['a description with unknown fields', () => server.group({ ...people, colour: 'red' }), { username: 'op', password: 'op' }],
  ['an empty description file', () => server.group(''), { username: 'op', password: 'op' }],
  ['a group that opens later', () => server.group({ ...people, 'not-before': days(1) }), { username: 'present', password: 'present' }],
  ['a group that has closed', () => server.group({ ...people, expires: days(-1) }), { username: 'present', password: 'present' }],
  ['an autolock group', () => server.group({ ...people, autolock: true }), { username: 'present', password: 'present' }, { username: 'present' }],
  ['an autokick group without operator', () => server.group({ ...people, autokick: true }), { username: 'present', password: 'present' }],
];
for (const [what, makeGroup, fields] of otherRefusals) {
  test(`${what} is refused with a text, and the connection lives on`, async () => {
    const group = makeGroup();
    const client = await server.connect();
    client.send({ type: 'join', kind: 'join', group, ...fields });
    const refusal = await client.expect(failed(group === '' ? undefined : group, { username: () => true }));
    assert.equal(refusal.error, undefined);
    const good = server.group();
    await client.join(good, 'op');
  });
}

const operatorsEnter = [
  ['that opens later', { 'not-before': days(1) }],
  ['that has closed', { expires: days(-1) }],
  ['that locks itself', { autolock: true }],
  ['that kicks without operator', { autokick: true }],
];
for (const [what, fields] of operatorsEnter) {
  test(`an operator enters a group ${what}`, async () => {
    await server.join(server.group({ ...people, ...fields }), 'op');
  });
}

test('a full group refuses everybody but operators', async () => {
  const group = server.group({ ...people, 'max-clients': 2 });
  await server.join(group, 'present');
  await server.join(group, 'present');
  const late = await server.connect();
  late.send({ type: 'join', kind: 'join', group, username: 'present', password: 'present' });
  await late.expect(failed(group, { username: 'present' }));
  await server.join(group, 'op');
});

test('an empty client id cannot join', async () => {
  const group = server.group();
  const client = await server.connect({ id: '' });
  client.send({ type: 'join', kind: 'join', group, username: 'op', password: 'op' });
  await client.expect(failed(group, { username: () => true }));
});

test('a client id that is in the group already cannot join it, but may join another', async () => {
  const group = server.group();
  const first = await server.join(group, 'op', { id: 'twin' });
  const second = await server.connect({ id: 'twin' });
  second.send({ type: 'join', kind: 'join', group, username: 'present', password: 'present' });
  await second.expect(failed(group, { username: () => true }));
  await first.expectNothing();
  await second.join(server.group(), 'op');
});

test('who was refused has no rights: an offer gives abort and an error', async () => {
  const group = server.group({ ...people, autolock: true });
  const client = await server.connect();
  client.send({ type: 'join', kind: 'join', group, username: 'present', password: 'present' });
  await client.expect(failed(group, { username: () => true }));
  client.send({ type: 'offer', id: 'stream', sdp: 'v=0\r\n' });
  await client.expect({ type: 'abort', id: 'stream' });
  await client.expect(client.error());
});

test('a redirecting group answers a valid join with redirect, and nobody becomes a member', async () => {
  const group = server.group({ ...people, redirect: 'https://elsewhere.example/group/x/' });
  const client = await server.connect();
  client.send({ type: 'join', kind: 'join', group, username: 'op', password: 'op' });
  await client.expect({
    type: 'joined',
    kind: 'redirect',
    group,
    username: 'op',
    value: 'https://elsewhere.example/group/x/',
  });
  client.send({ type: 'chat', value: 'x' });
  await client.expectAll(client.error());
});

test('automatic subgroups inherit everything but the public listing', async () => {
  const parent = server.group({ ...people, 'auto-subgroups': true, public: true, displayName: 'Parent', description: 'D' });
  const client = await server.join(`${parent}/a/b`, 'op');
  assertShape(client.arrival[0].status, { name: `${parent}/a/b`, displayName: 'Parent', clientCount: 1 });
});

test('history and members of a group are not those of its subgroup', async () => {
  const parent = server.group({ ...people, 'auto-subgroups': true });
  const above = await server.join(parent, 'op');
  const below = await server.join(`${parent}/sub`, 'op');
  above.send({ type: 'chat', value: 'above' });
  await above.sync();
  await below.expectNothing();
});

test('leave is answered with joined/leave, the others get user/delete, and one may join again', async () => {
  const group = server.group();
  const stays = await server.join(group, 'op');
  const leaves = await server.join(group, 'present', { data: { raisehand: true } });
  await stays.drain();
  leaves.send({ type: 'join', kind: 'leave', group });
  await leaves.expectAll({
    type: 'joined',
    kind: 'leave',
    group,
    username: 'present',
    status: optional(anything),
    data: optional(anything),
    rtcConfiguration: anything,
  });
  await stays.expectAll({ type: 'user', kind: 'delete', id: leaves.id, username: 'present' });
  leaves.send({ type: 'chat', value: 'x' });
  await leaves.expectAll(leaves.error());
  const arrival = await leaves.join(group, 'message');
  assertShape(arrival[1], userAdd(leaves, { permissions: ['message'] }));
});

test('a rewritten description is told to the members at the next access', async () => {
  const group = server.group();
  const member = await server.join(group, 'present');
  server.group({ ...people, displayName: 'New name' }, group);
  await fetch(`${server.origin}/group/${group}/.status`);
  await member.expectAll({
    type: 'joined',
    kind: 'change',
    group,
    username: 'present',
    permissions: setOf('present', 'message'),
    status: { name: group, displayName: 'New name', clientCount: 1 },
    rtcConfiguration: anything,
  });
});

test('an unchanged description is told to nobody', async () => {
  const group = server.group();
  const member = await server.join(group, 'present');
  await fetch(`${server.origin}/group/${group}/.status`);
  await member.expectNothing();
  utimesSync(server.path('groups', `${group}.json`), new Date(0), new Date(0));
  await fetch(`${server.origin}/group/${group}/.status`);
  await member.expectAll(partial({ type: 'joined', kind: 'change' }));
});

test('a description that broke leaves the members in peace and refuses newcomers', async () => {
  const group = server.group();
  const member = await server.join(group, 'op');
  server.group('{ broken', group);
  const late = await server.connect();
  late.send({ type: 'join', kind: 'join', group, username: 'op', password: 'op' });
  await late.expect(failed(group));
  await member.expectNothing();
  server.group(people, group);
  await late.join(group, 'op');
});

test('autokick sends everybody away when the last operator leaves', async () => {
  const group = server.group({ ...people, autokick: true });
  const op = await server.join(group, 'op');
  const guest = await server.join(group, 'present');
  op.close(1000);
  const { code } = await guest.closed();
  assert.equal(code, 1000);
  const kicked = guest.received().find(({ kind }) => kind === 'kicked');
  assertShape(kicked, { type: 'usermessage', kind: 'kicked', dest: guest.id, privileged: true, value: text });
});

test('autolock locks when the last operator leaves, and tells the others', async () => {
  const group = server.group({ ...people, autolock: true });
  const op = await server.join(group, 'op');
  op.send({ type: 'groupaction', kind: 'unlock' });
  await op.sync();
  const guest = await server.join(group, 'present');
  op.close(1000);
  await guest.find(partial({ type: 'joined', kind: 'change', status: partial({ locked: true }) }));
});

// Tokens of an authorisation server.
const keys = { HS256: symmetricKey(), HS384: symmetricKey('HS384'), HS512: symmetricKey('HS512'), ES256: ellipticKey(), RS256: rsaKey() };
const withKeys = (...list) => ({ ...people, authKeys: list.map(({ jwk }) => jwk) });

for (const [algorithm, key] of Object.entries(keys)) {
  test(`a JWT signed with ${algorithm} gives its name and permissions`, async () => {
    const group = server.group(withKeys(keys.HS256, key));
    const client = await server.join(group, 'ignored', { token: jsonWebToken(key, group), password: undefined });
    assertShape(client.arrival[0], joined(group, 'visitor', { permissions: ['present', 'message'] }));
  });
}

const badClaims = [
  ['that has expired', { exp: now() - 60 }],
  ['without expiry', { exp: undefined }],
  ['that is not valid yet', { nbf: now() + 600 }],
  ['for another group', { aud: 'https://any.example/group/other/' }],
  ['for no group', { aud: undefined }],
  ['for a parent, without include-subgroups', { aud: 'https://any.example/group/' }],
  ['with permissions that are no list', { permissions: 'op' }],
];
for (const [what, claims] of badClaims) {
  test(`a JWT ${what} is refused`, async () => {
    const group = server.group(withKeys(keys.HS256));
    const client = await server.connect();
    client.send({ type: 'join', kind: 'join', group, token: jsonWebToken(keys.HS256, group, claims) });
    await client.expect(failed(group));
  });
}

const forgeries = [
  ['signed with another key', (group) => jsonWebToken(symmetricKey(), group)],
  ['that says it is not signed', (group) => jsonWebToken({ alg: 'none', sign: () => '' }, group)],
  ['whose algorithm is not its key\'s', (group) => jsonWebToken({ ...keys.HS256, alg: 'HS512' }, group)],
  ['whose kid names no key', (group) => jsonWebToken({ ...keys.HS256, kid: 'nobody' }, group)],
  ['with a damaged signature', (group) => jsonWebToken(keys.HS256, group).slice(0, -4)],
];
for (const [what, forge] of forgeries) {
  test(`a JWT ${what} is refused`, async () => {
    const keyed = symmetricKey('HS256', 'named');
    const group = server.group({ ...people, authKeys: [{ ...keys.HS256.jwk, kid: 'one' }, keyed.jwk] });
    const client = await server.connect();
    client.send({ type: 'join', kind: 'join', group, token: forge(group) });
    await client.expect(failed(group));
  });
}

test('a JWT for a parent group opens subgroups if it includes them', async () => {
  const parent = server.group({ ...withKeys(keys.HS256), 'auto-subgroups': true });
  const token = jsonWebToken(keys.HS256, parent, { 'include-subgroups': true });
  const client = await server.join(`${parent}/sub`, undefined, { token });
  assert.equal(client.arrival[0].username, 'visitor');
});

test('a JWT without name takes the client\'s, unless that is reserved', async () => {
  const group = server.group(withKeys(keys.HS256));
  const token = jsonWebToken(keys.HS256, group, { sub: undefined });
  const free = await server.join(group, 'chosen', { token, password: undefined });
  assert.equal(free.arrival[0].username, 'chosen');
  const nameless = await server.join(group, undefined, { token });
  assert.equal(nameless.arrival[0].username, '');
  const taken = await server.connect();
  taken.send({ type: 'join', kind: 'join', group, username: 'op', token });
  await taken.expect(failed(group, { error: 'duplicate-username' }));
});
