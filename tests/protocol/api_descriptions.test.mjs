// The administrative API: descriptions of groups, what is written of them, and who notices.

import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import { adminConfig, api, basic, bearer } from './api_client.mjs';
import {
  challenge,
  check,
  created,
  done,
  everybody,
  failed,
  groupFile,
  json,
  locked,
  notAllowed,
  page404,
  refusedWrite,
  server,
  stored,
  testRows,
  unsupported,
  useServers,
} from './api_rows.mjs';
import { symmetricKey } from './credentials.mjs';
import { chosen, startChosen as startServer } from './transports.mjs';

const get = chosen.request;

useServers();

testRows([
  // 11.6: descriptions.
  ['GET', '.groups/G', { status: 200, json: { displayName: 'Team Room' }, headers: { ...json, etag: 'TAG' } }],
  ['GET', '.groups/G/', { status: 200, json: { displayName: 'Team Room' }, headers: { ...json, etag: 'TAG' } }],
  ['HEAD', '.groups/G', { status: 200, body: '', headers: { ...json, etag: 'TAG' } }],
  ['GET', '.groups/A', { status: 200, json: { description: 'd', public: true, 'auto-subgroups': true } }],
  ['GET', '.groups/G', { status: 304, body: '', headers: { etag: 'TAG' } }, { headers: { 'If-None-Match': 'TAG' } }],
  ['GET', '.groups/G', { status: 304 }, { headers: { 'If-None-Match': '*' } }],
  ['HEAD', '.groups/G', { status: 304 }, { headers: { 'If-None-Match': 'TAG' } }],
  ['GET', '.groups/G', { status: 200 }, { headers: { 'If-None-Match': '"1"' } }],
  ['GET', '.groups/G', { status: 200 }, { headers: { 'If-Match': 'TAG' } }],
  ['GET', '.groups/G', { status: 200 }, { headers: { 'If-Match': '"1", TAG' } }],
  ['GET', '.groups/G', { status: 200 }, { headers: { 'If-Match': '*' } }],
  ['GET', '.groups/G', failed, { headers: { 'If-Match': '"1"' } }],
  ['GET', '.groups/G', failed, { headers: { 'If-Match': 'W/TAG' } }],
  ['GET', '.groups/missing', page404],
  ['GET', '.groups/S', page404],
  ['GET', '.groups/missing', challenge, { as: basic('boss', 'boss') }],
  ['GET', '.groups/G', challenge, { as: null }],
  ['GET', '.groups/G', challenge, { as: basic('chief', 'wrong') }],
  ['GET', '.groups/G', challenge, { as: basic('clerk', 'clerk') }],
  ['GET', '.groups/G', challenge, { as: basic('ann', 'secret') }],
  ['GET', '.groups/G', challenge, { as: basic('visitor', 'w') }],
  ['GET', '.groups/G', { status: 200 }, { as: basic('boss', 'boss') }],
  ['GET', '.groups/G', challenge, { as: basic('boss', 'wrong') }],
  ['GET', '.groups/G', challenge, { as: 'Basic !!!' }],
  ['GET', '.groups/G', challenge, { as: bearer('unknown') }],
  ['GET', '.groups/G', challenge, { as: 'Bearer a b' }],
  ['POST', '.groups/G', notAllowed('OPTIONS, HEAD, GET, PUT, DELETE'), { body: {} }],
  ['POST', '.groups/G', challenge, { as: null, body: {} }],
  ['PUT', '.groups/new-N', created, { body: { public: true } }],
  ['PUT', '.groups/deep-N/a/b', created, { body: {} }],
  ['PUT', '.groups/with%20space-N', created, { body: {} }],
  ['PUT', '.groups/%C3%A9t%C3%A9-N', created, { body: {} }],
  ['PUT', '.groups/A/real-N', created, { body: {} }],
  ['PUT', '.groups/new-N', created, { body: {}, headers: { 'If-None-Match': '*' } }],
  ['PUT', '.groups/new-N', failed, { body: {}, headers: { 'If-Match': '*' } }],
  ['PUT', '.groups/new-N', failed, { body: {}, headers: { 'If-Match': '"1"' } }],
  ['PUT', '.groups/new-N', challenge, { body: {}, as: basic('boss', 'boss') }],
  ['PUT', '.groups/G', done, { body: { public: true } }],
  ['PUT', '.groups/G', done, { body: null }],
  ['PUT', '.groups/G', done, { body: 'null' }],
  ['PUT', '.groups/G', done, { body: '{"Public":true} trailing' }],
  ['PUT', '.groups/G', done, { body: { unheardOf: 1, 'allow-anonymous': true } }],
  ['PUT', '.groups/G', done, { body: { users: null, authKeys: null, op: null } }],
  ['PUT', '.groups/G', done, { body: {}, headers: { 'If-Match': 'TAG' } }],
  ['PUT', '.groups/G', failed, { body: {}, headers: { 'If-Match': '"1"' } }],
  ['PUT', '.groups/G', failed, { body: {}, headers: { 'If-None-Match': '*' } }],
  ['PUT', '.groups/G', failed, { body: 'x', type: 'text/plain', headers: { 'If-None-Match': '*' } }],
  ['PUT', '.groups/G', done, { body: {}, type: 'Application/JSON; charset=utf-8' }],
  ['PUT', '.groups/G', unsupported('application/json'), { body: {}, type: 'text/json' }],
  ['PUT', '.groups/G', unsupported('application/json'), { body: {}, type: '' }],
  ['PUT', '.groups/G', unsupported('application/json'), { body: {}, type: 'application/json; nonsense' }],
  ['PUT', '.groups/G', { status: 400 }, { body: '', type: 'application/json', headers: { 'Content-Type': 'application/json' } }],
  ['PUT', '.groups/G', { status: 400 }, { body: '{"public":' }],
  ['PUT', '.groups/G', { status: 400 }, { body: [] }],
  ['PUT', '.groups/G', { status: 400 }, { body: { public: 'yes' } }],
  ['PUT', '.groups/G', { status: 400 }, { body: { expires: '2030-01-01' } }],
  ['PUT', '.groups/G', { status: 400, body: /not sanitised/ }, { body: { users: {} } }],
  ['PUT', '.groups/G', { status: 400 }, { body: { 'wildcard-user': {} } }],
  ['PUT', '.groups/G', { status: 400 }, { body: { authKeys: [] } }],
  ['PUT', '.groups/G', { status: 400 }, { body: { 'fallback-users': [] } }],
  ['PUT', '.groups/G', { status: 400 }, { body: { op: [{ username: 'x' }] } }],
  ['PUT', '.groups/G', { status: 400 }, { body: { presenter: [] } }],
  ['PUT', '.groups/G', { status: 400 }, { body: { OTHER: [{}] } }],
  ['PUT', '.groups/back%5Cslash', { status: 400, body: 'illegal group name\n' }, { body: {} }],
  ['GET', '.groups/back%5Cslash', page404],
  ['DELETE', '.groups/back%5Cslash', page404],
  ['PUT', `.groups/${'x'.repeat(251)}`, { status: 400, body: 'illegal group name\n' }, { body: {} }],
  ['DELETE', '.groups/G', done],
  ['DELETE', '.groups/G', done, { headers: { 'If-Match': 'TAG' } }],
  ['DELETE', '.groups/G', failed, { headers: { 'If-Match': '"1"' } }],
  ['DELETE', '.groups/G', done, { as: basic('boss', 'boss') }],
  ['DELETE', '.groups/G', challenge, { as: null }],
  ['DELETE', '.groups/missing', page404],
  ['DELETE', '.groups/S', page404],
]);

describe('what is written', () => {
  test('a new group is one line in a private file, its directories are private too', async () => {
    const description = {
      codecs: ['vp9', 'opus'],
      displayName: '<Team & co>',
      public: true,
      'max-clients': 20,
      expires: '2030-06-01T12:00:00.500+02:00',
      'not-before': '2020-01-01T00:00:00Z',
      authServer: 'https://login.example.org/',
    };
    assert.equal((await api(server, 'PUT', '.groups/written/by/api', { body: description })).status, 201);
    assert.equal(
      readFileSync(groupFile('written/by/api'), 'utf8'),
      '{"displayName":"\\u003cTeam \\u0026 co\\u003e","public":true,"max-clients":20,"expires":"2030-06-01T12:00:00.5+02:00",' +
        '"not-before":"2020-01-01T00:00:00Z","authServer":"https://login.example.org/","codecs":["vp9","opus"]}\n',
    );
    assert.equal(statSync(groupFile('written/by/api')).mode & 0o777, 0o600);
    assert.equal(statSync(server.path('groups/written/by')).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(server.path('groups/written/by')), ['api.json'], 'no temporary file is left');
    const read = await api(server, 'GET', '.groups/written/by/api');
    assert.deepEqual(read.json, { ...description, expires: '2030-06-01T12:00:00.5+02:00' });
  });

  test('changing a description keeps users, keys and the times as written, and resets what is absent', async () => {
    const key = symmetricKey().jwk;
    const group = server.group({
      ...everybody,
      comment: 'to go',
      authKeys: [JSON.parse(JSON.stringify(key))],
      'fallback-users': [{ password: 'f', permissions: 'message' }],
    });
    assert.equal((await api(server, 'PUT', `.groups/${group}`, { body: { public: true } })).status, 204);
    const { displayName, ...kept } = everybody;
    assert.deepEqual(stored(group), {
      public: true,
      ...kept,
      'fallback-users': [{ password: 'f', permissions: 'message' }],
      authKeys: [JSON.parse(JSON.stringify(key))],
    });
  });

  test('a group in the old format is converted when it is changed', async () => {
    const group = server.group({ op: [{ username: 'jch', password: '1234' }], presenter: [{}], 'allow-subgroups': true, 'allow-anonymous': true });
    assert.deepEqual((await api(server, 'GET', `.groups/${group}`)).json, { 'auto-subgroups': true });
    assert.equal((await api(server, 'PUT', `.groups/${group}/.users/bob`, { body: { permissions: 'present' } })).status, 201);
    assert.equal(
      readFileSync(groupFile(group), 'utf8'),
      '{"auto-subgroups":true,"users":{"bob":{"permissions":"present"},"jch":{"password":"1234","permissions":"op"}},' +
        '"wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"}}\n',
    );
  });

  test('changing what a user may do keeps the password, and a password nobody can match stays so', async () => {
    const group = server.group({ users: { ann: { password: { type: 'plain' }, permissions: 'op' }, nul: { password: null, permissions: 'op' } } });
    assert.equal((await api(server, 'PUT', `.groups/${group}/.users/ann`, { body: { permissions: 'present' } })).status, 204);
    assert.deepEqual(stored(group).users, { ann: { password: { type: 'plain' }, permissions: 'present' }, nul: { permissions: 'op' } });
  });

  test('a password is stored as it was PUT, hashed when it was POSTed, and gone when it was deleted', async () => {
    const group = server.group(everybody);
    const path = `.groups/${group}/.users/bob/.password`;
    const hash = { type: 'pbkdf2', hash: 'sha-256', key: '00ff', salt: '01', iterations: 2 };
    await api(server, 'PUT', path, { body: hash });
    assert.deepEqual(stored(group).users.bob.password, hash);
    await api(server, 'PUT', path, { body: '"clear"' });
    assert.equal(stored(group).users.bob.password, 'clear');
    await api(server, 'POST', path, { body: 'new', type: 'text/plain' });
    assert.equal(stored(group).users.bob.password.type, 'bcrypt');
    assert.match(stored(group).users.bob.password.key, /^\$2a\$08\$[./A-Za-z0-9]{53}$/);
    await api(server, 'PUT', path, { body: 'null' });
    assert.deepEqual(stored(group).users.bob, { permissions: ['present', 'message'] });
    await api(server, 'PUT', path, { body: '"clear"' });
    await api(server, 'DELETE', path);
    assert.deepEqual(stored(group).users.bob, { permissions: ['present', 'message'] });
  });

  test('keys are stored, cannot be read, and go', async () => {
    const group = server.group(everybody);
    const { jwk } = symmetricKey();
    await api(server, 'PUT', `.groups/${group}/.keys`, { body: { keys: [jwk] }, type: 'application/jwk-set+json' });
    assert.deepEqual(stored(group).authKeys, [JSON.parse(JSON.stringify(jwk))]);
    assert.doesNotMatch((await api(server, 'GET', `.groups/${group}`)).body, /authKeys/);
    await api(server, 'DELETE', `.groups/${group}/.keys`);
    assert.equal(stored(group).authKeys, undefined);
  });

  test('a link in the place of a group is replaced by a file, what it leads to stays', async () => {
    server.write('elsewhere.json', everybody);
    symlinkSync(server.path('elsewhere.json'), groupFile('linked'));
    assert.equal((await api(server, 'PUT', '.groups/linked', { body: {} })).status, 204);
    assert.ok(!lstatSync(groupFile('linked')).isSymbolicLink());
    assert.deepEqual(JSON.parse(readFileSync(server.path('elsewhere.json'), 'utf8')), everybody);
  });

  test('a broken group can be deleted, but not changed', async () => {
    const group = server.group('{');
    assert.equal((await api(server, 'GET', `.groups/${group}`)).status, 500);
    assert.equal((await api(server, 'PUT', `.groups/${group}`, { body: {} })).status, 500);
    assert.equal(readFileSync(groupFile(group), 'utf8'), '{');
    assert.equal((await api(server, 'DELETE', `.groups/${group}`)).status, 204);
    assert.ok(!existsSync(groupFile(group)));
  });

  test('the list names every file, in the order of the directories, and hides hidden ones', async () => {
    const other = await startServer({
      workers: 0,
      config: adminConfig,
      groups: { a: {}, 'a/b': {}, b: '{broken', '.hidden': {}, '.dir/x': {} },
      files: { 'groups/notes.txt': 'x' },
    });
    assert.deepEqual((await api(other, 'GET', '.groups/')).json, ['a/b', 'a', 'b']);
    await other.stop();
  });

  test('with no group the list is []', async () => {
    const other = await startServer({ workers: 0, config: adminConfig });
    assert.deepEqual((await api(other, 'GET', '.groups/')).json, []);
    await other.stop();
  });

  test('of two changes with the same tag the second is refused', async () => {
    const group = server.group(everybody);
    const { etag } = (await api(server, 'GET', `.groups/${group}`)).headers;
    assert.equal((await api(server, 'PUT', `.groups/${group}`, { body: { contact: '1' }, headers: { 'If-Match': etag } })).status, 204);
    assert.equal((await api(server, 'PUT', `.groups/${group}`, { body: { contact: '2' }, headers: { 'If-Match': etag } })).status, 412);
    assert.equal(stored(group).contact, '1');
  });

  test('each change makes another tag, however quickly they follow each other', async () => {
    const group = server.group(everybody);
    const tags = new Set();
    for (let i = 10; i < 40; i += 1) {
      await api(server, 'PUT', `.groups/${group}`, { body: { contact: String(i) } });
      tags.add((await api(server, 'GET', `.groups/${group}`)).headers.etag);
    }
    assert.equal(tags.size, 30);
  });
});

describe('without writableGroups', () => {
  const writes = [
    ['PUT', '.groups/room', { body: {} }],
    ['PUT', '.groups/new', { body: {} }],
    ['DELETE', '.groups/room'],
    ['PUT', '.groups/room/.users/ann', { body: {} }],
    ['PUT', '.groups/room/.users/new', { body: {} }],
    ['DELETE', '.groups/room/.users/ann'],
    ['PUT', '.groups/room/.users/ann/.password', { body: '"x"' }],
    ['POST', '.groups/room/.users/ann/.password', { body: 'x', type: 'text/plain' }],
    ['DELETE', '.groups/room/.users/ann/.password'],
    ['PUT', '.groups/room/.keys', { body: {}, type: 'application/jwk-set+json' }],
    ['DELETE', '.groups/room/.keys'],
  ];
  for (const [method, path, options] of writes) {
    test(`${method} ${path} is refused without asking for a password`, async () => {
      check(await api(locked, method, path, options), refusedWrite, path);
      assert.deepEqual(readdirSync(locked.path('groups')), ['room.json']);
      assert.deepEqual(JSON.parse(readFileSync(locked.path('groups/room.json'), 'utf8')), everybody);
    });
  }
  test('groups can be read and tokens written', async () => {
    assert.equal((await api(locked, 'GET', '.groups/room')).status, 200);
    assert.equal((await api(locked, 'POST', '.groups/room/.tokens/', { body: {} })).status, 201);
  });
});

describe('what members notice', () => {
  test('a change of the description reaches members at once', async () => {
    const group = server.group(everybody);
    const client = await server.join(group, 'bob', { password: 'b' });
    await api(server, 'PUT', `.groups/${group}`, { body: { displayName: 'New name' } });
    const { status } = await client.expect((message) => message.type === 'joined' && message.kind === 'change');
    assert.equal(status.displayName, 'New name');
  });

  test('so does that of the group from which a subgroup has its description', async () => {
    const group = server.group({ ...everybody, 'auto-subgroups': true });
    const client = await server.join(`${group}/sub`, 'bob', { password: 'b' });
    await api(server, 'PUT', `.groups/${group}`, { body: { 'auto-subgroups': true, displayName: 'New name' } });
    const { status } = await client.expect((message) => message.type === 'joined' && message.kind === 'change');
    assert.equal(status.displayName, 'New name');
  });

  test('a group made public is listed at once, and not any more when it was deleted', async () => {
    const listed = async () => JSON.parse((await get(server, '/public-groups.json')).body).map(({ name }) => name);
    await api(server, 'PUT', '.groups/now-public', { body: { public: true } });
    assert.ok((await listed()).includes('now-public'));
    await api(server, 'DELETE', '.groups/now-public');
    assert.ok(!(await listed()).includes('now-public'));
  });

  test('a new user with a new password can log in, and not without one', async () => {
    await api(server, 'PUT', '.groups/fresh', { body: {} });
    await api(server, 'PUT', '.groups/fresh/.users/carol', { body: { permissions: 'op' } });
    const client = await server.connect();
    client.send({ type: 'join', kind: 'join', group: 'fresh', username: 'carol', password: '' });
    await client.expect((message) => message.type === 'joined' && message.kind === 'fail' && message.value === 'not authorised');
    await api(server, 'POST', '.groups/fresh/.users/carol/.password', { body: 'päss', type: 'text/plain' });
    const { permissions } = await client.join('fresh', 'carol', { password: 'päss' });
    assert.ok(permissions === undefined || permissions.includes('op'));
  });

  test('members of a deleted group stay, and nobody else comes in', async () => {
    const group = server.group(everybody);
    const client = await server.join(group, 'bob', { password: 'b' });
    await api(server, 'DELETE', `.groups/${group}`);
    const late = await server.connect();
    late.send({ type: 'join', kind: 'join', group, username: 'bob', password: 'b' });
    await late.expect((message) => message.type === 'joined' && message.value === 'group does not exist');
    await client.sync();
    assert.equal((await get(server, `/group/${group}/.status`)).status, 404);
  });
});
