// signald is killed again and again while it writes tokens and groups: what it said is done must be there afterwards, and
// every file must be whole. HALCYON_KILLS gives another number of times.

import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { adminConfig, api } from './api_client.mjs';
import { eventually, startServer } from './server.mjs';

const kills = Number(process.env.HALCYON_KILLS ?? 200);
const group = 'room';
const operator = { users: { op: { password: 'op', permissions: 'op' } } };

let server;
before(async () => {
  server = await startServer({ workers: 0, config: adminConfig, groups: { [group]: operator, other: operator } });
});
after(() => server.stop());

// What the server has confirmed. For what was asked last and not confirmed, either outcome is right.
const tokens = new Map(); // secret to the expiry last confirmed, and those that were asked for after it
const users = new Set();
const groups = new Map(); // name to whether it must be there; undefined: unknown
const counts = { made: 0, edited: 0, users: 0, groups: 0, torn: 0 };

const hoursAhead = (hours) => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3600_000).toISOString();

/// Makes tokens and moves their expiry, one after the other, until the connection breaks.
async function writeTokens(client, random) {
  for (let number = 0; number < 12; number += 1) {
    const secrets = [...tokens.keys()];
    const secret = number % 3 === 2 && secrets.length > 0 ? secrets[Math.floor(random() * secrets.length)] : undefined;
    const expires = hoursAhead(2 + Math.floor(random() * 1000));
    if (secret) tokens.get(secret).asked.push(expires);
    const value = secret ? { token: secret, expires } : { group, expires, permissions: ['present'] };
    client.send({ type: 'groupaction', kind: secret ? 'edittoken' : 'maketoken', value });
    const reply = await client.next();
    assert.equal(reply.kind, 'token');
    assert.equal(reply.error, undefined, JSON.stringify(reply));
    tokens.set(reply.value.token, { expires: reply.value.expires, asked: [] });
    counts[secret ? 'edited' : 'made'] += 1;
  }
}

/// A request that the server may not live to answer.
async function ask(...request) {
  const answer = await api(server, ...request);
  if (answer.status === undefined) throw new Error('closed without an answer');
  return answer;
}

/// Adds users to a group, and makes and removes groups.
async function writeGroups(round) {
  for (let number = 0; number < 12; number += 1) {
    const user = `user-${round}-${number}`;
    const added = await ask('PUT', `.groups/other/.users/${user}`, { body: { permissions: 'present' } });
    assert.equal(added.status, 201, added.body);
    users.add(user);
    counts.users += 1;
    const name = `made-${round}-${number}`;
    groups.set(name, undefined);
    const made = await ask('PUT', `.groups/${name}`, { body: { displayName: name } });
    assert.equal(made.status, 201, made.body);
    groups.set(name, true);
    counts.groups += 1;
    if (number % 2 === 0) continue;
    groups.set(name, undefined);
    const removed = await ask('DELETE', `.groups/${name}`);
    assert.equal(removed.status, 204, removed.body);
    groups.set(name, false);
  }
}

function checkFiles() {
  for (const file of readdirSync(server.path('groups'))) {
    if (file.endsWith('.json')) JSON.parse(readFileSync(server.path('groups', file), 'utf8'));
  }
  const path = server.path('data/var/tokens.jsonl');
  if (existsSync(path)) {
    const text = readFileSync(path, 'utf8');
    assert.ok(text === '' || text.endsWith('\n'), 'the last line of the tokens is whole');
    for (const line of text.split('\n').filter(Boolean)) JSON.parse(line);
  }
}

async function checkEverything(operatorClient) {
  operatorClient.send({ type: 'groupaction', kind: 'listtokens' });
  const { value } = await operatorClient.find({ type: 'usermessage', kind: 'tokenlist', privileged: true, value: Array.isArray });
  const listed = new Map(value.map((token) => [token.token, token.expires]));
  for (const [secret, state] of tokens) {
    const expires = listed.get(secret);
    assert.ok(expires, `token ${secret} is lost`);
    const possible = [state.expires, ...state.asked].map((text) => Date.parse(text));
    assert.ok(possible.includes(Date.parse(expires)), `token ${secret} expires ${expires}, not ${possible}`);
    tokens.set(secret, { expires, asked: [] });
  }
  const there = new Set((await api(server, 'GET', '.groups/other/.users/')).json);
  for (const user of users) assert.ok(there.has(user), `user ${user} is lost`);
  const names = new Set((await api(server, 'GET', '.groups/')).json);
  for (const [name, isThere] of groups) {
    if (isThere !== undefined) assert.equal(names.has(name), isThere, `group ${name}`);
    groups.delete(name);
    if (names.has(name)) await api(server, 'DELETE', `.groups/${name}`);
  }
}

/// Errors that only mean that the server is gone are what this test is about.
const untilGone = (work) =>
  work.catch((error) => {
    if (error.name === 'AssertionError' && !/closed/.test(error.message)) throw error;
  });

test(`killed ${kills} times in the middle of writing, it loses nothing it has confirmed`, async (context) => {
  // Repeatable, so that a failure can be looked into; the moments are the machine's all the same.
  let seed = 20_240_101;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  for (let round = 0; round < kills; round += 1) {
    const client = await server.join(group, 'op');
    await checkEverything(client);
    const work = Promise.allSettled([untilGone(writeTokens(client, random)), untilGone(writeGroups(round))]);
    await delay(random() * 40);
    await server.crash();
    for (const { reason } of await work) assert.ifError(reason);
    if (round % 8 === 0 && existsSync(server.path('data/var/tokens.jsonl'))) {
      // A kill does not tear a line, a power failure does.
      appendFileSync(server.path('data/var/tokens.jsonl'), '{"token":"torn","group":"room","expi');
      counts.torn += 1;
    }
    await server.restart();
    await eventually(() => {
      try {
        checkFiles();
        return true;
      } catch (error) {
        if (/last line|JSON/.test(error.message)) return false;
        throw error;
      }
    }, 'every file parses');
  }
  await checkEverything(await server.join(group, 'op'));
  context.diagnostic(JSON.stringify(counts));
  // Enough was confirmed to be lost; how much depends on the machine.
  assert.ok(counts.made > kills / 4 && counts.users > kills / 4, JSON.stringify(counts));
});
