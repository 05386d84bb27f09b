// chat, chathistory and usermessage.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from './server.mjs';
import { time } from './shapes.mjs';

let server;
before(async () => {
  server = await startServer({ workers: 0 });
});
after(() => server.stop());

// Two members who have read everything so far.
async function pair(first = 'op', second = 'present') {
  const group = server.group();
  const members = [await server.join(group, first), await server.join(group, second)];
  await members[0].drain();
  return [...members, group];
}

const generatedId = /^[A-Za-z0-9_-]{11}$/;

for (const kind of [undefined, '', 'me', 'anything']) {
  test(`a chat of kind ${JSON.stringify(kind)} goes to all, the sender too, with time and an id`, async () => {
    const [op, other] = await pair();
    op.send({ type: 'chat', kind, source: op.id, username: 'op', value: 'hello' });
    const shape = {
      type: 'chat',
      kind: kind || undefined,
      id: generatedId,
      source: op.id,
      username: 'op',
      privileged: true,
      time,
      value: 'hello',
    };
    await op.expectAll(shape);
    await other.expectAll(shape);
  });
}

test('all receive the same id, and two messages differ in it', async () => {
  const [op, other] = await pair();
  for (let count = 0; count < 2; count += 1) op.send({ type: 'chat', value: 'x' });
  const own = await op.drain();
  const others = await other.drain();
  assert.deepEqual(own, others);
  assert.notEqual(own[0].id, own[1].id);
});

test('the sender\'s id is kept', async () => {
  const [op, other] = await pair();
  op.send({ type: 'chat', id: 'mine', value: 'x' });
  assert.equal((await other.drain())[0]?.id ?? (await other.next()).id, 'mine');
});

test('privileged is said of operators only', async () => {
  const [op, other] = await pair();
  other.send({ type: 'chat', source: other.id, username: 'present', value: 'x', privileged: true });
  await other.sync();
  await op.expectAll({ type: 'chat', id: generatedId, source: other.id, username: 'present', time, value: 'x' });
});

test('noecho spares the sender, and is relayed', async () => {
  const [op, other] = await pair();
  op.send({ type: 'chat', source: op.id, username: 'op', noecho: true, value: 'x' });
  await op.expectNothing();
  await other.expectAll({
    type: 'chat', id: generatedId, source: op.id, username: 'op', privileged: true, noecho: true, time, value: 'x',
  });
});

test('a private chat reaches its member only, without an id of the server', async () => {
  const [op, other, group] = await pair();
  const third = await server.join(group, 'present');
  await op.drain();
  await other.drain();
  op.send({ type: 'chat', source: op.id, username: 'op', dest: other.id, value: 'psst' });
  await op.expectNothing();
  await other.expectAll({
    type: 'chat', source: op.id, username: 'op', dest: other.id, privileged: true, time, value: 'psst',
  });
  await third.expectNothing();
  const late = await server.join(group, 'message');
  assert.ok(!late.arrival.some(({ type }) => type === 'chathistory'));
});

for (const value of ['', 0, -1.5, false, true, [], {}, ['a', { b: [null] }], { text: 'x' }, 'żółć 🎥 \u0000']) {
  test(`the chat value ${JSON.stringify(value)} is relayed`, async () => {
    const [op, other] = await pair();
    op.send({ type: 'chat', value });
    await op.sync();
    const [message] = await other.drain();
    assert.deepEqual(message.value, value);
  });
}

test('a chat without value, or with null, is relayed without', async () => {
  const [op, other] = await pair();
  op.send({ type: 'chat' });
  op.send({ type: 'chat', value: null });
  await op.sync();
  for (const message of await other.drain()) assert.ok(!('value' in message));
});

// Who may say what. The columns: role, message, is it allowed.
const rights = [
  ['op', { type: 'chat', value: 'x' }, true],
  ['op', { type: 'chat', kind: 'caption', value: 'x' }, true],
  ['op', { type: 'usermessage', kind: 'info', value: 'x' }, true],
  ['message', { type: 'chat', value: 'x' }, true],
  ['message', { type: 'usermessage', kind: 'info', value: 'x' }, true],
  ['message', { type: 'chat', kind: 'caption', value: 'x' }, false],
  ['caption', { type: 'chat', kind: 'caption', value: 'x' }, true],
  ['caption', { type: 'chat', value: 'x' }, false],
  ['caption', { type: 'chat', kind: 'me', value: 'x' }, false],
  ['caption', { type: 'usermessage', kind: 'caption', value: 'x' }, false],
  ['observe', { type: 'chat', value: 'x' }, false],
  ['observe', { type: 'chat', kind: 'caption', value: 'x' }, false],
  ['observe', { type: 'usermessage', kind: 'info', value: 'x' }, false],
];
for (const [role, message, isAllowed] of rights) {
  test(`${role} ${isAllowed ? 'may' : 'may not'} send ${message.type} of kind ${message.kind ?? 'none'}`, async () => {
    const [op, other] = await pair('op', role);
    other.send(message);
    const own = await other.drain();
    const seen = await op.drain();
    if (isAllowed) {
      assert.equal(seen.length, 1);
      assert.equal(seen[0].value, 'x');
      assert.equal(own.length, 1);
    } else {
      assert.deepEqual(seen, []);
      assert.deepEqual(own, [other.error(own[0]?.value)]);
      assert.match(own[0].value, /./);
    }
  });
}

for (const type of ['chat', 'usermessage', 'useraction', 'groupaction']) {
  test(`${type} outside a group gets an error, whatever its kind`, async () => {
    const client = await server.connect();
    for (const kind of ['', 'op', 'dance']) client.send({ type, kind, dest: 'x', value: 'x' });
    await client.expectAll(client.error(), client.error(), client.error());
  });
}

for (const type of ['chat', 'usermessage']) {
  test(`a ${type} to an unknown member gets an error`, async () => {
    const [op, other] = await pair();
    op.send({ type, kind: 'info', dest: 'nobody', value: 'x' });
    await op.expectAll(op.error());
    await other.expectNothing();
  });
  test(`a ${type} that is refused is answered before the ping that follows it`, async () => {
    const [op] = await pair();
    op.send({ type, dest: 'nobody', value: 'x' });
    const come = await op.drain();
    assert.deepEqual(come.map(({ type: what, kind }) => [what, kind]), [['usermessage', 'error']]);
  });
  test(`a ${type} to oneself arrives`, async () => {
    const [op] = await pair();
    op.send({ type, dest: op.id, value: 'x' });
    // Who sent it is filled in, so that it cannot pass for the server's.
    await op.expectAll({ type, source: op.id, username: 'op', dest: op.id, privileged: true, time, value: 'x' });
  });
}

for (const kind of ['info', 'mute', 'error', 'kicked', 'token', 'whatever']) {
  test(`a usermessage of kind ${kind} is relayed, never privileged for a plain member, and has no id`, async () => {
    const [op, other] = await pair();
    other.send({ type: 'usermessage', kind, source: other.id, username: 'present', value: { a: 1 } });
    const shape = { type: 'usermessage', kind, source: other.id, username: 'present', time, value: { a: 1 } };
    await other.expectAll(shape);
    await op.expectAll(shape);
  });
}

test('an operator mutes everybody else', async () => {
  const [op, other] = await pair();
  op.send({ type: 'usermessage', kind: 'mute', source: op.id, username: 'op', dest: null, noecho: true, value: null });
  await op.expectNothing();
  await other.expectAll({
    type: 'usermessage', kind: 'mute', source: op.id, username: 'op', privileged: true, noecho: true, time,
  });
});

test('file transfer messages reach the peer with their source and a null candidate', async () => {
  const [op, other] = await pair();
  const value = { type: 'ice', id: 'f', candidate: null };
  op.send({ type: 'usermessage', kind: 'filetransfer', source: op.id, username: 'op', dest: other.id, value });
  await op.expectNothing();
  await other.expectAll({
    type: 'usermessage', kind: 'filetransfer', source: op.id, username: 'op', dest: other.id, privileged: true, time, value,
  });
});

const history = async (group) =>
  (await server.join(group, 'observe')).arrival.filter(({ type }) => type === 'chathistory');

test('history keeps broadcasts of every kind, captions too, with their time and without privileged', async () => {
  const [op, , group] = await pair();
  op.send({ type: 'chat', source: op.id, username: 'op', value: 'plain' });
  op.send({ type: 'chat', kind: 'me', id: 'own', noecho: true, value: 'acts' });
  op.send({ type: 'chat', kind: 'caption', value: 'caption' });
  op.send({ type: 'usermessage', kind: 'info', value: 'not kept' });
  const sent = await op.drain();
  const kept = await history(group);
  assert.equal(kept.length, 3);
  assert.deepEqual(kept[0], {
    type: 'chathistory', id: sent[0].id, source: op.id, username: 'op', time: sent[0].time, value: 'plain',
  });
  assert.deepEqual(kept[1], {
    type: 'chathistory', id: 'own', source: op.id, username: 'op', kind: 'me', time: kept[1].time, value: 'acts',
  });
  assert.deepEqual(kept[2].kind, 'caption');
});

test('history keeps the last 50', async () => {
  const [op, , group] = await pair();
  for (let count = 0; count < 51; count += 1) op.send({ type: 'chat', noecho: true, value: count });
  await op.sync();
  assert.deepEqual(
    (await history(group)).map(({ value }) => value),
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
});

test('history forgets what is older than the group allows', async () => {
  const group = server.group({
    users: { op: { password: 'op', permissions: 'op' }, observe: { password: 'observe', permissions: 'observe' } },
    'max-history-age': 1,
  });
  const op = await server.join(group, 'op');
  op.send({ type: 'chat', value: 'old' });
  await op.sync();
  assert.equal((await history(group)).length, 1);
  await new Promise((done) => setTimeout(done, 2100));
  assert.equal((await history(group)).length, 0);
});

// What clearchat leaves of a/op, b/op, c/present.
const clearings = [
  ['nothing', null, []],
  ['an empty object', {}, []],
  ['a user', (op) => ({ userId: op.id }), ['c']],
  ['a message of that user', (op) => ({ userId: op.id, id: 'a' }), ['b', 'c']],
  ['a message of another user', (op, other) => ({ userId: other.id, id: 'a' }), ['a', 'b', 'c']],
];
for (const [what, makeValue, left] of clearings) {
  test(`clearchat with ${what} is told to all and leaves ${left.join(', ') || 'nothing'}`, async () => {
    const [op, other, group] = await pair();
    for (const id of ['a', 'b']) op.send({ type: 'chat', source: op.id, username: 'op', id, noecho: true, value: id });
    await op.sync();
    other.send({ type: 'chat', source: other.id, username: 'present', id: 'c', value: 'c' });
    await other.drain();
    await op.drain();
    const value = typeof makeValue === 'function' ? makeValue(op, other) : makeValue;
    op.send({ type: 'groupaction', kind: 'clearchat', value });
    const shape = { type: 'usermessage', kind: 'clearchat', privileged: true, value: value ?? undefined };
    await op.expectAll(shape);
    await other.expectAll(shape);
    assert.deepEqual((await history(group)).map(({ id }) => id), left);
  });
}

for (const value of [{ id: 'a' }, 'a', 1, [], true]) {
  test(`clearchat with ${JSON.stringify(value)} is refused and clears nothing`, async () => {
    const [op, , group] = await pair();
    op.send({ type: 'chat', id: 'a', noecho: true, value: 'x' });
    op.send({ type: 'groupaction', kind: 'clearchat', value });
    await op.expectAll(op.error());
    assert.equal((await history(group)).length, 1);
  });
}
