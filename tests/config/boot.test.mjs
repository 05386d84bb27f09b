// The installed units under a real systemd, with all that they forbid: signald, a worker, and coturn as signald's child.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const place = (name) => join(repository, 'tests', 'config', name);
const needsRoot = { skip: process.getuid() === 0 ? false : 'needs root' };

let scratch;
let seen;
let log = '';
before(() => {
  if (needsRoot.skip) return;
  scratch = mkdtempSync(join(tmpdir(), 'halcyon-boot-'));
  const [root, results] = [join(scratch, 'root'), join(scratch, 'results')];
  mkdirSync(results);
  execFileSync('meson', ['install', '-C', join(repository, 'build'), '--no-rebuild', '--quiet', '--destdir', root], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = spawnSync(place('boot_units'), [root, results, process.execPath, place('boot_probe.mjs')], {
    encoding: 'utf8',
    timeout: 90_000,
    killSignal: 'SIGKILL',
  });
  const text = (name) => (existsSync(join(results, name)) ? readFileSync(join(results, name), 'utf8') : '');
  log = `${stdout}${stderr}${text('log')}`;
  try {
    seen = JSON.parse(text('output'));
  } catch {
    seen = { failed: `the probe said "${text('output')}"; the log says: ${log}` };
  }
});
after(() => scratch && rmSync(scratch, { recursive: true, force: true }));

test('the service pair starts and is ready for clients', needsRoot, () => {
  assert.equal(seen.failed, undefined);
  assert.equal(seen.ready, true, log);
});

for (const [name, user, capability] of [
  ['signald', 'halcyon-signald', 10],
  ['mediad', 'halcyon-mediad', undefined],
  ['turnserver', 'halcyon-signald', 10],
]) {
  test(`${name} runs as ${user}, confined`, needsRoot, () => {
    const mask = capability === undefined ? 0n : 1n << BigInt(capability); // CAP_NET_BIND_SERVICE
    const { capabilities, ...rest } = seen.processes?.[name] ?? {};
    assert.deepEqual(rest, { user, noNewPrivileges: '1', seccomp: '2' }, log);
    assert.equal(BigInt(`0x${capabilities}`) & ~mask, 0n, capabilities);
  });
}

test('coturn serves within what the unit lets it do: clients get a relay that reaches the workers', needsRoot, () => {
  assert.deepEqual(seen.turn, {
    urls: ['turn:203.0.113.5:1194', 'turn:203.0.113.5:1194?transport=tcp'],
    relayed: '203.0.113.5',
    worker: 'granted',
  }, log);
});

test('stopped, they end in order, coturn included, and nothing went wrong that the log would tell', needsRoot, () => {
  assert.deepEqual(seen.left, [], log);
  assert.match(log, /shutting down[^]*the TURN server has ended/);
  assert.doesNotMatch(log, /\berror\b|failed|is started again/i, log);
});
