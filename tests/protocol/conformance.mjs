// Runs a table of requests against a server and compares each answer with what its row promises.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get } from './raw_http.mjs';
import { transports } from './transports.mjs';

/// A row is
///   { name?, method = 'GET', target, headers?, body?, expect }
/// where target, headers and body may be functions of the server, and `expect` has any of
///   status   a number, or an array of those that are fine
///   headers  by name in lower case: a string, a RegExp, undefined for "must be absent", or a function of (value, server)
///   body     a string, a RegExp, or a function of (body, server) that asserts
///   json     the parsed body, compared deeply, or a function of (value, server) that asserts
/// Whatever the row says, a HEAD has no body, and headers hold no control characters.
export async function checkRow(server, row, request = get) {
  const of = (value) => (typeof value === 'function' ? value(server) : value);
  const { method = 'GET', expect } = row;
  const response = await request(server, of(row.target), { method, headers: of(row.headers), body: of(row.body) });
  const statuses = [expect.status].flat();
  assert.ok(statuses.includes(response.status), `status ${response.status}, not ${statuses.join(' or ')}: ${response.body}`);
  for (const [name, wanted] of Object.entries(expect.headers ?? {})) {
    const value = response.headers[name];
    if (typeof wanted === 'function') wanted(value, server);
    else if (wanted instanceof RegExp) assert.match(value ?? '', wanted, name);
    else assert.equal(value, wanted, name);
  }
  if (method === 'HEAD' || [204, 304].includes(response.status)) assert.equal(response.body, '');
  if (expect.body instanceof RegExp) assert.match(response.body, expect.body);
  else if (typeof expect.body === 'function') expect.body(response.body, server);
  else if (expect.body !== undefined) assert.equal(response.body, expect.body);
  if (typeof expect.json === 'function') expect.json(JSON.parse(response.body), server);
  else if (expect.json !== undefined) assert.deepEqual(JSON.parse(response.body), expect.json);
  return response;
}

/// One test for each row and transport. `servers` is a function that gives a Pair, since the servers are started later
/// than the tests are named.
export function walk(servers, rows) {
  for (const row of rows) {
    const target = typeof row.target === 'function' ? '' : row.target;
    const name = row.name ?? `${row.method ?? 'GET'} ${target} is answered ${[row.expect.status].flat().join(' or ')}`;
    for (const transport of transports) {
      test(`${name}, over ${transport.name}`, () => checkRow(servers().for(transport), row, transport.request));
    }
  }
}

export const securityHeaders = {
  'content-security-policy':
    "connect-src ws: wss: 'self'; img-src 'self'; media-src blob: 'self'; script-src 'unsafe-eval' 'self'; default-src 'self'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/// What no answer may have.
export const neverSent = {
  server: undefined,
  'set-cookie': undefined,
  'strict-transport-security': undefined,
  'x-frame-options': undefined,
  'access-control-allow-credentials': undefined,
};
