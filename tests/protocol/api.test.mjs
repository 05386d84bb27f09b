// The administrative API: a table of requests and what each is answered, row by row of the specification, and then what
// a table cannot show.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, lstatSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { adminConfig, api, basic, bearer, chief } from './api_client.mjs';
import { jsonWebToken, now, symmetricKey } from './credentials.mjs';
import { chosen, startChosen as startServer } from './transports.mjs';

const get = chosen.request;

const page = '<!DOCTYPE html><title>Nothing here</title>\n';
const soon = () => new Date(Date.now() + 3600_000).toISOString();

let server;
let locked;
before(async () => {
  server = await startServer({ workers: 0, config: adminConfig });
  locked = await startServer({ workers: 0, config: { ...adminConfig, writableGroups: false }, groups: { room: everybody } });
});
after(async () => {
  await server.stop();
  await locked.stop();
});

const everybody = {
  displayName: 'Team Room',
  users: {
    boss: { password: 'boss', permissions: 'admin' },
    ann: { password: { type: 'bcrypt', key: '$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW' }, permissions: 'op' },
    bob: { password: 'b', permissions: ['present', 'message'] },
    nobody: {},
    open: { password: { type: 'wildcard' }, permissions: 'message' },
    blank: { password: '', permissions: 'message' },
    '': { password: 'anonymous', permissions: 'observe' },
  },
  'wildcard-user': { password: 'w', permissions: 'present' },
};

const etagOf = (path) => {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return `"${size}-${mtimeNs}"`;
};
const groupFile = (group) => server.path('groups', `${group}.json`);
const stored = (group) => JSON.parse(readFileSync(groupFile(group), 'utf8'));

function check(response, expected, what) {
  assert.equal(response.status, expected.status, `${what}: ${response.status} ${response.body}`);
  if (expected.json !== undefined) assert.deepEqual(response.json, expected.json, what);
  if (expected.body !== undefined) assert.equal(response.body, expected.body, what);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (value instanceof RegExp) assert.match(response.headers[name] ?? '', value, `${what}: ${name}`);
    else assert.equal(response.headers[name], value, `${what}: ${name}`);
  }
}

const plain404 = { status: 404, body: '404 page not found\n', headers: { 'content-type': 'text/plain; charset=utf-8' } };
const page404 = { status: 404, body: page, headers: { 'content-type': 'text/html; charset=utf-8' } };
const challenge = { status: 401, body: 'Haha!\n', headers: { 'www-authenticate': 'basic realm="/galene-api/"' } };
const refusedWrite = { status: 401, body: 'not authorised\n', headers: { 'www-authenticate': undefined } };
const unsupported = (accept) => ({ status: 415, body: 'unsupported content type\n', headers: { accept } });
const notAllowed = (allow) => ({ status: 405, body: 'method not allowed\n', headers: { allow } });
const failed = { status: 412, body: '' };
const done = { status: 204, body: '', headers: { etag: undefined } };
const created = { status: 201, body: '', headers: { etag: undefined } };
const json = { 'content-type': 'application/json', 'cache-control': undefined };

// G stands for a group made for the row, with `everybody` in it; S for a subgroup that has no file, of a group A that
// allows such; TAG for the tag of G's file.
const rows = [
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

  // 11.7: users.
  ['GET', '.groups/G/.users/', { status: 200, json: ['', 'ann', 'blank', 'bob', 'boss', 'nobody', 'open'], headers: { ...json, etag: 'TAG' } }],
  ['HEAD', '.groups/G/.users/', { status: 200, body: '', headers: { etag: 'TAG' } }],
  ['GET', '.groups/A/.users/', { status: 200, json: ['boss'] }],
  ['GET', '.groups/S/.users/', { status: 200, json: ['boss'] }],
  ['GET', '.groups/G/.users/', { status: 304 }, { headers: { 'If-None-Match': 'TAG' } }],
  ['GET', '.groups/G/.users/', failed, { headers: { 'If-Match': '"1"' } }],
  ['GET', '.groups/missing/.users/', page404],
  ['GET', '.groups/G/.users/', challenge, { as: basic('bob', 'b') }],
  ['POST', '.groups/G/.users/', notAllowed('OPTIONS, HEAD, GET'), { body: {} }],
  ['GET', '.groups/G/.users/ann', { status: 200, json: { permissions: 'op' }, headers: { ...json, etag: 'TAG' } }],
  ['GET', '.groups/G/.users/bob', { status: 200, json: { permissions: ['present', 'message'] } }],
  ['GET', '.groups/G/.users/nobody', { status: 200, json: {} }],
  ['GET', '.groups/G/.empty-user', { status: 200, json: { permissions: 'observe' }, headers: { etag: 'TAG' } }],
  ['GET', '.groups/G/.wildcard-user', { status: 200, json: { permissions: 'present' }, headers: { etag: 'TAG' } }],
  ['HEAD', '.groups/G/.users/ann', { status: 200, body: '', headers: { etag: 'TAG' } }],
  ['GET', '.groups/G/.users/ann', { status: 304 }, { headers: { 'If-None-Match': 'TAG' } }],
  ['GET', '.groups/G/.users/ann', failed, { headers: { 'If-Match': '"1"' } }],
  ['GET', '.groups/G/.users/missing', page404],
  ['GET', '.groups/A/.wildcard-user', page404],
  ['GET', '.groups/A/.empty-user', page404],
  ['GET', '.groups/S/.users/boss', page404],
  ['GET', '.groups/missing/.users/ann', page404],
  ['GET', '.groups/G/.users/ann', challenge, { as: basic('ann', 'secret') }],
  ['GET', '.groups/G/.users/ann/.other', page404],
  ['GET', '.groups/G/.users/ann/.other', challenge, { as: null }],
  ['GET', '.groups/G/.users/.hidden', page404],
  ['GET', '.groups/G/.wildcard-user/x', page404],
  ['POST', '.groups/G/.users/ann', notAllowed('OPTIONS, HEAD, GET, PUT, DELETE'), { body: {} }],
  ['PUT', '.groups/G/.users/new', created, { body: { permissions: 'op' } }],
  ['PUT', '.groups/G/.users/a/b', created, { body: { permissions: 'op' } }],
  ['PUT', '.groups/G/.users/new', created, { body: {}, headers: { 'If-None-Match': '*' } }],
  ['PUT', '.groups/A/.wildcard-user', created, { body: { permissions: 'present' } }],
  ['PUT', '.groups/A/.empty-user', created, { body: { permissions: [] } }],
  ['PUT', '.groups/G/.users/ann', done, { body: { permissions: 'present' } }],
  ['PUT', '.groups/G/.users/ann', done, { body: { permissions: null, more: 1 } }],
  ['PUT', '.groups/G/.users/ann', done, { body: { permissions: 'op' }, headers: { 'If-Match': 'TAG' } }],
  ['PUT', '.groups/G/.users/ann', failed, { body: {}, headers: { 'If-None-Match': '*' } }],
  ['PUT', '.groups/G/.users/ann', failed, { body: {}, headers: { 'If-Match': '"1"' } }],
  ['PUT', '.groups/G/.users/new', failed, { body: {}, headers: { 'If-Match': 'TAG' } }],
  ['PUT', '.groups/G/.users/ann', { status: 400, body: 'unknown permission\n' }, { body: { permissions: 'emperor' } }],
  ['PUT', '.groups/G/.users/ann', { status: 400 }, { body: { permissions: 5 } }],
  ['PUT', '.groups/G/.users/ann', { status: 400 }, { body: { permissions: [5] } }],
  ['PUT', '.groups/G/.users/ann', { status: 400 }, { body: { permissions: 'op', password: 'x' } }],
  ['PUT', '.groups/G/.users/ann', { status: 400 }, { body: '{' }],
  ['PUT', '.groups/G/.users/ann', unsupported('application/json'), { body: {}, type: 'text/plain' }],
  ['PUT', '.groups/G/.users/back%5Cslash', { status: 400, body: 'illegal user name\n' }, { body: {} }],
  ['PUT', '.groups/missing/.users/ann', page404, { body: {} }],
  ['PUT', '.groups/S/.users/ann', page404, { body: {} }],
  ['DELETE', '.groups/G/.users/ann', done],
  ['DELETE', '.groups/G/.wildcard-user', done],
  ['DELETE', '.groups/G/.empty-user', done, { headers: { 'If-Match': 'TAG' } }],
  ['DELETE', '.groups/G/.users/ann', failed, { headers: { 'If-Match': '"1"' } }],
  ['DELETE', '.groups/G/.users/missing', page404],
  ['DELETE', '.groups/A/.wildcard-user', page404],

  // 11.8: passwords.
  ['GET', '.groups/G/.users/ann/.password', notAllowed('OPTIONS, PUT, POST, DELETE')],
  ['GET', '.groups/G/.users/ann/.password', challenge, { as: null }],
  ['PUT', '.groups/G/.users/ann/.password', done, { body: { type: 'wildcard' } }],
  ['PUT', '.groups/G/.users/ann/.password', done, { body: '"simple"' }],
  ['PUT', '.groups/G/.users/ann/.password', done, { body: 'null' }],
  ['PUT', '.groups/G/.users/ann/.password', done, { body: '"x"', headers: { 'If-Match': '"1"' } }],
  ['PUT', '.groups/G/.empty-user/.password', done, { body: '"x"' }],
  ['PUT', '.groups/G/.wildcard-user/.password', done, { body: '"x"' }],
  ['PUT', '.groups/G/.users/ann/.password', { status: 400 }, { body: '5' }],
  ['PUT', '.groups/G/.users/ann/.password', { status: 400 }, { body: '["x"]' }],
  ['PUT', '.groups/G/.users/ann/.password', { status: 400 }, { body: { type: 5 } }],
  ['PUT', '.groups/G/.users/ann/.password', { status: 400 }, { body: '"' }],
  ['PUT', '.groups/G/.users/ann/.password', unsupported('application/json'), { body: 'x', type: 'text/plain' }],
  ['PUT', '.groups/G/.users/missing/.password', page404, { body: '"x"' }],
  ['PUT', '.groups/S/.users/boss/.password', page404, { body: '"x"' }],
  ['PUT', '.groups/A/.wildcard-user/.password', page404, { body: '"x"' }],
  ['POST', '.groups/G/.users/ann/.password', done, { body: 'a new one', type: 'text/plain' }],
  ['POST', '.groups/G/.users/ann/.password', done, { body: 'é', type: 'text/plain;charset=UTF-8' }],
  ['POST', '.groups/G/.users/ann/.password', done, { body: 'x'.repeat(72), type: 'text/plain' }],
  ['POST', '.groups/G/.users/ann/.password', { status: 400 }, { body: 'x'.repeat(73), type: 'text/plain' }],
  ['POST', '.groups/G/.users/ann/.password', { status: 400 }, { body: 'a\0b', type: 'text/plain' }],
  ['POST', '.groups/G/.users/ann/.password', unsupported('text/plain'), { body: '"x"' }],
  ['DELETE', '.groups/G/.users/ann/.password', done],
  ['DELETE', '.groups/G/.wildcard-user/.password', done],
  ['DELETE', '.groups/G/.users/missing/.password', page404],
  ['GET', '.groups/G/.users/ann/.password/x', page404],
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

  // 11.9: keys.
  ['PUT', '.groups/G/.keys', done, { body: { keys: [symmetricKey().jwk] }, type: 'application/jwk-set+json' }],
  ['PUT', '.groups/G/.keys', done, { body: { keys: [] }, type: 'application/jwk-set+json' }],
  ['PUT', '.groups/G/.keys', done, { body: {}, type: 'application/jwk-set+json' }],
  ['PUT', '.groups/G/.keys', unsupported('application/jwk-set+json'), { body: { keys: [] } }],
  ['PUT', '.groups/G/.keys', { status: 400 }, { body: { keys: [{ kty: 'oct', alg: 'HS256', k: 'AA' }] }, type: 'application/jwk-set+json' }],
  ['PUT', '.groups/G/.keys', { status: 400 }, { body: { keys: [null] }, type: 'application/jwk-set+json' }],
  ['PUT', '.groups/G/.keys', { status: 400 }, { body: { keys: {} }, type: 'application/jwk-set+json' }],
  ['PUT', '.groups/G/.keys', { status: 400 }, { body: '[', type: 'application/jwk-set+json' }],
  ['DELETE', '.groups/G/.keys', done],
  ['GET', '.groups/G/.keys', notAllowed('OPTIONS, PUT, DELETE')],
  ['GET', '.groups/G/.keys', challenge, { as: null }],
  ['DELETE', '.groups/missing/.keys', page404],
  ['DELETE', '.groups/S/.keys', page404],
  ['PUT', '.groups/G/.keys/', page404, { body: {} }],
  ['GET', '.groups/G/.keys/x', page404],

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
];

describe('table of requests', () => {
  let number = 0;
  for (const [method, path, expected, options = {}] of rows) {
    const { as, body, headers } = options;
    const who = as === undefined ? '' : as === null ? ', without credentials' : `, ${as.startsWith('Basic') ? Buffer.from(as.slice(6), 'base64') : as}`;
    const with_ = `${body === undefined ? '' : ` ${JSON.stringify(body).slice(0, 60)}`}${options.type === undefined ? '' : ` as ${options.type || 'nothing'}`}${headers ? ` ${JSON.stringify(headers)}` : ''}`;
    test(`${method} ${path.slice(0, 60)}${with_}${who}: ${expected.status}`, async () => {
      number += 1;
      const group = server.group(everybody, `row-${number}`);
      server.group(
        { description: 'd', public: true, 'auto-subgroups': true, users: { boss: { password: 'boss', permissions: 'admin' } } },
        `auto-${number}`,
      );
      const tag = etagOf(groupFile(group));
      const fill = (text) =>
        text
          .replace(/(?<=^|\/)G(?=\/|$)/, group)
          .replace(/(?<=^|\/)S(?=\/|$)/, `auto-${number}/sub`)
          .replace(/(?<=^|\/)A(?=\/|$)/, `auto-${number}`)
          .replace(/-N/, `-${number}`);
      const fillHeaders = (fields = {}) =>
        Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value.replace('TAG', tag) : value]),
        );
      const response = await api(server, method, fill(path), { ...options, headers: fillHeaders(headers) });
      const { body: wanted, ...rest } = expected;
      check(response, { ...rest, ...(typeof wanted === 'string' ? { body: wanted } : {}), headers: fillHeaders(expected.headers) }, path);
      if (wanted instanceof RegExp) assert.match(response.body, wanted);
      if (expected.status >= 400 && expected.status < 500 && method !== 'HEAD' && expected.status !== 412) {
        assert.notEqual(response.body, '', 'says why');
      }
    });
  }
});

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
