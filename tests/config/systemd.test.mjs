// The units in config/systemd, as systemd itself reads them.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const config = fileURLToPath(new URL('../../config', import.meta.url));
const units = join(config, 'systemd');
let scratch;

before(() => {
  scratch = mkdtempSync(join(tmpdir(), 'halcyon-units-'));
  cpSync(units, scratch, { recursive: true });
  // The programs need not be installed for their units to be right.
  for (const name of readdirSync(scratch)) {
    const file = join(scratch, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ExecStart=\S+/gm, 'ExecStart=/bin/true'));
  }
});

after(() => rmSync(scratch, { recursive: true, force: true }));

const verify = (name) =>
  spawnSync('systemd-analyze', ['verify', '--man=no', '--recursive-errors=one', join(scratch, name)], {
    encoding: 'utf8',
  });

for (const name of ['halcyon.target', 'halcyon-signald.service', 'halcyon-mediad@0.service']) {
  test(`systemd finds nothing to say against ${name}`, () => {
    const { status, stdout, stderr, error } = verify(name);
    assert.equal(error, undefined);
    assert.equal(stdout + stderr, '');
    assert.equal(status, 0);
  });
}

test('a mistake in a unit is found', () => {
  const unit = readFileSync(join(scratch, 'halcyon-signald.service'), 'utf8');
  writeFileSync(join(scratch, 'halcyon-broken.service'), unit.replace('Type=notify', 'Type=nonsense'));
  assert.match(verify('halcyon-broken.service').stderr, /Type=|nonsense/);
});

// `systemd-analyze security` sums up what a hostile program could still do, from 0 (nothing) to 10.
for (const [name, bound] of [['halcyon-signald.service', 3], ['halcyon-mediad@0.service', 3]]) {
  test(`${name} leaves an exposure below ${bound}`, () => {
    const { stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', `--threshold=${bound * 10}`, join(scratch, name)],
      { encoding: 'utf8' },
    );
    const level = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout);
    assert.ok(level, stderr);
    assert.ok(Number(level[1]) < bound, `exposure is ${level[1]}`);
  });
}

test('the workers see neither configuration nor keys nor passwords', () => {
  const unit = readFileSync(join(units, 'halcyon-mediad@.service'), 'utf8');
  const hidden = /^InaccessiblePaths=(.*)$/m.exec(unit)[1];
  for (const path of ['/etc/halcyon', '/var/lib/halcyon/data', '/var/lib/halcyon/groups']) {
    assert.ok(hidden.split(' ').includes(`-${path}`), path);
  }
});

test('the users and folders that the units name are created', () => {
  const root = mkdtempSync(join(tmpdir(), 'halcyon-root-'));
  try {
    mkdirSync(join(root, 'etc'));
    execFileSync('systemd-sysusers', [`--root=${root}`, join(config, 'sysusers.d', 'halcyon.conf')]);
    const users = readFileSync(join(root, 'etc', 'passwd'), 'utf8');
    for (const name of readdirSync(units).filter((file) => file.endsWith('.service'))) {
      const user = /^User=(.*)$/m.exec(readFileSync(join(units, name), 'utf8'))[1];
      assert.match(users, new RegExp(`^${user}:`, 'm'));
    }
    const lines = readFileSync(join(config, 'tmpfiles.d', 'halcyon.conf'), 'utf8');
    for (const path of ['/run/halcyon', '/var/lib/halcyon', ...['data', 'groups', 'recordings'].map(
      (name) => `/var/lib/halcyon/${name}`,
    )]) {
      assert.match(lines, new RegExp(`^d ${path} `, 'm'));
    }
    const cleaned = spawnSync(
      'systemd-tmpfiles',
      ['--create', `--root=${root}`, join(config, 'tmpfiles.d', 'halcyon.conf')],
      { encoding: 'utf8' },
    );
    assert.equal(cleaned.status, 0, cleaned.stderr);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
