// The completion scripts in the shells they are for, with names that a real server gives.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { adminConfig } from './api_client.mjs';
import { buildDirectory, startServer } from './server.mjs';

const program = join(buildDirectory, 'galenectl', 'galenectl');

let server;
let home;
let environment;
before(async () => {
  server = await startServer({ workers: 0, isSecure: true, config: adminConfig });
  server.group({ users: { ann: {}, "o'neill": {} } }, 'tea room');
  server.group({}, 'campus/lab1');
  home = mkdtempSync(join(tmpdir(), 'halcyon-completion-'));
  mkdirSync(join(home, 'galene'));
  const [name] = Object.keys(adminConfig.users);
  const own = { server: server.origin, 'admin-username': name, 'admin-password': adminConfig.users[name].password };
  writeFileSync(join(home, 'galene', 'galenectl.json'), JSON.stringify(own));
  environment = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, PATH: `${dirname(program)}:${process.env.PATH}` };
});
after(async () => {
  rmSync(home, { recursive: true, force: true });
  await server.stop();
});

/// Types keys into an interactive bash that has the completion, and gives what appears up to its end.
function typeIntoBash(...keys) {
  const script = join(home, 'completion.bash');
  writeFileSync(script, execFileSync(program, ['completion', 'bash'], { env: environment }));
  // util-linux' script gives bash a terminal; without it there is no line to complete.
  const child = spawn('script', ['--quiet', '--return', '--command', 'bash --norc --noprofile -i', '/dev/null'], {
    cwd: home,
    env: { ...environment, TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return new Promise((done) => {
    let shown = '';
    const lines = [`PS1='> '; bind 'set bell-style none'; source ${script}`, ...keys, 'exit'];
    child.stdout.on('data', (text) => {
      shown += text;
      // One line for each prompt, so that nothing is typed ahead of the completion.
      if (/[>#$] $/.test(shown) && lines.length > 0) child.stdin.write(`${lines.shift()}\n`);
    });
    child.on('close', () => done(shown));
  });
}

test('bash completes the name of a command, of a group with a blank, and runs what was completed', async () => {
  const shown = await typeIntoBash('galenectl -insecure show-gr\t-gro\ttea\t');
  assert.match(shown, /galenectl -insecure show-group -group tea\\ room/);
  assert.match(shown, /\n\{\}\r\n/);
});

test('bash completes behind =, within quotes, and users of the group named before', async () => {
  const shown = await typeIntoBash(
    'echo 1; galenectl -insecure show-group -group=camp\t',
    'galenectl -insecure show-group -group "te\t',
    'galenectl -insecure list-users -group tea\\ room -l o\t',
  );
  assert.match(shown, /-group=campus\/lab1 /);
  assert.match(shown, /-group "tea room" /);
  assert.match(shown, /-l o\\'neill/);
  assert.match(shown, /\no'neill {6}null\r\n/);
});

test('bash completes file names where files are meant', async () => {
  writeFileSync(join(home, 'other-place.json'), '{}');
  assert.match(await typeIntoBash('galenectl -config oth\thash-password -type wild\t'), /-config other-place\.json hash-password -type wildcard/);
});

test('fish completes names with descriptions, and values', () => {
  const script = execFileSync(program, ['completion', 'fish'], { env: environment });
  const candidates = (line) =>
    execFileSync('fish', ['--no-config', '--init-command', `${script}`, '--command', 'complete -C "$argv[1]"', line], {
      env: environment,
      encoding: 'utf8',
    })
      .trimEnd()
      .split('\n');
  assert.deepEqual(candidates('galenectl list-g'), ['list-groups\tlist groups']);
  assert.deepEqual(candidates('galenectl -insecure show-group -group '), ['campus/lab1', 'tea room']);
  assert.deepEqual(candidates('galenectl -insecure show-group -group=c'), ['-group=campus/lab1']);
  assert.deepEqual(candidates('galenectl -insecure delete-user -group "tea room" -user a'), ['ann']);
});

test('zsh is given the words it offers', () => {
  const script = join(home, '_galenectl');
  writeFileSync(script, execFileSync(program, ['completion', 'zsh'], { env: environment }));
  // What zsh's completion system would set and call, since it works within its line editor only.
  const harness = `
    compdef() { }; compset() { }; _files() { print -r -- FILES }
    compadd() { print -rl -- "\${values[@]}" }
    source ${script}
    words=("$@"); CURRENT=$#words; PREFIX=$words[-1]
    _galenectl`;
  const candidates = (...words) =>
    execFileSync('zsh', ['--no-rcs', '-c', harness, 'zsh', ...words], { env: environment, encoding: 'utf8' }).trimEnd().split('\n');
  assert.deepEqual(candidates('galenectl', 'list-g'), ['list-groups']);
  assert.deepEqual(candidates('galenectl', '-insecure', 'show-group', '-group', ''), ['campus/lab1', 'tea room']);
  assert.deepEqual(candidates('galenectl', '-insecure', 'delete-user', '-group', 'tea\\ room', '-user', 'a'), ['ann']);
  assert.deepEqual(candidates('galenectl', '-config', ''), ['FILES']);
});

test('without a server to ask, or with one that does not answer, completion is silent', () => {
  const lonely = { ...environment, XDG_CONFIG_HOME: join(home, 'none') };
  for (const server of [[], ['-server', 'https://127.0.0.1:1']]) {
    const words = ['__complete', 'words', ...server, 'show-group', '-group', ''];
    assert.equal(execFileSync(program, words, { env: lonely, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }), 'names\n');
  }
});
