// The administrative API as a whole: a table of requests and what each is answered, row by row of the specification, and
// then what a table cannot show. Each kind of resource has a file of its own beside this one.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { adminConfig, api, basic } from './api_client.mjs';
import { challenge, check, done, everybody, json, notAllowed, plain404, server, testRows, useServers } from './api_rows.mjs';
import { chosen, startChosen as startServer } from './transports.mjs';

const get = chosen.request;

useServers();

testRows([
  // 11.1: what is not there.
  ['GET', '', plain404, { as: null }],
  ['GET', '.nothing', plain404, { as: null }],
  ['GET', 'groups/', plain404, { as: null }],
  ['GET', '.groups/G/.nothing', plain404, { as: null }],
  ['GET', '.groups/G/.users', plain404, { as: null }],
  ['GET', '.groups/G/.tokens', plain404, { as: null }],
  ['GET', '.groups/.tokens', plain404, { as: null }],
  ['GET', '.groups/.users/', plain404, { as: null }],
  ['GET', '.groups/.keys', plain404, { as: null }],
  ['GET', '.stats/x', plain404, { as: null }],
  ['OPTIONS', '.groups/G/.nothing', plain404, { as: null }],

  // 11.5: the list of groups.
  ['GET', '.groups/', { status: 200, headers: { ...json, etag: undefined } }],
  ['GET', '.groups', { status: 200, headers: json }],
  ['HEAD', '.groups/', { status: 200, headers: json, body: '' }],
  ['GET', '.groups/', challenge, { as: null }],
  ['GET', '.groups/', challenge, { as: basic('boss', 'boss') }],
  ['PUT', '.groups/', notAllowed('OPTIONS, HEAD, GET'), { body: {} }],
  ['DELETE', '.groups/', notAllowed('OPTIONS, HEAD, GET')],

  // The files that are of no use; not known to Galène.
  ['GET', '.problems', { status: 200, json: [], headers: json }],
  ['HEAD', '.problems', { status: 200, body: '', headers: json }],
  ['GET', '.problems', challenge, { as: null }],
  ['GET', '.problems', challenge, { as: basic('boss', 'boss') }],
  ['PUT', '.problems', notAllowed('OPTIONS, HEAD, GET'), { body: {} }],
  ['GET', '.problems/x', plain404, { as: null }],

  // Who may.
  ['PUT', '.groups/G/.users/ann/.password', done, { body: '"x"', as: basic('boss', 'boss') }],
  ['POST', '.groups/G/.users/ann/.password', done, { body: 'x', type: 'text/plain', as: basic('ann', 'secret') }],
  ['PUT', '.groups/G/.users/bob/.password', done, { body: '"x"', as: basic('bob', 'b') }],
  ['DELETE', '.groups/G/.users/bob/.password', done, { as: basic('bob', 'b') }],
  ['PUT', '.groups/G/.users/bob/.password', challenge, { body: '"x"', as: basic('bob', 'wrong') }],
  ['PUT', '.groups/G/.users/bob/.password', challenge, { body: '"x"', as: basic('ann', 'b') }],
  ['PUT', '.groups/G/.users/bob/.password', challenge, { body: '"x"', as: basic('ann', 'secret') }],
  ['PUT', '.groups/G/.users/open/.password', challenge, { body: '"x"', as: basic('open', 'anything') }],
  ['PUT', '.groups/G/.users/open/.password', challenge, { body: '"x"', as: null }],
  ['PUT', '.groups/G/.users/blank/.password', challenge, { body: '"x"', as: basic('blank', '') }],
  ['PUT', '.groups/G/.users/nobody/.password', challenge, { body: '"x"', as: basic('nobody', '') }],
  ['PUT', '.groups/G/.users/visitor/.password', challenge, { body: '"x"', as: basic('visitor', 'w') }],
  ['PUT', '.groups/G/.wildcard-user/.password', challenge, { body: '"x"', as: basic('', 'w') }],
  ['PUT', '.groups/G/.empty-user/.password', challenge, { body: '"x"', as: basic('', 'anonymous') }],
  ['PUT', '.groups/G/.users/bob', challenge, { body: {}, as: basic('bob', 'b') }],
]);

describe('other origins', () => {
  let open;
  before(async () => {
    open = await startServer({ workers: 0, config: { ...adminConfig, allowAdminOrigin: ['https://admin.example.org'] }, groups: { room: everybody } });
  });
  after(() => open.stop());

  test('a preflight of an allowed origin is told what it may send, without credentials', async () => {
    for (const [path, methods] of [
      ['.groups/', 'OPTIONS, HEAD, GET'],
      ['.groups/room', 'OPTIONS, HEAD, GET, PUT, DELETE'],
      ['.groups/room/.users/', 'OPTIONS, HEAD, GET'],
      ['.groups/room/.users/ann', 'OPTIONS, HEAD, GET, PUT, DELETE'],
      ['.groups/room/.users/ann/.password', 'OPTIONS, PUT, POST, DELETE'],
      ['.groups/room/.keys', 'OPTIONS, PUT, DELETE'],
      ['.groups/room/.tokens/', 'OPTIONS, HEAD, GET, POST, PUT, DELETE'],
      ['.groups/.tokens/x', 'OPTIONS, HEAD, GET, POST, PUT, DELETE'],
      ['.groups/missing', 'OPTIONS, HEAD, GET, PUT, DELETE'],
    ]) {
      const response = await api(open, 'OPTIONS', path, { as: null, headers: { Origin: 'https://ADMIN.example.org' } });
      check(
        response,
        {
          status: 200,
          body: '',
          headers: {
            'access-control-allow-origin': 'https://ADMIN.example.org',
            'access-control-allow-methods': methods,
            'access-control-allow-headers': 'Authorization, Content-Type, If-Match, If-None-Match',
            'access-control-allow-credentials': undefined,
            'access-control-max-age': undefined,
            vary: 'Origin',
          },
        },
        path,
      );
    }
  });

  test('answers can be read with their tags, refusals too', async () => {
    for (const [path, options] of [['.groups/room', {}], ['.groups/room', { as: null }], ['.groups/missing', {}]]) {
      const { headers } = await api(open, 'GET', path, { ...options, headers: { Origin: 'https://admin.example.org' } });
      assert.equal(headers['access-control-allow-origin'], 'https://admin.example.org');
      assert.equal(headers['access-control-expose-headers'], 'ETag, Location');
      assert.equal(headers.vary, 'Origin');
    }
  });

  test('our own pages pass, and a request without origin gets no header', async () => {
    const own = await api(open, 'GET', '.groups/room', { headers: { Origin: open.origin } });
    assert.equal(own.headers['access-control-allow-origin'], open.origin);
    const none = await api(open, 'GET', '.groups/room');
    assert.equal(none.headers['access-control-allow-origin'], undefined);
    assert.equal(none.headers.vary, 'Origin');
  });

  test('a foreign origin is answered, but its script may not read it', async () => {
    const response = await api(open, 'GET', '.groups/room', { headers: { Origin: 'https://evil.example.org' } });
    assert.equal(response.status, 200);
    assert.equal(response.headers['access-control-allow-origin'], undefined);
    assert.equal(response.headers['access-control-expose-headers'], undefined);
  });
});

test('an unreadable configuration refuses everybody', async () => {
  const other = await startServer({ workers: 0, config: '{', groups: { room: everybody } });
  assert.equal((await api(other, 'GET', '.groups/room')).status, 401);
  assert.equal((await api(other, 'GET', '.groups/room', { as: basic('boss', 'boss') })).status, 401);
  const response = await api(other, 'OPTIONS', '.groups/room', { headers: { Origin: other.origin } });
  assert.equal(response.headers['access-control-allow-origin'], undefined);
  other.write('data/config.json', adminConfig);
  assert.equal((await api(other, 'GET', '.groups/room')).status, 200, 'until it is repaired');
  await other.stop();
});

test('/galene-api leads to /galene-api/', async () => {
  const response = await get(server, '/galene-api?x=y');
  assert.equal(response.status, 301);
  assert.equal(response.headers.location, '/galene-api/?x=y');
});

test('the canonical host does not matter here', async () => {
  const other = await startServer({ workers: 0, config: { ...adminConfig, canonicalHost: 'meet.example.org' } });
  assert.equal((await api(other, 'GET', '.groups/')).status, 200);
  await other.stop();
});
