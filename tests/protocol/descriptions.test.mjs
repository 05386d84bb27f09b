// Every example of a description, of all ages of the format: loaded, joined, written back by the administrative API,
// and joined again with the same result.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { adminConfig, api } from './api_client.mjs';
import { jsonWebToken, knownKey } from './credentials.mjs';
import { get } from './raw_http.mjs';
import { startServer } from './server.mjs';

const folder = new URL('descriptions/', import.meta.url);
const read = (name) => readFileSync(new URL(`${name}.json`, folder), 'utf8');

const refused = 'not authorised';
const broken = 'internal server error';
const op = 'op present message caption token';
const present = 'present message';
const topSecret = 'topsecret';

const key = knownKey('MYz3IfCq4Yq-UmPdNqWEOdPl4C_m9imHHs9uveDUJGQ');
const bearer = (group, claims, header) => ({ token: jsonWebToken(key, group, claims, header) });

// Rows of user name, password (or what else is sent), and the permissions or the reason for a refusal. `log` is what the
// log must say of the file; `invalid` files let nobody in.
const examples = {
  'quick-start': { joins: [['bob', 'secret', op], ['bob', 'Secret', refused], ['bob', '', refused], ['ann', 'secret', refused]] },
  'operator-only': {
    joins: [['jch', '1234', `record ${op}`], ['john', '1234', refused]],
    below: [['jch', '1234', `record ${op}`]],
  },
  'two-users': { joins: [['jch', '1234', op], ['john', 'secret', present], ['john', '1234', refused]] },
  'missing-comma': { invalid: /missing-comma\.json: line 4, column 5: / },
  'shared-password': { joins: [['jch', '1234', op], ['anybody', '1234', present], ['', '1234', present], ['anybody', '', refused]] },
  'any-password': { joins: [['jch', '1234', op], ['jch', 'x', refused], ['anybody', 'x', present], ['', '', present]] },
  'fallback-password': { joins: [['jch', '1234', op], ['x', '1234', present], ['x', '', refused], ['jch', '', refused]] },
  'fallback-anything': { joins: [['x', 'y', present], ['', '', present]] },
  'fallback-several': {
    joins: [['x', 'teach', op], ['x', 'learn', present], ['x', 'look', 'message'], ['x', 'other', '']],
  },
  'hashed-pbkdf2': { joins: [['jch', topSecret, op], ['jch', 'topsecre', refused], ['x', topSecret, refused]] },
  'hashed-bcrypt': { joins: [['ann', 'secret', present], ['bob', 'secret', present], ['bob', 'wrong', refused]] },
  'hashed-argon2id': { joins: [['ann', 'password', present], ['ann', 'passwort', refused], ['x', 'password', refused]] },
  'authorisation-server': {
    joins: [
      ['x', bearer('authorisation-server', { sub: 'alice', permissions: ['op'] }), 'op', 'alice'],
      ['x', bearer('authorisation-server', { sub: undefined }), present, 'x'],
      ['x', bearer('authorisation-server', { exp: 1 }), refused],
      ['x', bearer('another'), refused],
      ['x', 'y', refused],
    ],
  },
  'authorisation-portal': {
    joins: [
      ['x', bearer('authorisation-portal', {}, { kid: 'k1' }), present, 'visitor'],
      ['x', bearer('authorisation-portal'), present, 'visitor'],
      ['x', bearer('authorisation-portal', {}, { kid: 'k2' }), refused],
    ],
  },
  'trailing-comma': { invalid: /trailing-comma\.json: line 6, column 3: / },
  legacy: {
    joins: [['jch', '1234', op], ['jch', 'x', refused], ['x', 'y', present]],
    below: [['x', 'y', present]],
    log: [/"allow-subgroups" is obsolete: write "auto-subgroups"/, /"allow-anonymous" is obsolete/],
  },
  'legacy-duplicates': {
    joins: [['jch', '1', op], ['jch', '2', refused], ['x', 'x', op], ['x', 'y', refused], ['foo', 'any', 'message']],
    log: [/"jch" is there already: dropped from role "op"/, /"jch" is there already: dropped from role "present"/, /a second wildcard user, with role "present", was dropped/],
  },
  'legacy-password-object': {
    joins: [['old', '1234', refused], ['new', '1234', 'message']],
    log: [/the password of user "old" lets nobody in: .* add "type": "plain"/],
  },
  'worked-login': {
    joins: [
      ['bob', 'b', op], ['bob', 'w', refused], ['Bob', 'w', present], ['brk', 'w', broken], ['x', 'q', refused],
      ['', 'anon', ''], ['', 'w', refused], ['/bad', 'x', refused], ['a/', 'w', refused], [undefined, 'w', broken],
    ],
    log: [/the password of user "brk" lets nobody in: "key" is missing/, /user "\/bad" can never log in/],
  },
  'every-field': {
    joins: [['ann', 'a', `record ${op}`], ['pat', 'p', `token ${present}`]],
    below: [['pat', 'p', `token ${present}`]],
  },
  'any-case': { joins: [['ann', 'a', op], ['bob', 'b', '']] },
  roles: {
    joins: [
      ['op', 'op', op], ['present', 'present', present], ['message', 'message', 'message'], ['observe', 'observe', ''],
      ['caption', 'caption', 'caption'], ['admin', 'admin', 'admin'], ['list', 'list', 'op'], ['odd', 'odd', 'present whatever'],
      ['none', 'none', ''], ['absent', 'absent', ''], ['null', '', refused], ['empty', '', refused],
    ],
  },
  'closed-passwords': {
    joins: [
      ['null', '', refused], ['null', 'null', refused], ['typeless', 'x', refused], ['zero', 'x', broken], ['zero', '', broken],
      ['keyless', '', broken],
    ],
    log: [/user "typeless" lets nobody in/, /user "zero" lets nobody in: "key" must be 1 to/, /user "keyless" lets nobody in/],
  },
  redirecting: { joins: [['ann', 'a', 'redirect https://other.example/group/there/'], ['ann', 'b', refused]] },
  empty: { joins: [['x', '', refused]] },
  null: { joins: [['x', '', refused]] },
  'something-after': { joins: [['ann', 'a', present]] },
  'unknown-field': { invalid: /unknown-field\.json: unknown field "max-client": remove it or correct its spelling/ },
  'unknown-role': { invalid: /unknown-role\.json: .*unknown permission "presenter": use op, present, message, observe, caption/ },
  'bare-date': { invalid: /bare-date\.json: field "expires": must be a date and time with a zone/ },
  'float-limit': { invalid: /float-limit\.json: field "max-clients": must be an integer/ },
  'no-object': { invalid: /no-object\.json: .* must .*be an object|no-object\.json: .*hold an object/ },
  'teaching/networking': { joins: [['jch', '1234', op], ['x', '', refused]] },
};

let server;
before(async () => {
  server = await startServer({ workers: 0, config: adminConfig });
  for (const name of Object.keys(examples)) server.write(`groups/${name}.json`, read(name));
});
after(() => server.stop());

async function attempt(group, username, secret) {
  const client = await server.connect();
  client.send({ type: 'join', kind: 'join', group, username, ...(typeof secret === 'string' ? { password: secret } : secret) });
  const joined = await client.next();
  assert.equal(joined.type, 'joined');
  client.terminate();
  if (joined.kind === 'fail') return [joined.value];
  if (joined.kind === 'redirect') return [`redirect ${joined.value}`, joined.username];
  return [(joined.permissions ?? []).sort().join(' '), joined.username];
}

async function checkJoins(group, rows) {
  await Promise.all(
    rows.map(async ([username, secret, expected, name = username]) => {
      const [outcome, assigned] = await attempt(group, username, secret);
      const isFailure = [refused, broken].includes(expected) || expected.startsWith('redirect');
      const what = `${group}: ${username} with ${JSON.stringify(secret)}`;
      assert.equal(outcome, isFailure ? expected : expected.split(' ').filter(Boolean).sort().join(' '), what);
      if (assigned !== undefined) assert.equal(assigned, name, what);
    }),
  );
}

/// The lines that speak of this file.
const linesAbout = (name) => server.output.split('\n').filter((line) => line.includes(`groups/${name}.json`));

test('every file in the folder is tried', () => {
  const count = (directory) =>
    readdirSync(directory, { withFileTypes: true }).reduce(
      (sum, entry) => sum + (entry.isDirectory() ? count(new URL(`${entry.name}/`, directory)) : 1), 0);
  assert.equal(count(folder), Object.keys(examples).length);
});

for (const [name, { joins = [], below = [], log = [], invalid }] of Object.entries(examples)) {
  test(`${name}: ${invalid ? 'is refused with the field and the remedy' : 'lets in whom it says, also when written anew'}`, async () => {
    const path = server.path('groups', `${name}.json`);
    if (invalid) {
      assert.deepEqual(await attempt(name, 'jch', '1234'), [broken]);
      assert.deepEqual(await attempt(name, 'jch', '1234'), [broken]);
      const lines = linesAbout(name);
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0], invalid);
      const put = await api(server, 'PUT', `.groups/${name}/.users/zoe`, { body: { permissions: 'present' } });
      assert.ok(put.status >= 400, `${put.status}`);
      assert.equal(readFileSync(path, 'utf8'), read(name));
      return;
    }
    await checkJoins(name, joins);
    await checkJoins(`${name}/below`, below);
    const lines = linesAbout(name);
    assert.equal(lines.length, log.length, lines.join('\n'));
    for (const line of log) assert.ok(lines.some((text) => line.test(text)), `${line} in ${lines.join('\n')}`);

    const put = await api(server, 'PUT', `.groups/${name}/.users/zoe`, { body: { permissions: 'present' } });
    assert.equal(put.status, 201, put.body);
    const written = readFileSync(path, 'utf8');
    assert.notEqual(written, read(name));
    assert.deepEqual(JSON.parse(written).users.zoe, { permissions: 'present' });
    await checkJoins(name, joins);
    await checkJoins(`${name}/below`, below);
    await checkJoins(name, [['zoe', '', refused]]);
  });
}

test('the public ones are listed, and those that are none are not', async () => {
  const names = JSON.parse((await get(server, '/public-groups.json')).body).map(({ name }) => name);
  for (const name of ['any-password', 'every-field', 'shared-password', 'teaching/networking']) assert.ok(names.includes(name), name);
  assert.ok(!names.includes('quick-start'));
});

test('the administrator is told which files are of no use, and why', async () => {
  server.write('data/var/tokens.jsonl', '{"token":\nnonsense}\n');
  const { json: problems } = await api(server, 'GET', '.problems');
  const invalid = Object.entries(examples).filter(([, example]) => example.invalid);
  assert.deepEqual(
    problems.map(({ group }) => group).sort(),
    [...invalid.map(([name]) => name), undefined].sort(),
  );
  for (const [name, { invalid: reason }] of invalid) assert.match(problems.find(({ group }) => group === name).problem, reason);
  assert.match(problems.find(({ group }) => group === undefined).problem, /tokens\.jsonl: token 1: /);
  assert.equal((await api(server, 'GET', '.problems', { as: null })).status, 401);
  const { json: names } = await api(server, 'GET', '.groups/');
  for (const [name] of invalid) assert.ok(names.includes(name), `${name} is listed all the same`);
});
