// Groups that leave logins to an authorisation server or a portal (auth.md 7), with the sample one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startAuthServer } from '../authserver/authserver.mjs';
import { get } from './raw_http.mjs';
import { address, startServer } from './server.mjs';
import { partial } from './shapes.mjs';

let server;
let authority;
let location;
before(async () => {
  server = await startServer({ workers: 0 });
  authority = await startAuthServer({ address, groups: `${server.origin}/group/` });
  location = `${server.origin}/group/tea/`;
  server.group({ ...authority.description(location), users: { hatter: { password: 'riddle', permissions: 'present' } } }, 'tea');
  server.group(authority.description(`${server.origin}/group/garden/`, { portal: true }), 'garden');
});
after(async () => {
  await authority.stop();
  await server.stop();
});

const status = async (group) => JSON.parse((await get(server, `/group/${group}/.status`)).body);

/// What a client does with a name and a password.
async function ask(group, username, password, where = location) {
  const { authServer } = await status(group);
  const response = await fetch(authServer, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ location: where, username, password }),
  });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

async function refused(group, credentials, text = 'not authorised') {
  const client = await server.connect();
  client.send({ type: 'join', kind: 'join', group, ...credentials });
  await client.expect({ type: 'joined', kind: 'fail', group, username: '', value: text });
  client.terminate();
}

test('who is known to the authorisation server joins with the token it gives, under the name in it', async () => {
  const answer = await ask('tea', 'alice', 'wonderland');
  assert.equal(answer.status, 200);
  assert.equal(answer.type, 'application/jwt');
  const alice = await server.join('tea', 'alice', { token: answer.body, password: undefined });
  assert.deepEqual(alice.permissions, ['op', 'present', 'message', 'token']);
  // The same token a second time: there is no protection against that, but a short life.
  const twin = await server.join('tea', 'somebody', { token: answer.body, password: undefined });
  assert.equal(twin.arrival[0].username, 'alice');
  const dormouse = await ask('tea', 'dormouse', 'zzz');
  const asleep = await server.join('tea', 'dormouse', { token: dormouse.body, password: undefined });
  assert.deepEqual(asleep.permissions, []);
});

test('a 204 sends the client back to the password of the group', async () => {
  assert.equal((await ask('tea', 'hatter', 'riddle')).status, 204);
  const hatter = await server.join('tea', 'hatter', { password: 'riddle' });
  assert.deepEqual(hatter.permissions, ['present', 'message']);
});

test('whom the authorisation server refuses the group refuses too', async () => {
  for (const [name, password] of [['alice', 'wrong'], ['nobody', 'wonderland'], ['__proto__', ''], ['', '']]) {
    assert.equal((await ask('tea', name, password)).status, 403, name);
  }
  await refused('tea', { username: 'alice', password: 'wonderland' });
});

test('a token for one group opens no other, and none is given for another server', async () => {
  const { body: token } = await ask('tea', 'alice', 'wonderland');
  await refused('garden', { username: 'alice', token });
  assert.equal((await ask('tea', 'alice', 'wonderland', 'https://evil.example/group/tea/')).status, 403);
});

test('a token whose time is over, or one from another authority, is refused', async () => {
  const late = authority.token('alice', ['op'], location).split('.');
  const claims = JSON.parse(Buffer.from(late[1], 'base64url'));
  late[1] = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 3600 })).toString('base64url');
  await refused('tea', { username: 'alice', token: late.join('.') });
  const impostor = await startAuthServer({ address, groups: authority.groups });
  await refused('tea', { username: 'alice', token: impostor.token('alice', ['op'], location) });
  await impostor.stop();
  const hasty = await startAuthServer({ address, groups: authority.groups, seconds: -60 });
  server.group({ authKeys: [hasty.key] }, 'late');
  await refused('late', { username: 'alice', token: hasty.token('alice', ['op'], `${server.origin}/group/late/`) });
  await hasty.stop();
});

test('the page may ask the authorisation server, and no other', async () => {
  const page = await get(server, '/group/tea/');
  assert.match(page.headers['content-security-policy'], new RegExp(`connect-src ${authority.url}/ ws: wss: 'self'`));
  const other = await get(server, '/group/garden/');
  assert.doesNotMatch(other.headers['content-security-policy'], new RegExp(authority.url));
});

test('the portal is in the status as configured, and sends back to the group with a token', async () => {
  const { authPortal, authServer } = await status('garden');
  assert.equal(authPortal, authority.description(`${server.origin}/group/garden/`, { portal: true }).authPortal);
  assert.equal(authServer, undefined);
  const portal = await fetch(authPortal);
  assert.match(await portal.text(), /<form method="post">/);
  const login = (password) =>
    fetch(authPortal, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ username: 'white rabbit', password, location: `${server.origin}/group/garden/` }),
    });
  assert.equal((await login('in time')).status, 403);
  const back = await login('too late');
  assert.equal(back.status, 303);
  const target = new URL(back.headers.get('location'));
  assert.equal(`${target.origin}${target.pathname}`, `${server.origin}/group/garden/`);
  const rabbit = await server.connect();
  // As the page does: the token first, without a name.
  rabbit.send({ type: 'join', kind: 'join', group: 'garden', token: target.searchParams.get('token') });
  await rabbit.expect(partial({ type: 'joined', kind: 'join', username: 'white rabbit' }));
});
