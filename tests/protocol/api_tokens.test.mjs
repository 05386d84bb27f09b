// The administrative API: tokens, and those who come with one.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { api, basic, bearer } from './api_client.mjs';
import {
  challenge,
  check,
  created,
  everybody,
  failed,
  groupFile,
  json,
  notAllowed,
  page404,
  plain404,
  server,
  soon,
  testRows,
  unsupported,
  useServers,
} from './api_rows.mjs';
import { jsonWebToken, now, symmetricKey } from './credentials.mjs';

useServers();

testRows([
  // 11.10: tokens.
  ['GET', '.groups/G/.tokens/', { status: 200, json: [], headers: json }],
  ['GET', '.groups/S/.tokens/', { status: 200, json: [] }],
  ['GET', '.groups/G/.tokens/', { status: 200, json: [] }, { as: basic('boss', 'boss') }],
  ['GET', '.groups/.tokens/', { status: 200, json: [] }],
  ['GET', '.groups/.tokens/', challenge, { as: basic('boss', 'boss') }],
  ['HEAD', '.groups/G/.tokens/', { status: 200, body: '' }],
  ['GET', '.groups/missing/.tokens/', page404],
  ['PATCH', '.groups/missing/.tokens/', notAllowed('OPTIONS, HEAD, GET, POST, PUT, DELETE'), { body: {} }],
  ['DELETE', '.groups/missing/.tokens/', page404],
  ['DELETE', '.groups/G/.tokens/', notAllowed('OPTIONS, HEAD, GET, POST')],
  ['POST', '.groups/G/.tokens/', { status: 201, body: '', headers: { location: /^[\w-]{11}$/ } }, { body: { permissions: ['present'] } }],
  ['POST', '.groups/S/.tokens/', { status: 201 }, { body: {} }],
  ['POST', '.groups/G/.tokens/', { status: 201 }, { body: { token: '', group: '' } }],
  ['POST', '.groups/G/.tokens/', { status: 400, body: 'overspecified token\n' }, { body: { token: 'x' } }],
  ['POST', '.groups/G/.tokens/', { status: 400, body: 'overspecified token\n' }, { body: { group: 'G' } }],
  ['POST', '.groups/G/.tokens/', { status: 400 }, { body: { expires: 'tomorrow' } }],
  ['POST', '.groups/G/.tokens/', { status: 400 }, { body: { permissions: 'op' } }],
  ['POST', '.groups/G/.tokens/', { status: 400 }, { body: '' , headers: { 'Content-Type': 'application/json' } }],
  ['POST', '.groups/G/.tokens/', unsupported('application/json'), { body: {}, type: 'text/json' }],
  ['POST', '.groups/missing/.tokens/', page404, { body: {} }],
  ['GET', '.groups/G/.tokens/unknown', page404],
  ['DELETE', '.groups/G/.tokens/unknown', page404],
  ['POST', '.groups/G/.tokens/unknown', notAllowed('OPTIONS, HEAD, GET, PUT, DELETE'), { body: {} }],
  ['PUT', '.groups/G/.tokens/chosen-N', created, { body: { permissions: [] } }],
  ['PUT', '.groups/G/.tokens/chosen-N', created, { body: {}, headers: { 'If-None-Match': '*' } }],
  ['PUT', '.groups/G/.tokens/chosen-N', failed, { body: {}, headers: { 'If-Match': '*' } }],
  ['PUT', '.groups/G/.tokens/chosen-N', { status: 400, body: 'overspecified token\n' }, { body: { token: 'chosen-N' } }],
  ['PUT', '.groups/G/.tokens/chosen-N', unsupported('application/json'), { body: {}, type: 'text/json' }],
]);

describe('tokens', () => {
  test('one goes through its life: made, listed, read, changed, deleted', async () => {
    const group = server.group(everybody);
    const expires = soon();
    const made = await api(server, 'POST', `.groups/${group}/.tokens/`, {
      body: { Username: 'alice', permissions: ['present'], expires, 'not-before': '2020-01-01T00:00:00Z', includeSubgroups: true, issuedBy: 'dora', other: 1 },
    });
    const name = made.headers.location;
    const list = await api(server, 'GET', `.groups/${group}/.tokens/`);
    assert.deepEqual(list.json, [name]);
    assert.match(list.headers.etag, /^"\d+-\d+"$/);
    const path = `.groups/${group}/.tokens/${name}`;
    const read = await api(server, 'GET', path);
    assert.deepEqual(Object.keys(read.json), ['token', 'group', 'includeSubgroups', 'username', 'permissions', 'expires', 'not-before', 'issuedBy']);
    assert.equal(read.json.token, '');
    assert.equal(read.json.group, '');
    assert.equal(Date.parse(read.json.expires), Date.parse(expires));
    assert.equal(read.headers.etag, list.headers.etag);
    assert.equal((await api(server, 'GET', path, { headers: { 'If-None-Match': read.headers.etag } })).status, 304);
    assert.equal((await api(server, 'PUT', path, { body: {}, headers: { 'If-Match': '"1"' } })).status, 412);
    assert.equal((await api(server, 'PUT', path, { body: read.json, headers: { 'If-Match': read.headers.etag } })).status, 204);
    assert.deepEqual((await api(server, 'GET', path)).json, read.json, 'what was read can be written');
    assert.equal((await api(server, 'PUT', path, { body: { permissions: ['op'] } })).status, 204);
    assert.deepEqual((await api(server, 'GET', path)).json, { token: '', group: '', permissions: ['op'] });
    assert.equal((await api(server, 'DELETE', path, { headers: { 'If-Match': '"1"' } })).status, 412);
    assert.equal((await api(server, 'DELETE', path)).status, 204);
    check(await api(server, 'GET', path), page404, path);
  });

  test('a token of another group is not there, and its name is taken', async () => {
    const [one, two] = [server.group(everybody), server.group(everybody)];
    const name = (await api(server, 'POST', `.groups/${one}/.tokens/`, { body: {} })).headers.location;
    check(await api(server, 'GET', `.groups/${two}/.tokens/${name}`), plain404, 'GET');
    check(await api(server, 'DELETE', `.groups/${two}/.tokens/${name}`), plain404, 'DELETE');
    check(await api(server, 'PUT', `.groups/${two}/.tokens/${name}`, { body: {} }), { status: 409, body: 'token exists in different group\n' }, 'PUT');
    assert.deepEqual((await api(server, 'GET', `.groups/${two}/.tokens/`)).json, []);
  });

  test('lists are sorted by expiry, with those first that have none', async () => {
    const group = server.group(everybody);
    for (const [name, expires] of [['later', '2031-01-01T00:00:00Z'], ['never', undefined], ['past', '2020-01-01T00:00:00Z']]) {
      await api(server, 'PUT', `.groups/${group}/.tokens/${group}-${name}`, { body: { expires } });
    }
    assert.deepEqual((await api(server, 'GET', `.groups/${group}/.tokens/`)).json, ['never', 'past', 'later'].map((name) => `${group}-${name}`));
  });

  test('a login with a token made here works, and not after it was deleted', async () => {
    const group = server.group(everybody);
    const token = (await api(server, 'POST', `.groups/${group}/.tokens/`, { body: { username: 'alice', permissions: ['present', 'message'], expires: soon() } })).headers.location;
    const client = await server.connect();
    await client.join(group, undefined, { token });
    await api(server, 'DELETE', `.groups/${group}/.tokens/${token}`);
    const late = await server.connect();
    late.send({ type: 'join', kind: 'join', group, token });
    await late.expect({ type: 'joined', kind: 'fail', group, username: '', value: 'not authorised' });
  });
});

describe('bearers', () => {
  const make = async (where, body) => (await api(server, 'POST', `${where}.tokens/`, { body: { expires: soon(), ...body } })).headers.location;
  const status = async (path, as, method = 'GET', options = {}) => (await api(server, method, path, { as, ...options })).status;

  test('a token of the group with a name administers it, and no other', async () => {
    const [one, two] = [server.group(everybody), server.group(everybody)];
    const token = bearer(await make(`.groups/${one}/`, { username: 'robot', permissions: ['admin'] }));
    assert.equal(await status(`.groups/${one}`, token), 200);
    assert.equal(await status(`.groups/${one}/`, token), 200);
    assert.equal(await status(`.groups/${one}`, `Digest x, bEARER ${token.slice(7)}`), 200);
    assert.equal(await status(`.groups/${one}/.users/ann`, token, 'DELETE'), 204);
    assert.equal(await status(`.groups/${two}`, token), 401);
    assert.equal(await status('.groups/', token), 401);
    assert.equal(await status(`.groups/${one}/sub`, token), 401);
  });

  for (const [what, body] of [
    ['without a name', { permissions: ['admin'] }],
    ['without the permission', { username: 'robot', permissions: ['op'] }],
    ['that has expired', { username: 'robot', permissions: ['admin'], expires: '2020-01-01T00:00:00Z' }],
    ['that is not yet valid', { username: 'robot', permissions: ['admin'], 'not-before': soon() }],
    ['that never expires', { username: 'robot', permissions: ['admin'], expires: null }],
  ]) {
    test(`a token of the group ${what} administers nothing`, async () => {
      const group = server.group(everybody);
      assert.equal(await status(`.groups/${group}`, bearer(await make(`.groups/${group}/`, body))), 401);
    });
  }

  test('a root token with all subgroups administers the root without a name, groups with one, and makes no group', async () => {
    const group = server.group(everybody);
    const nameless = bearer(await make('.groups/', { permissions: ['admin'], includeSubgroups: true }));
    const named = bearer(await make('.groups/', { username: 'robot', permissions: ['admin'], includeSubgroups: true }));
    const bare = bearer(await make('.groups/', { username: 'robot', permissions: ['admin'] }));
    assert.equal(await status('.groups/', nameless), 200);
    assert.equal(await status(`.groups/${group}`, nameless), 401);
    assert.equal(await status('.groups/', named), 200);
    assert.equal(await status(`.groups/${group}`, named), 200);
    assert.equal(await status('.groups/made-by-token', named, 'PUT', { body: {} }), 401);
    assert.equal(await status('.groups/', bare), 401);
    assert.ok(!existsSync(groupFile('made-by-token')));
  });

  test('a JSON Web Token by a key of the group administers the group, and never the root', async () => {
    const key = symmetricKey();
    const group = server.group({ ...everybody, authKeys: [key.jwk] });
    assert.equal(await status(`.groups/${group}`, bearer(jsonWebToken(key, group, { permissions: ['admin'] }))), 200);
    assert.equal(await status(`.groups/${group}`, bearer(jsonWebToken(key, group, { permissions: ['op'] }))), 401);
    assert.equal(await status(`.groups/${group}`, bearer(jsonWebToken(key, group, { permissions: ['admin'], exp: now() - 60 }))), 401);
    assert.equal(await status('.groups/', bearer(jsonWebToken(key, '', { permissions: ['admin'] }))), 401);
  });
});
