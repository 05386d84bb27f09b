// What the tests of the administrative API share: two servers, what is usually expected, and the table of requests.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { adminConfig, api } from './api_client.mjs';
import { startChosen as startServer } from './transports.mjs';

export const page = '<!DOCTYPE html><title>Nothing here</title>\n';
export const soon = () => new Date(Date.now() + 3600_000).toISOString();

export let server;
export let locked; // its groups cannot be written

/// Starts both for the tests of a file.
export function useServers() {
  before(async () => {
    server = await startServer({ workers: 0, config: adminConfig });
    locked = await startServer({ workers: 0, config: { ...adminConfig, writableGroups: false }, groups: { room: everybody } });
  });
  after(async () => {
    await server.stop();
    await locked.stop();
  });
}

export const everybody = {
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

export const etagOf = (path) => {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return `"${size}-${mtimeNs}"`;
};
export const groupFile = (group) => server.path('groups', `${group}.json`);
export const stored = (group) => JSON.parse(readFileSync(groupFile(group), 'utf8'));

export function check(response, expected, what) {
  assert.equal(response.status, expected.status, `${what}: ${response.status} ${response.body}`);
  if (expected.json !== undefined) assert.deepEqual(response.json, expected.json, what);
  if (expected.body !== undefined) assert.equal(response.body, expected.body, what);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (value instanceof RegExp) assert.match(response.headers[name] ?? '', value, `${what}: ${name}`);
    else assert.equal(response.headers[name], value, `${what}: ${name}`);
  }
}

export const plain404 = { status: 404, body: '404 page not found\n', headers: { 'content-type': 'text/plain; charset=utf-8' } };
export const page404 = { status: 404, body: page, headers: { 'content-type': 'text/html; charset=utf-8' } };
export const challenge = { status: 401, body: 'Haha!\n', headers: { 'www-authenticate': 'basic realm="/galene-api/"' } };
export const refusedWrite = { status: 401, body: 'not authorised\n', headers: { 'www-authenticate': undefined } };
export const unsupported = (accept) => ({ status: 415, body: 'unsupported content type\n', headers: { accept } });
export const notAllowed = (allow) => ({ status: 405, body: 'method not allowed\n', headers: { allow } });
export const failed = { status: 412, body: '' };
export const done = { status: 204, body: '', headers: { etag: undefined } };
export const created = { status: 201, body: '', headers: { etag: undefined } };
export const json = { 'content-type': 'application/json', 'cache-control': undefined };

/// Asks each row and compares. G stands for a group made for the row, with `everybody` in it; S for a subgroup that has no
/// file, of a group A that allows such; TAG for the tag of G's file.
export function testRows(rows) {
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
}
