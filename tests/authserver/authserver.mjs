// A sample authorisation server and portal: who is known here gets a JSON Web Token for one group.
//
//   node tests/authserver/authserver.mjs [PORT] [GROUPS-URL]
//
// GROUPS-URL, such as https://meet.example.org:8443/group/, is where tokens may lead; without it, anywhere: for trials
// only. Prints the fields for a group's description. Its users are in `people`, below. A client POSTs {"location",
// "username", "password"} to /; a browser that was sent to /portal?location=URL gets a form and goes on to the group.

import { generateKeyPairSync, sign, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

/// Name: password and permissions. Those of `local` are sent on to the group's own passwords.
export const people = {
  alice: { password: 'wonderland', permissions: ['op', 'present', 'message', 'token'] },
  'white rabbit': { password: 'too late', permissions: ['present', 'message'] },
  dormouse: { password: 'zzz', permissions: [] },
};
export const local = ['hatter'];

const tokenSeconds = 30;
const maxBody = 16 * 1024;

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sameText(a, b) {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > maxBody) throw new Error('too long');
  }
  return body;
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function form(location, complaint) {
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Log in</title><h1>Log in</h1><p>${complaint}</p>
<form method="post"><input type="hidden" name="location" value="${escaped(location)}">
<label>Name <input name="username" autofocus></label> <label>Password <input name="password" type="password"></label>
<button>Log in</button></form></html>\n`;
}

class AuthServer {
  #privateKey;
  #http;

  /// What it was asked: {username, location, outcome}.
  log = [];

  constructor({ groups, seconds = tokenSeconds }) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    this.groups = groups;
    this.seconds = seconds;
    /// For `authKeys`.
    this.key = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', kid: 'sample' };
    this.#http = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.writeHead(400).end('bad request\n'));
    });
  }

  async listen(port, address) {
    await new Promise((done, failed) => {
      this.#http.once('error', failed);
      this.#http.listen(port, address, done);
    });
    this.url = `http://${address}:${this.#http.address().port}`;
  }

  /// The fields for the description of a group whose page is at `location`.
  description(location, { portal = false } = {}) {
    const where = portal ? { authPortal: `${this.url}/portal?location=${encodeURIComponent(location)}` } : { authServer: `${this.url}/` };
    return { authKeys: [this.key], ...where };
  }

  async stop() {
    this.#http.closeAllConnections?.();
    await new Promise((done) => this.#http.close(done));
  }

  /// A token in compact form (RFC 7515 3.1).
  token(username, permissions, location) {
    const now = Math.floor(Date.now() / 1000);
    const head = encode({ alg: 'ES256', typ: 'JWT', kid: this.key.kid });
    const claims = encode({ sub: username, aud: location, permissions, iat: now, exp: now + this.seconds, iss: this.url });
    const signature = sign('sha256', Buffer.from(`${head}.${claims}`), { key: this.#privateKey, dsaEncoding: 'ieee-p1363' });
    return `${head}.${claims}.${signature.toString('base64url')}`;
  }

  /// A token, null when the group itself is to check the password, undefined when this is nobody.
  #decide({ username, password, location }) {
    if (![username, password, location].every((value) => typeof value === 'string')) return undefined;
    // A token for somebody else's server would be a gift to it.
    if (this.groups !== undefined && !location.startsWith(this.groups)) return undefined;
    if (local.includes(username)) return null;
    const person = Object.hasOwn(people, username) ? people[username] : undefined;
    if (!person || !sameText(person.password, password)) return undefined;
    return this.token(username, person.permissions, location);
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    if (pathname === '/portal') return this.#portal(request, response, searchParams.get('location') ?? '');
    if (pathname !== '/') return response.writeHead(404).end('not found\n');
    // The page that asks comes from the group's server.
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'Access-Control-Allow-Methods': 'POST', 'Access-Control-Allow-Headers': 'Content-Type' });
      return response.end();
    }
    if (request.method !== 'POST') return response.writeHead(405, { Allow: 'OPTIONS, POST' }).end('method not allowed\n');
    const asked = JSON.parse(await bodyOf(request));
    const token = this.#decide(asked);
    const outcome = token === undefined ? 403 : token === null ? 204 : 200;
    this.log.push({ username: asked.username, location: asked.location, outcome });
    if (outcome === 403) return response.writeHead(403).end('not authorised\n');
    if (outcome === 204) return response.writeHead(204).end();
    return response.writeHead(200, { 'Content-Type': 'application/jwt', 'Cache-Control': 'no-store' }).end(token);
  }

  async #portal(request, response, asked) {
    let location = asked;
    let complaint = 'For the meeting you want to join.';
    if (request.method === 'POST') {
      const fields = new URLSearchParams(await bodyOf(request));
      location = fields.get('location') ?? '';
      const token = this.#decide({ username: fields.get('username'), password: fields.get('password'), location });
      this.log.push({ username: fields.get('username'), location, outcome: token ? 303 : 403 });
      if (token) return response.writeHead(303, { Location: `${location}?token=${token}` }).end();
      complaint = 'Wrong name or password.';
    }
    response.writeHead(request.method === 'POST' ? 403 : 200, { 'Content-Type': 'text/html; charset=utf-8' });
    return response.end(form(location, complaint));
  }
}

/// Listens on a free port unless one is given. `groups` is where tokens may lead.
export async function startAuthServer({ address = '127.0.0.1', port = 0, groups, seconds } = {}) {
  const server = new AuthServer({ groups, seconds });
  await server.listen(port, address);
  return server;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [port = '8444', groups] = process.argv.slice(2);
  const server = await startAuthServer({ port: Number(port), groups });
  console.log(JSON.stringify(server.description(groups ?? ''), undefined, 2));
  process.once('SIGINT', () => server.stop());
  process.once('SIGTERM', () => server.stop());
}
