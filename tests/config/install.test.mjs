// What `meson install` puts where, and that it runs from there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { exchange } from '../protocol/raw_http.mjs';
import { launchInstalled } from '../protocol/server.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
let root;

before(() => {
  root = mkdtempSync(join(tmpdir(), 'halcyon-install-'));
  execFileSync('meson', ['install', '-C', join(repository, 'build'), '--no-rebuild', '--quiet', '--destdir', root], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
});
after(() => rmSync(root, { recursive: true, force: true }));

const files = [
  'usr/libexec/halcyon/signald',
  'usr/libexec/halcyon/mediad',
  'usr/bin/galenectl',
  'usr/share/halcyon/web/galene.html',
  'usr/share/halcyon/web/404.html',
  'usr/lib/systemd/system/halcyon-signald.service',
  'usr/lib/systemd/system/halcyon-mediad@.service',
  'usr/lib/systemd/system/halcyon.target',
  'usr/lib/sysusers.d/halcyon.conf',
  'usr/lib/tmpfiles.d/halcyon.conf',
  'usr/share/man/man1/galenectl.1',
  'usr/share/man/man8/halcyon-signald.8',
  'usr/share/man/man8/halcyon-mediad.8',
  'usr/share/bash-completion/completions/galenectl',
  'usr/share/zsh/site-functions/_galenectl',
  'usr/share/fish/vendor_completions.d/galenectl.fish',
  'usr/share/doc/halcyon/operations.md',
  'usr/share/doc/halcyon/examples/groups/lecture.json',
  'usr/share/doc/halcyon/proxies/nginx.conf',
  'usr/share/doc/halcyon/lets-encrypt/deploy-hook',
  'usr/share/doc/halcyon/prometheus/halcyon.yml',
  'usr/share/doc/halcyon/grafana/halcyon.json',
];

test('everything an administrator needs is installed', () => {
  for (const file of files) assert.ok(existsSync(join(root, file)), file);
  for (const program of files.slice(0, 3)) assert.ok(statSync(join(root, program)).mode & 0o100, program);
});

test('the units start the programs where they are installed, with the client that is installed', () => {
  const units = join(root, 'usr/lib/systemd/system');
  for (const name of readdirSync(units).filter((unit) => unit.endsWith('.service'))) {
    const unit = readFileSync(join(units, name), 'utf8');
    assert.ok(existsSync(join(root, /^ExecStart=(\S+)/m.exec(unit)[1])), name);
    const client = /-static (\S+)/.exec(unit)?.[1];
    if (client) assert.ok(existsSync(join(root, client, 'galene.html')), client);
  }
});

test('the bash completion completes commands and their options', () => {
  const script = join(root, 'usr/share/bash-completion/completions/galenectl');
  const complete = (...words) =>
    execFileSync('bash', ['-c', `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}; _galenectl "$1"; printf '%s\\n' "\${COMPREPLY[@]}"`, script, join(root, 'usr/bin/galenectl'), ...words], {
      encoding: 'utf8',
    }).trim().split('\n');
  assert.deepEqual(complete('list-g'), ['list-groups']);
  assert.ok(complete('create-token', '-').includes('-duration'));
});

test('an installed server finds its workers and its client by itself, and reads the examples', async () => {
  const server = await launchInstalled(join(root, 'usr/libexec/halcyon/signald'), join(root, 'usr/share/doc/halcyon/examples'));
  try {
    assert.match(server.output, /serving \S*share\/halcyon\/web on /);
    for (const name of ['lecture', 'team']) {
      // The host that the example of config.json names.
      const answer = await exchange(server, `GET /group/${name}/ HTTP/1.1\r\nhost: meet.example.org\r\n\r\n`);
      assert.equal(answer.status, 200);
      assert.match(answer.body, /<html/);
    }
    // The example's TURN server is nobody's.
    assert.doesNotMatch(server.output, /error|warning: (?!at most|the TURN server turn\.example\.org)/);
  } finally {
    await server.stop();
  }
});
