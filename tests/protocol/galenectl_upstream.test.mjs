// galenectl against a server that answers as upstream's does where ours differs: `null` for no groups, 500 for what is the
// client's fault, no body and no tag with 201 and 204, role names unchecked in tokens, HTTP/1.1 without keep-alive.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { buildDirectory } from './server.mjs';

const galenectl = join(buildDirectory, 'galenectl', 'galenectl');
const prefix = '/galene-api/v0/.groups/';

let upstream;
let home;
let requests;
let answer; // (request) => [status, headers, body]

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'halcyon-galenectl-'));
  upstream = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const body = Buffer.concat(chunks).toString();
      requests.push({ method, path: url, headers, body });
      const [status, fields, text] = answer({ method, path: url, headers, body });
      response.writeHead(status, { connection: 'close', ...fields });
      response.end(text);
    });
  });
  await new Promise((done) => upstream.listen(0, '127.0.0.1', done));
});
after(() => {
  upstream.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  requests = [];
});

const run = (...words) => runWith({}, ...words);

function runWith({ input = '', environment = {}, server = `http://127.0.0.1:${upstream.address().port}` }, ...words) {
  const options = ['-server', server, '-admin-username', 'root', '-admin-password', 'pw'];
  return new Promise((done) => {
    const env = { ...process.env, XDG_CONFIG_HOME: home, ...environment };
    const child = spawn(galenectl, [...options, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {}); // it need not read
    child.stdin.end(input);
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (text) => (out[name] += text));
    child.on('close', (status) => done({ ...out, status }));
  });
}

const json = (value, headers = {}) => [200, { 'content-type': 'application/json', ...headers }, `${JSON.stringify(value)}\n`];

test('no groups are `null`, and an empty list', async () => {
  answer = () => json(null);
  assert.deepEqual(await run('list-groups'), { status: 0, stdout: '', stderr: '' });
  assert.equal(requests[0].path, prefix);
  assert.equal(requests[0].headers.authorization, `Basic ${Buffer.from('root:pw').toString('base64')}`);
});

test('groups in the order of a walk are listed by name', async () => {
  answer = () => json(['b/c', 'b', 'a']);
  assert.equal((await run('list-groups')).stdout, 'a\nb\nb/c\n');
});

test('a group is made only where there is none, and a refusal is one line', async () => {
  answer = () => [201, {}, ''];
  assert.equal((await run('create-group', '-group', 'a/b c', '-auto-subgroups')).status, 0);
  assert.equal(requests[0].method, 'PUT');
  assert.equal(requests[0].path, `${prefix}a/b%20c`);
  assert.equal(requests[0].headers['if-none-match'], '*');
  assert.deepEqual(JSON.parse(requests[0].body), { 'auto-subgroups': true });
  answer = () => [412, {}, ''];
  const refused = await run('create-group', '-group', 'a');
  assert.equal(refused.status, 5);
  assert.match(refused.stderr, /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Create group: HTTP error: 412 Precondition Failed\n$/);
});

test('an update keeps what it does not know, and is guarded by the tag it got', async () => {
  answer = ({ method }) => (method === 'GET' ? json({ public: true, 'from-the-future': [1] }, { etag: '"17-1"' }) : [204, {}, '']);
  assert.equal((await run('update-group', '-group', 'g', '-unrestricted-tokens=false')).status, 0);
  assert.equal(requests[1].headers['if-match'], '"17-1"');
  assert.deepEqual(JSON.parse(requests[1].body), { public: true, 'from-the-future': [1], 'unrestricted-tokens': false });
});

test('an update without a tag to go by is refused', async () => {
  answer = () => json({ public: true });
  const refused = await run('update-group', '-group', 'g');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /missing ETag/);
  assert.equal(requests.length, 1);
});

test('what upstream answers with 500 is an error like any other', async () => {
  answer = () => [500, { 'content-type': 'text/plain; charset=utf-8' }, 'Internal server error\n'];
  const refused = await run('create-user', '-group', 'g', '-user', 'u');
  assert.equal(refused.status, 7);
  assert.match(refused.stderr, /Create user: HTTP error: 500 Internal Server Error\n$/);
});

for (const [http, exit] of [[400, 1], [401, 4], [403, 4], [404, 3], [409, 5], [412, 5], [429, 7], [500, 7], [503, 7]]) {
  test(`a refusal with ${http} is exit status ${exit} for whatever was asked`, async () => {
    answer = () => [http, {}, ''];
    const target = ['-group', 'g', '-user', 'u'];
    const lines = [
      ['list-groups'], ['show-group', '-group', 'g'], ['update-group', '-group', 'g'], ['delete-group', '-group', 'g'],
      ['list-users', '-group', 'g'], ['create-user', ...target], ['update-user', ...target], ['delete-user', ...target],
      ['set-password', ...target, '-password', 'x', '-cost', '4'], ['delete-password', ...target],
      ['list-tokens', '-group', 'g'], ['create-token', '-group', 'g'], ['revoke-token', '-group', 'g', '-token', 't'],
      ['update-token', '-group', 'g', '-token', 't'], ['delete-token', '-group', 'g', '-token', 't'],
    ];
    for (const line of lines) {
      const { status, stderr } = await run(...line);
      assert.equal(status, exit, `${line.join(' ')}: ${stderr}`);
      assert.match(stderr, new RegExp(`: HTTP error: ${http} .*\\n$`));
    }
  });
}

test('a command line that makes no sense is exit status 2, and nothing is sent', async () => {
  answer = () => json([]);
  for (const line of [['frobnicate'], ['-frobnicate'], ['show-group'], ['create-group'], ['create-user', '-group', 'g'],
    ['delete-user', '-group', 'g', '-user', 'u', '-wildcard'], ['create-token', '-group', 'g', '-duration', '1d'], ['delete-token', '-group', 'g'],
    ['create-user', '-group', 'g', '-user', 'u', '-permissions', '[1]'], ['delete-group', '-group', 'g', 'surplus'], []]) {
    assert.equal((await run(...line)).status, 2, line.join(' '));
  }
  assert.deepEqual(requests, []);
  answer = () => json(['a']);
  assert.equal((await run('list-groups', '[')).status, 2);
});

test('update-user with both -user and -wildcard means the wildcard user, as upstream has it', async () => {
  answer = ({ method }) => (method === 'GET' ? json({ permissions: 'op' }, { etag: '"1"' }) : [204, {}, '']);
  assert.equal((await run('update-user', '-group', 'g', '-user', 'u', '-wildcard', '-permissions', 'observe')).status, 0);
  assert.deepEqual(requests.map(({ method, path }) => `${method} ${path}`), [`GET ${prefix}g/.wildcard-user`, `PUT ${prefix}g/.wildcard-user`]);
});

test('a token\'s name is the Location as it came, and roles are sent as permissions', async () => {
  answer = () => [201, { location: 'Zm9vYmFyYmE' }, ''];
  const made = await run('create-token', '-group', '', '-include-subgroups', '-permissions', 'op', '-user', 'ann');
  assert.equal(made.stdout, 'Zm9vYmFyYmE\n');
  assert.equal(requests[0].path, `${prefix}.tokens/`);
  const { expires, ...rest } = JSON.parse(requests[0].body);
  assert.deepEqual(rest, { includeSubgroups: true, permissions: ['op', 'present', 'message', 'caption', 'token'], username: 'ann' });
  assert.ok(Math.abs(Date.parse(expires) - Date.now() - 86_400_000) < 60_000);
});

test('passwords are hashed here: the clear text never reaches the server', async () => {
  answer = () => [204, {}, ''];
  assert.equal((await run('set-password', '-group', 'g', '-user', 'u', '-password', 'swordfish')).status, 0);
  assert.equal(requests[0].path, `${prefix}g/.users/u/.password`);
  assert.match(JSON.parse(requests[0].body).key, /^\$2[ab]\$08\$/);
  assert.ok(!requests[0].body.includes('swordfish'));
});

test('users with arrays, roles and nothing are listed alike', async () => {
  const users = { ann: { permissions: 'op' }, bob: {}, cy: { permissions: ['token', 'message'] } };
  answer = ({ path }) => (path.endsWith('.users/') ? json(['cy', 'bob', 'ann'], { etag: '"1-1"' }) : json(users[path.split('/').at(-1)], { etag: '"1-1"' }));
  assert.equal((await run('list-users', '-group', 'g', '-l')).stdout, 'ann          op\nbob          null\ncy           [mt]\n');
});

test('a piped password is one line, and nothing but the result is printed', async () => {
  const hashed = await runWith({ input: 'swordfish\nmore\n' }, 'hash-password', '-type', 'pbkdf2', '-iterations', '10');
  assert.equal(hashed.status, 0);
  assert.match(hashed.stdout, /^\{"type":"pbkdf2",.*\}\n$/);
  const none = await run('hash-password');
  assert.equal(none.status, 1);
  assert.equal(none.stdout, '');
});

test('at a terminal the dialogue is on the terminal, without echo, and standard output has the result only', async () => {
  const result = join(home, 'hashed.json');
  // util-linux' script gives the command a terminal, and copies what appears on it.
  const child = spawn('script', ['--quiet', '--return', '--command', `${galenectl} hash-password -cost 4 >${result}`, '/dev/null'], {
    env: { ...process.env, XDG_CONFIG_HOME: home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.on('data', (text) => {
    shown += text;
    if (shown === 'New password: ') child.stdin.write('swordfish\n');
  });
  const status = await new Promise((done) => child.on('close', done));
  assert.equal(status, 0, shown);
  assert.equal(shown, 'New password: \r\n');
  assert.match(readFileSync(result, 'utf8'), /^\{"type":"bcrypt","key":"\$2a\$04\$.*"\}\n$/);
});

for (const status of [301, 302, 307, 308]) {
  test(`a server that has moved (${status}) gets the method and the body`, async () => {
    answer = ({ path }) => (path.startsWith('/new') ? [201, {}, ''] : [status, { location: `/new${path}` }, '']);
    assert.equal((await run('create-group', '-group', 'g', '-auto-subgroups')).status, 0);
    assert.equal(requests[1].method, 'PUT');
    assert.deepEqual(JSON.parse(requests[1].body), { 'auto-subgroups': true });
    assert.equal(requests[1].headers['if-none-match'], '*');
  });
}

test('a server that leads in circles is given up', async () => {
  answer = ({ path }) => [307, { location: path }, ''];
  const refused = await run('list-groups');
  assert.equal(refused.status, 6);
  assert.match(refused.stderr, /Get groups: .*redirect/i);
  assert.equal(requests.length, 11);
});

test('credentials do not follow to another host', async () => {
  await new Promise((done) => {
    const second = createServer((request, response) => {
      requests.push({ headers: request.headers });
      response.end('[]');
    }).listen(0, '127.0.0.2', async () => {
      answer = ({ path }) => [307, { location: `http://127.0.0.2:${second.address().port}${path}` }, ''];
      assert.equal((await run('list-groups')).status, 0);
      second.close(done);
    });
  });
  assert.ok(requests[0].headers.authorization);
  assert.equal(requests[1].headers.authorization, undefined);
});

for (const variable of ['HTTP_PROXY', 'http_proxy']) {
  test(`${variable} is obeyed, unless NO_PROXY or the name of this host says otherwise`, async () => {
    const environment = { [variable]: `http://127.0.0.1:${upstream.address().port}` };
    answer = () => json(['far']);
    const far = await runWith({ environment, server: 'http://meet.example.org' }, 'list-groups');
    assert.equal(far.stdout, 'far\n', far.stderr);
    assert.equal(requests[0].path, `http://meet.example.org${prefix}`);
    const dead = { [variable]: 'http://127.0.0.1:1' };
    assert.equal((await runWith({ environment: dead }, 'list-groups')).stdout, 'far\n');
    const excepted = { ...environment, NO_PROXY: 'meet.example.org' };
    requests = [];
    assert.equal((await runWith({ environment: excepted, server: 'http://meet.example.org:1' }, 'list-groups')).status, 6);
    assert.equal(requests.length, 0);
  });
}
