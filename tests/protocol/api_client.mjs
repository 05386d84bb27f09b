// Requests to the administrative API, written by hand so that every header is as given.

import { chosen } from './transports.mjs';

export const basic = (name, password) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
export const bearer = (token) => `Bearer ${token}`;

/// The administrator that `adminConfig` makes.
export const chief = basic('chief', 'of everything');
export const adminConfig = {
  users: { chief: { password: 'of everything', permissions: 'admin' }, clerk: { password: 'clerk', permissions: 'op' } },
  writableGroups: true,
};

/// `path` is what follows /galene-api/v0/. `as` is an Authorization field, null for none; `body` is sent as JSON
/// unless it is a string.
export async function api(server, method, path, { as = chief, body, type, headers = {}, ...options } = {}) {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const response = await chosen.request(server, `/galene-api/v0/${path}`, {
    method,
    headers: {
      ...(as === null ? {} : { Authorization: as }),
      ...(text === undefined ? {} : { 'Content-Type': type === undefined ? 'application/json' : type }),
      // Without a body a length must be there all the same.
      ...(text === undefined || text === '' ? { 'Content-Length': '0' } : {}),
      ...headers,
    },
    body: text,
    ...options,
  });
  if (response.headers['content-type'] === 'application/json' && method !== 'HEAD') {
    response.json = JSON.parse(response.body);
  }
  return response;
}
