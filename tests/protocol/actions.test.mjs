// useraction, groupaction, and invitations.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { people, startServer } from './server.mjs';
import { anything, assertShape, optional, partial, setOf, text, time } from './shapes.mjs';

let server;
before(async () => {
  server = await startServer({ workers: 0 });
});
after(() => server.stop());

async function pair(first = 'op', second = 'present', description = people) {
  const group = server.group(description);
  const members = [await server.join(group, first), await server.join(group, second)];
  await members[0].drain();
  return [...members, group];
}

const list = (permissions) => (permissions.length ? setOf(...permissions) : undefined);

const change = (group, client, permissions) => ({
  type: 'joined',
  kind: 'change',
  group,
  username: client.username,
  permissions: list(permissions),
  status: partial({ name: group }),
  rtcConfiguration: anything,
});

const userChange = (client, permissions, data = undefined) => ({
  type: 'user',
  kind: 'change',
  id: client.id,
  username: client.username,
  permissions: list(permissions),
  data,
});

// From a role, an action, to these permissions.
const permissionActions = [
  ['present', 'op', ['present', 'message', 'op']],
  ['op', 'unop', ['present', 'message', 'caption', 'token']],
  ['message', 'present', ['message', 'present']],
  ['present', 'unpresent', ['message']],
  ['present', 'shutup', ['present']],
  ['observe', 'unshutup', ['message']],
  // What is there already, or not there, is told all the same.
  ['op', 'op', ['op', 'present', 'message', 'caption', 'token']],
  ['present', 'unop', ['present', 'message']],
  ['present', 'present', ['present', 'message']],
  ['observe', 'unpresent', []],
  ['observe', 'shutup', []],
];
for (const [role, kind, permissions] of permissionActions) {
  test(`${kind} on ${role} gives [${permissions}]`, async () => {
    const [op, target, group] = await pair('op', role);
    op.send({ type: 'useraction', kind, source: op.id, username: 'op', dest: target.id });
    await op.expectAll(userChange(target, permissions));
    await target.expectAll(change(group, target, permissions), userChange(target, permissions));
  });
}

test('op gives record too where recording is allowed, and unop takes it', async () => {
  const [op, target, group] = await pair('op', 'present', { ...people, 'allow-recording': true });
  op.send({ type: 'useraction', kind: 'op', dest: target.id });
  await op.expectAll(userChange(target, ['present', 'message', 'op', 'record']));
  await target.expectAll(
    change(group, target, ['present', 'message', 'op', 'record']),
    userChange(target, ['present', 'message', 'op', 'record']),
  );
  op.send({ type: 'useraction', kind: 'unop', dest: target.id });
  await op.expectAll(userChange(target, ['present', 'message']));
});

test('one may change oneself, and rights end at once', async () => {
  const [op, other] = await pair();
  op.send({ type: 'useraction', kind: 'unop', dest: op.id });
  op.send({ type: 'useraction', kind: 'op', dest: other.id });
  const messages = await op.drain();
  assert.equal(messages.length, 3);
  assertShape(messages[2], op.error());
});

test('taking rights from one leaves those of later logins alone', async () => {
  const [op, target, group] = await pair();
  for (const kind of ['unpresent', 'shutup']) op.send({ type: 'useraction', kind, dest: target.id });
  op.send({ type: 'useraction', kind: 'unop', dest: op.id });
  await op.sync();
  assert.ok(setOf('present', 'message')((await server.join(group, 'present')).permissions));
  assert.ok(setOf('op', 'present', 'message', 'caption', 'token')((await server.join(group, 'op')).permissions));
});

const operatorActions = ['op', 'unop', 'present', 'unpresent', 'shutup', 'unshutup', 'kick', 'identify'];
for (const kind of operatorActions) {
  test(`useraction ${kind} needs op, which is tested before the target`, async () => {
    const [op, other] = await pair();
    other.send({ type: 'useraction', kind, dest: 'nobody' });
    other.send({ type: 'useraction', kind, dest: op.id });
    await other.expectAll(other.error(), other.error());
    await op.expectNothing();
  });
  test(`useraction ${kind} on an unknown member gets an error`, async () => {
    const [op] = await pair();
    op.send({ type: 'useraction', kind, dest: 'nobody' });
    op.send({ type: 'useraction', kind });
    await op.expectAll(op.error(), op.error());
  });
}

const kicks = [
  ['a text', 'out with you', 'out with you'],
  ['no text', undefined, text],
  ['a number', 7, text],
];
for (const [what, value, said] of kicks) {
  test(`kick with ${what} says so, closes with 1000 and tells the others`, async () => {
    const [op, victim] = await pair();
    op.send({ type: 'useraction', kind: 'kick', source: op.id, username: 'op', dest: victim.id, value });
    assert.equal((await victim.closed()).code, 1000);
    const messages = victim.received();
    assert.equal(messages.length, 1);
    assertShape(messages[0], {
      type: 'usermessage',
      kind: 'kicked',
      id: op.id,
      username: 'op',
      dest: victim.id,
      privileged: true,
      value: said,
    });
    await op.expectAll({ type: 'user', kind: 'delete', id: victim.id, username: 'present' });
  });
}

test('a kick text that fits into no close frame still arrives', async () => {
  const [op, victim] = await pair();
  const value = 'é'.repeat(500);
  op.send({ type: 'useraction', kind: 'kick', dest: victim.id, value });
  const { code } = await victim.closed();
  assert.ok([1000, 1006].includes(code));
  assert.equal(victim.received()[0].value, value);
});

test('one may kick oneself', async () => {
  const [op] = await pair();
  op.send({ type: 'useraction', kind: 'kick', dest: op.id });
  assert.equal((await op.closed()).code, 1000);
});

test('identify tells the address, after a warning to the one identified', async () => {
  const [op, target] = await pair();
  op.send({ type: 'useraction', kind: 'identify', source: op.id, username: 'op', dest: target.id });
  await op.expectAll({
    type: 'usermessage',
    kind: 'userinfo',
    privileged: true,
    value: { id: target.id, username: 'present', address: /^(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\]):\d+$/ },
  });
  await target.expectAll(target.warning());
});

test('own data is merged, null deletes, and all are told', async () => {
  const [op, other] = await pair();
  const set = (value) => other.send({ type: 'useraction', kind: 'setdata', dest: other.id, value });
  set({ raisehand: true, mood: 'good' });
  await other.expectAll(userChange(other, ['present', 'message'], { raisehand: true, mood: 'good' }));
  set({ raisehand: null, seat: 3 });
  await other.expectAll(userChange(other, ['present', 'message'], { mood: 'good', seat: 3 }));
  set({ mood: null, seat: null });
  await other.expectAll(userChange(other, ['present', 'message']));
  assert.equal((await op.drain()).length, 3);
});

test('nobody sets another\'s data, not even an operator', async () => {
  const [op, other] = await pair();
  op.send({ type: 'useraction', kind: 'setdata', dest: other.id, value: { a: 1 } });
  op.send({ type: 'useraction', kind: 'setdata', value: { a: 1 } });
  await op.expectAll(op.error(), op.error());
  await other.expectNothing();
});

for (const value of [undefined, 'x', 1, [], true]) {
  test(`setdata with ${JSON.stringify(value)} is refused`, async () => {
    const [op] = await pair();
    op.send({ type: 'useraction', kind: 'setdata', dest: op.id, value });
    op.send({ type: 'groupaction', kind: 'setdata', value });
    await op.expectAll(op.error(), op.error());
  });
}

// Group actions.
const groupChange = (group, client, fields) => ({
  ...change(group, client, client.permissions),
  ...fields,
});

test('group data is merged, null deletes, and all are told', async () => {
  const [op, other, group] = await pair();
  op.send({ type: 'groupaction', kind: 'setdata', value: { topic: 'x', page: 1 } });
  await op.expectAll(groupChange(group, op, { data: { topic: 'x', page: 1 } }));
  await other.expectAll(groupChange(group, other, { data: { topic: 'x', page: 1 } }));
  op.send({ type: 'groupaction', kind: 'setdata', value: { topic: null } });
  await op.expectAll(groupChange(group, op, { data: { page: 1 } }));
  const late = await server.join(group, 'observe');
  assert.deepEqual(late.arrival[0].data, { page: 1 });
});

test('the change of permissions does not carry the group\'s data', async () => {
  const [op, other, group] = await pair();
  op.send({ type: 'groupaction', kind: 'setdata', value: { topic: 'x' } });
  op.send({ type: 'useraction', kind: 'shutup', dest: other.id });
  await op.sync();
  const messages = await other.drain();
  assertShape(messages[1], change(group, other, ['present']));
});

test('lock keeps others out with its text, lets operators in, and unlock undoes it', async () => {
  const [op, other, group] = await pair();
  op.send({ type: 'groupaction', kind: 'lock', value: 'not now' });
  for (const client of [op, other]) {
    await client.expectAll(groupChange(group, client, { status: { name: group, locked: true, clientCount: 2 } }));
  }
  const late = await server.connect();
  const ask = () => late.send({ type: 'join', kind: 'join', group, username: 'present', password: 'present' });
  ask();
  await late.expect({ type: 'joined', kind: 'fail', group, username: optional(anything), value: 'not now' });
  const second = await server.join(group, 'op');
  assert.equal(second.arrival[0].status.locked, true);
  second.send({ type: 'groupaction', kind: 'unlock' });
  await second.find(partial({ kind: 'change', status: { name: group, clientCount: 3 } }));
  await late.join(group, 'present');
});

for (const value of [undefined, '', 7, {}]) {
  test(`lock with ${JSON.stringify(value)} has a text of its own`, async () => {
    const [op, , group] = await pair();
    op.send({ type: 'groupaction', kind: 'lock', value });
    await op.sync();
    const late = await server.connect();
    late.send({ type: 'join', kind: 'join', group, username: 'present', password: 'present' });
    await late.expect({ type: 'joined', kind: 'fail', group, username: optional(anything), value: text });
  });
}

for (const kind of ['clearchat', 'lock', 'unlock', 'subgroups', 'setdata', 'record', 'unrecord']) {
  test(`groupaction ${kind} without the right gets an error`, async () => {
    const [op, other] = await pair();
    other.send({ type: 'groupaction', kind, value: {} });
    await other.expectAll(other.error());
    await op.expectNothing();
  });
}

test('subgroups lists those with clients, in a chat from Server', async () => {
  const [op, other, group] = await pair('op', 'present', { ...people, 'auto-subgroups': true });
  const reply = (value) => ({ type: 'chat', dest: op.id, username: 'Server', time, value });
  op.send({ type: 'groupaction', kind: 'subgroups' });
  await op.expectAll(reply(''));
  await server.join(`${group}/one`, 'present');
  await server.join(`${group}/one`, 'present');
  await server.join(`${group}/two`, 'present');
  op.send({ type: 'groupaction', kind: 'subgroups' });
  const [{ value }] = await op.drain();
  const lines = value.split('\n');
  assert.equal(lines.pop(), '');
  assert.deepEqual(lines.sort(), [`${group}/one (2 clients)`, `${group}/two (1 client)`]);
  await other.expectNothing();
});

// Invitations.
const tokenReply = (kind, value, error = undefined) => ({ type: 'usermessage', kind, privileged: true, error, value });
const hour = 3_600_000;
const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

async function invite(op, group, fields = {}) {
  op.send({ type: 'groupaction', kind: 'maketoken', value: { group, permissions: ['present', 'message'], expires: hour, ...fields } });
  const message = await op.find(partial({ kind: 'token' }));
  assert.equal(message.error, undefined, JSON.stringify(message));
  return message.value;
}

test('maketoken answers the requester with the stored token', async () => {
  const [op, other, group] = await pair();
  op.send({
    type: 'groupaction',
    kind: 'maketoken',
    value: { group, username: 'guest', permissions: ['present'], expires: hour, includeSubgroups: true, issuedBy: 'eve' },
  });
  await op.expectAll(
    tokenReply('token', {
      token: /^[A-Za-z0-9_-]{11}$/,
      group,
      username: 'guest',
      permissions: ['present'],
      expires: isTime,
      issuedAt: isTime,
      issuedBy: 'op',
    }),
  );
  await other.expectNothing();
});

test('a token opens the group under its name, over any the client gives', async () => {
  const [op, , group] = await pair();
  const { token } = await invite(op, group, { username: 'guest' });
  const client = await server.connect();
  const arrival = await client.join(group, 'other', { token, password: undefined });
  assert.equal(arrival[0].username, 'guest');
  assert.deepEqual(arrival[0].permissions, ['present', 'message']);
});

test('a token without name asks for one, and does not give reserved ones', async () => {
  const [op, , group] = await pair();
  const { token } = await invite(op, group);
  const client = await server.connect();
  const ask = (username) => client.send({ type: 'join', kind: 'join', group, token, username });
  const fail = (error) => ({ type: 'joined', kind: 'fail', error, group, username: '', value: text });
  ask(undefined);
  await client.expect(fail('need-username'));
  ask('op');
  await client.expect(fail('duplicate-username'));
  await client.join(group, 'free', { token, password: undefined });
});

test('a token of another group, or one that has expired, is refused', async () => {
  const [op, , group] = await pair();
  const [, , elsewhere] = await pair();
  const { token } = await invite(op, group, { username: 'guest' });
  const stale = await invite(op, group, { username: 'guest', expires: -1000 });
  const early = await invite(op, group, { username: 'guest', 'not-before': hour / 2 });
  const client = await server.connect();
  const cases = [[elsewhere, token], [group, stale.token], [group, early.token]];
  for (const [where, which] of cases) {
    client.send({ type: 'join', kind: 'join', group: where, token: which });
    await client.expect({ type: 'joined', kind: 'fail', group: where, username: '', value: text });
  }
});

const badInvitations = [
  ['no object', 'x'],
  ['nothing', undefined],
  ['a token of its own', { token: 'x' }],
  ['another group', { group: 'other' }],
  ['no group', { group: undefined }],
  ['no expiry', { expires: undefined }],
  ['an expiry that is no time', { expires: 'tomorrow' }],
  ['a user name that is reserved', { username: 'present' }],
  ['a user name of the wrong type', { username: 7 }],
  ['permissions of the wrong type', { permissions: 'op' }],
];
for (const [what, fields] of badInvitations) {
  test(`maketoken with ${what} is answered with an error`, async () => {
    const [op, , group] = await pair();
    const value =
      typeof fields === 'object' ? { group, permissions: ['present'], expires: hour, ...fields } : fields;
    op.send({ type: 'groupaction', kind: 'maketoken', value });
    await op.expectAll(tokenReply('token', text, 'error'));
  });
}

test('nobody gives away what they do not have', async () => {
  const [op, , group] = await pair();
  op.send({ type: 'groupaction', kind: 'maketoken', value: { group, permissions: ['record'], expires: hour } });
  await op.expectAll(tokenReply('token', text, 'not-authorised'));
});

for (const [kind, reply] of [['maketoken', 'token'], ['edittoken', 'token'], ['listtokens', 'tokenlist']]) {
  test(`${kind} without the right is not-authorised`, async () => {
    const [, other, group] = await pair();
    other.send({ type: 'groupaction', kind, value: { group, permissions: [], expires: hour } });
    await other.expectAll(tokenReply(reply, text, 'not-authorised'));
  });
}

test('listtokens lists the group\'s own, soonest expiry first', async () => {
  const [op, , group] = await pair();
  const [elsewhereOp, , elsewhere] = await pair();
  op.send({ type: 'groupaction', kind: 'listtokens' });
  await op.expectAll(tokenReply('tokenlist', []));
  const late = await invite(op, group, { expires: 3 * hour });
  const soon = await invite(op, group, { expires: hour });
  const past = await invite(op, group, { expires: -hour });
  await invite(elsewhereOp, elsewhere);
  op.send({ type: 'groupaction', kind: 'listtokens' });
  const [{ value }] = await op.drain();
  assert.deepEqual(value, [past, soon, late]);
});

test('edittoken moves the expiry, and a past one revokes', async () => {
  const [op, , group] = await pair();
  const made = await invite(op, group, { username: 'guest' });
  const expires = new Date(Date.now() - 1000).toISOString();
  op.send({ type: 'groupaction', kind: 'edittoken', value: { token: made.token, expires } });
  const [reply] = await op.drain();
  assertShape(reply, tokenReply('token', { ...made, expires: isTime }));
  assert.equal(Date.parse(reply.value.expires), Date.parse(expires));
  const client = await server.connect();
  client.send({ type: 'join', kind: 'join', group, token: made.token });
  await client.expect({ type: 'joined', kind: 'fail', group, username: '', value: text });
});

test('edittoken refuses what it cannot change, unknown tokens, and those of other groups', async () => {
  const [op, , group] = await pair();
  const [elsewhereOp, , elsewhere] = await pair();
  const { token } = await invite(op, group);
  const foreign = await invite(elsewhereOp, elsewhere);
  const bad = [
    { token, group },
    { token, username: 'x' },
    { token, permissions: ['present'] },
    { token: 'unknown', expires: hour },
    { token: foreign.token, expires: hour },
    { expires: hour },
    'x',
  ];
  for (const value of bad) {
    op.send({ type: 'groupaction', kind: 'edittoken', value });
    await op.expectAll(tokenReply('token', text, (error) => ['error', 'not-authorised'].includes(error)));
  }
});

test('invitations are stored below data/var, for the server alone', async () => {
  const [op, , group] = await pair();
  const { token } = await invite(op, group, { username: 'guest' });
  const file = server.path('data', 'var', 'tokens.jsonl');
  assert.ok(readFileSync(file, 'utf8').split('\n').some((line) => line && JSON.parse(line).token === token));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(server.path('data', 'var')).mode & 0o777, 0o700);
});
