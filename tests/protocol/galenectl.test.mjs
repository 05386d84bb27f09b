// The manual's chapter on administration, walked through by galenectl against a real server over TLS.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { adminConfig } from './api_client.mjs';
import { buildDirectory, startServer } from './server.mjs';

const program = join(buildDirectory, 'galenectl', 'galenectl');

const walked = new Set(); // words of the command lines that were run

let server;
let home;
before(async () => {
  server = await startServer({ workers: 0, isSecure: true, groups: { 'old-room': { op: [{ username: 'jch', password: '1234' }] } } });
  home = mkdtempSync(join(tmpdir(), 'halcyon-ctl-'));
});
after(async () => {
  rmSync(home, { recursive: true, force: true });
  await server.stop();
});

/// Runs it with a home of its own; gives status and what it printed.
function run(args, { input = '', cwd = home } = {}) {
  for (const word of args) walked.add(word);
  return new Promise((done) => {
    const child = execFile(
      program,
      args,
      { cwd, env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, 'config'), TZ: 'UTC' } },
      (error, stdout, stderr) => done({ status: error ? error.code : 0, stdout, stderr }),
    );
    child.stdin.end(input);
  });
}

/// Runs it against the server and expects success; gives the lines of its output.
async function ctl(...args) {
  const options = typeof args.at(-1) === 'object' ? args.pop() : {};
  const { status, stdout, stderr } = await run(['-insecure', ...args], options);
  assert.equal(status, 0, `galenectl ${args.join(' ')}: ${stderr}`);
  assert.equal(stderr, '');
  return stdout.split('\n').slice(0, -1);
}

const exitOf = { 400: 1, 401: 4, 404: 3, 412: 5 };

/// Expects a run-time error whose line ends as given, and the exit status of the manual's table.
async function refused(end, ...args) {
  const options = typeof args.at(-1) === 'object' ? args.pop() : {};
  const { status, stderr } = await run(['-insecure', ...args], options);
  const expected = exitOf[/HTTP error: (\d+)/.exec(end)?.[1]] ?? 2;
  assert.equal(status, expected, `galenectl ${args.join(' ')}: ${stderr}`);
  assert.match(stderr, /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?.*\n$/);
  assert.ok(stderr.trimEnd().endsWith(end), stderr);
}

const stored = (group) => JSON.parse(readFileSync(server.path('groups', `${group}.json`), 'utf8'));

async function login(group, username, options) {
  const client = await server.connect();
  client.send({ type: 'join', kind: 'join', group, ...(username === undefined ? {} : { username }), ...options });
  const { kind, value, permissions, username: name } = await client.expect((message) => message.type === 'joined');
  client.terminate();
  return { kind, value, permissions, username: name };
}

test('without an administrator nobody administers', async () => {
  await refused('Get groups: HTTP error: 401 Unauthorized', '-server', server.origin, 'list-groups');
});

test('initial-setup writes both configurations, which the server takes at once', async () => {
  const { status, stdout } = await run(
    ['-admin-username', 'chief', '-server', server.origin, 'initial-setup'],
    { input: 'of everything\n' },
  );
  assert.equal(status, 0);
  assert.match(stdout, /data\//);
  const own = join(home, 'config', 'galene', 'galenectl.json');
  for (const file of [join(home, 'config.json'), own]) assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(readFileSync(own, 'utf8')), {
    server: server.origin,
    'admin-username': 'chief',
    'admin-password': 'of everything',
  });
  // As the manual says: into the server's data directory.
  writeFileSync(server.path('data', 'config.json'), readFileSync(join(home, 'config.json')));
  assert.deepEqual(await ctl('list-groups'), ['old-room']);
});

test('initial-setup overwrites nothing', async () => {
  rmSync(join(home, 'config.json'));
  const { status } = await run(['-admin-username', 'x', '-admin-password', 'y', 'initial-setup']);
  assert.equal(status, 1);
  assert.ok(!existsSync(join(home, 'config.json')), 'the file it had made is gone again');
});

test('a certificate of our own making needs -insecure', async () => {
  const { status, stderr } = await run(['list-groups']);
  assert.equal(status, 6);
  assert.match(stderr, /Get groups: .*-insecure/);
});

test('create-group makes a group once', async () => {
  assert.deepEqual(await ctl('create-group', '-group', 'team-room', '-unrestricted-tokens'), []);
  assert.deepEqual(stored('team-room'), { 'unrestricted-tokens': true });
  await refused('Create group: HTTP error: 412 Precondition Failed', 'create-group', '-group', 'team-room');
  await ctl('create-group', '-group', 'campus/lab1', '-json', { input: '{"displayName":"Lab","public":true,"redirect":null}' });
  assert.deepEqual(stored('campus/lab1'), { displayName: 'Lab', public: true });
});

test('create-group refuses a template with users, and one that is no object', async () => {
  await refused('Create group: HTTP error: 400 Bad Request', 'create-group', '-group', 'x', '-json', { input: '{"users":{}}' });
  const { status } = await run(['-insecure', 'create-group', '-group', 'x', '-json'], { input: 'null' });
  assert.equal(status, 1);
  assert.ok(!existsSync(server.path('groups/x.json')));
});

test('list-groups sorts by name and takes patterns', async () => {
  assert.deepEqual(await ctl('list-groups'), ['campus/lab1', 'old-room', 'team-room']);
  assert.deepEqual(await ctl('list-groups', '*'), ['old-room', 'team-room']);
  assert.deepEqual(await ctl('list-groups', '*/*', 'old*'), ['campus/lab1', 'old-room']);
});

test('update-group changes what it names, deletes what is null, and keeps the rest', async () => {
  await ctl('update-group', '-group', 'campus/lab1', '-json', '-auto-subgroups', { input: '{"public":null,"max-clients":20}' });
  assert.deepEqual(await ctl('show-group', '-group', 'campus/lab1'), [
    '{',
    '    "auto-subgroups": true,',
    '    "displayName": "Lab",',
    '    "max-clients": 20',
    '}',
  ]);
  await ctl('update-group', '-group', 'team-room', '-unrestricted-tokens=false');
  assert.deepEqual(stored('team-room'), {});
  await refused('Update group: HTTP error: 404 Not Found', 'update-group', '-group', 'missing');
});

test('a group in the old format survives an update with its users', async () => {
  await ctl('update-group', '-group', 'old-room', '-json', { input: '{"comment":"renovated"}' });
  assert.deepEqual(stored('old-room'), { comment: 'renovated', users: { jch: { password: '1234', permissions: 'op' } } });
  assert.equal((await login('old-room', 'jch', { password: '1234' })).kind, 'join');
});

test('create-user and set-password make somebody who can log in', async () => {
  await ctl('create-user', '-group', 'team-room', '-user', 'alice', '-permissions', 'op');
  assert.equal((await login('team-room', 'alice', { password: '' })).kind, 'fail', 'not without a password');
  await ctl('set-password', '-group', 'team-room', '-user', 'alice', { input: 'pässword\n' });
  assert.match(stored('team-room').users.alice.password.key, /^\$2a\$08\$/);
  const { kind, permissions } = await login('team-room', 'alice', { password: 'pässword' });
  assert.equal(kind, 'join');
  assert.deepEqual([...permissions].sort(), ['caption', 'message', 'op', 'present', 'token']);
  await refused('Create user: HTTP error: 412 Precondition Failed', 'create-user', '-group', 'team-room', '-user', 'alice');
});

const costs = { pbkdf2: ['-iterations', '100', '-key', '16', '-salt', '12'], argon2id: [], bcrypt: ['-cost', '5'] };
for (const [type, cost] of Object.entries(costs)) {
  test(`a password set as ${type} lets in`, async () => {
    await ctl('set-password', '-group', 'team-room', '-user', 'alice', '-type', type, ...cost, '-password', `as ${type}`);
    assert.equal((await login('team-room', 'alice', { password: `as ${type}` })).kind, 'join');
    assert.equal((await login('team-room', 'alice', { password: 'pässword' })).kind, 'fail');
  });
}

test('the wildcard user lets everybody in', async () => {
  await ctl('create-user', '-group', 'team-room', '-wildcard', '-permissions', '["message"]');
  await ctl('set-password', '-group', 'team-room', '-wildcard', '-type', 'wildcard');
  const { kind, permissions } = await login('team-room', 'anybody', { password: 'whatever' });
  assert.equal(kind, 'join');
  assert.deepEqual(permissions, ['message']);
});

test('users are listed, changed and deleted', async () => {
  await ctl('create-user', '-group', 'team-room', '-user', 'Bob c/o Carol');
  await ctl('create-user', '-group', 'team-room', '-user', 'd+e;f&g=h%20', '-json', { input: '{"permissions":["present","message","token"]}' });
  assert.deepEqual(await ctl('list-users', '-group', 'team-room'), ['Bob c/o Carol', 'alice', 'd+e;f&g=h%20']);
  assert.deepEqual(await ctl('list-users', '-group', 'team-room', '-l', 'a*', 'd*'), [
    'alice        op',
    'd+e;f&g=h%20 [mpt]',
  ]);
  await ctl('update-user', '-group', 'team-room', '-user', 'alice', '-permissions', 'observe');
  assert.equal(stored('team-room').users.alice.permissions, 'observe');
  assert.equal((await login('team-room', 'alice', { password: 'as bcrypt' })).kind, 'join', 'the password stays');
  await refused('Update user: HTTP error: 400 Bad Request', 'update-user', '-group', 'team-room', '-user', 'alice', '-permissions', 'emperor');
  await ctl('delete-user', '-group', 'team-room', '-user', 'Bob c/o Carol');
  await ctl('delete-user', '-group', 'team-room', '-wildcard');
  await refused('Delete user: HTTP error: 404 Not Found', 'delete-user', '-group', 'team-room', '-user', 'Bob c/o Carol');
  assert.deepEqual(await ctl('list-users', '-group', 'team-room'), ['alice', 'd+e;f&g=h%20']);
});

test('delete-password locks somebody out', async () => {
  await ctl('delete-password', '-group', 'team-room', '-user', 'alice');
  assert.deepEqual(stored('team-room').users.alice, { permissions: 'observe' });
  assert.equal((await login('team-room', 'alice', { password: 'as bcrypt' })).kind, 'fail');
  await refused('Set password: HTTP error: 404 Not Found', 'set-password', '-group', 'team-room', '-user', 'nobody', '-password', 'x');
});

test('a token lets its bearer in until it is revoked, and again once it is renewed', async () => {
  const [token] = await ctl('create-token', '-group', 'team-room', '-user', 'guest', '-permissions', 'present');
  assert.match(token, /^[\w-]{11}$/);
  assert.deepEqual(await ctl('list-tokens', '-group', 'team-room'), [token]);
  const [line] = await ctl('list-tokens', '-group', 'team-room', '-l');
  assert.match(line, new RegExp(`^${token} guest {16}mp   \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d *$`));
  const { kind, username, permissions } = await login('team-room', undefined, { token });
  assert.deepEqual({ kind, username, permissions }, { kind: 'join', username: 'guest', permissions: ['present', 'message'] });
  await ctl('revoke-token', '-group', 'team-room', '-token', token);
  assert.match((await ctl('list-tokens', '-group', 'team-room', '-l'))[0], /\(expired\)/);
  assert.equal((await login('team-room', undefined, { token })).kind, 'fail');
  await ctl('update-token', '-group', 'team-room', '-token', token, '-duration', '1h30m', '-permissions', 'message');
  assert.deepEqual((await login('team-room', undefined, { token })).permissions, ['message']);
  await refused('Update token: HTTP error: 404 Not Found', 'update-token', '-group', 'old-room', '-token', token);
  await ctl('delete-token', '-group', 'team-room', '-token', token);
  assert.deepEqual(await ctl('list-tokens', '-group', 'team-room'), []);
  await refused('Delete token: HTTP error: 404 Not Found', 'delete-token', '-group', 'team-room', '-token', token);
});

test('a root token administers in the place of a password, but makes no group', async () => {
  const [token] = await ctl('create-token', '-group', '', '-include-subgroups', '-user', 'robot', '-permissions', 'admin');
  assert.deepEqual(await ctl('list-tokens', '-group', ''), [token]);
  const as = ['-server', server.origin, '-config', join(home, 'none.json'), '-admin-token', token];
  assert.deepEqual(await ctl(...as, 'list-groups'), ['campus/lab1', 'old-room', 'team-room']);
  await ctl(...as, 'update-group', '-group', 'team-room', '-auto-subgroups');
  await ctl(...as, 'create-user', '-group', 'team-room', '-user', 'zoe');
  await refused('Create group: HTTP error: 401 Unauthorized', ...as, 'create-group', '-group', 'by-token');
  await ctl('delete-token', '-group', '', '-token', token);
  await refused('Get groups: HTTP error: 401 Unauthorized', ...as, 'list-groups');
});

test("a group's own administrator administers it and nothing else", async () => {
  await ctl('create-user', '-group', 'team-room', '-user', 'boss', '-permissions', 'admin');
  await ctl('set-password', '-group', 'team-room', '-user', 'boss', '-password', 'b');
  const as = ['-server', server.origin, '-config', join(home, 'none.json'), '-admin-username', 'boss', '-admin-password', 'b'];
  assert.deepEqual(await ctl(...as, 'show-group', '-group', 'team-room'), ['{', '    "auto-subgroups": true', '}']);
  await refused('HTTP error: 401 Unauthorized', ...as, 'show-group', '-group', 'old-room');
  await refused('Get groups: HTTP error: 401 Unauthorized', ...as, 'list-groups');
});

test('a name that leads elsewhere is refused before anything is sent', async () => {
  for (const name of ['campus/../old-room', './old-room', 'campus//lab1', '.tokens/x', 'old-room\r', 'old-room\nx']) {
    await refused('begins with a dot', 'delete-group', '-group', name);
  }
  await refused('begins with a dot', 'delete-user', '-group', 'old-room', '-user', '../.keys');
  await refused('begins with a dot', 'delete-token', '-group', 'old-room', '-token', '../.keys');
  assert.ok(existsSync(server.path('groups/old-room.json')));
});

test('list-problems tells which files are of no use, and why', async () => {
  assert.deepEqual(await ctl('list-problems'), []);
  server.group('{"max-client": 5}', 'spoilt');
  const [problem, ...others] = await ctl('list-problems');
  assert.match(problem, /spoilt\.json.*max-client/);
  assert.deepEqual(others, []);
  const [list] = await ctl('-json', 'list-problems');
  assert.deepEqual(JSON.parse(list), [{ group: 'spoilt', problem }]);
  await ctl('delete-group', '-group', 'spoilt');
  assert.deepEqual(await ctl('list-problems'), []);
});

test('delete-group deletes the file, and what was in it can no longer be joined', async () => {
  await ctl('delete-group', '-group', 'campus/lab1');
  assert.ok(!existsSync(server.path('groups/campus/lab1.json')));
  assert.deepEqual(await ctl('list-groups'), ['old-room', 'team-room']);
  assert.equal((await login('campus/lab1', 'x', { password: '' })).value, 'group does not exist');
  await refused('Delete group: HTTP error: 404 Not Found', 'delete-group', '-group', 'campus/lab1');
});

test('a server whose groups are not writable says so by 401, and its tokens still can be made', async () => {
  const config = JSON.parse(readFileSync(server.path('data', 'config.json'), 'utf8'));
  renameSync(server.path('data', 'config.json'), server.path('data', 'writable.json'));
  server.write('data/config.json', { ...config, writableGroups: false });
  await refused('Create group: HTTP error: 401 Unauthorized', 'create-group', '-group', 'new');
  await refused('Delete group: HTTP error: 401 Unauthorized', 'delete-group', '-group', 'team-room');
  assert.equal((await ctl('create-token', '-group', 'team-room')).length, 1);
  renameSync(server.path('data', 'writable.json'), server.path('data', 'config.json'));
  await ctl('delete-group', '-group', 'team-room');
});

test('hash-password makes what a configuration can hold', async () => {
  const [line] = await ctl('hash-password', '-password', 'of everything');
  server.write('data/config.json', { ...adminConfig, users: { chief: { password: JSON.parse(line), permissions: 'admin' } } });
  assert.deepEqual(await ctl('list-groups'), ['old-room']);
});

test('completion prints a script, and the walk has been along every command and option', async () => {
  assert.ok((await ctl('completion', '-shell', 'fish')).length > 5);
  const { status, stderr } = await run(['-help']);
  assert.equal(status, 0);
  const missing = [];
  const commands = stderr.split('Commands:')[1].match(/^ {2}[\w-]+/gm).map((line) => line.trim());
  assert.ok(commands.length > 15);
  for (const command of commands) {
    if (!walked.has(command)) missing.push(command);
    const help = await run([command, '-help']);
    assert.equal(help.status, 0);
    for (const [, option] of help.stderr.matchAll(/^ {2}(-[\w-]+)/gm)) {
      if (![...walked].some((word) => word.split('=')[0] === option)) missing.push(`${command} ${option}`);
    }
  }
  assert.deepEqual(missing, []);
});
