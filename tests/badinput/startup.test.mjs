// What an administrator can get wrong: one clear line, and an exit status that says so.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { address, freePort, launchServer, mediadPath, people, startServer } from '../protocol/server.mjs';
import { get } from '../protocol/raw_http.mjs';

// Starts signald, which must give up by itself, and returns what it said.
async function refused(options) {
  const server = await launchServer({ workers: 0, ...options });
  const how = await server.exited(10);
  const { output } = server;
  if (!how) server.killNow();
  assert.ok(how, `it runs on\n${output}`);
  assert.equal(how.signal, null, output);
  assert.notEqual(how.code, 0, output);
  assert.doesNotMatch(output, /terminate called|Sanitizer|core dumped/);
  return { code: how.code, output };
}

const lines = (output) => output.trim().split('\n');

const badFlags = [
  ['an unknown flag', ['-nonsense']],
  ['an unknown flag with a value', ['--nonsense=1']],
  ['a flag without its value', ['-workers']],
  ['workers that are no number', ['-workers', 'many']],
  ['a negative number of workers', ['-workers=-1']],
  ['a UDP range that is none', ['-udp-range', 'a-b']],
  ['a UDP range backwards', ['-udp-range', '20000-10000']],
  ['a port beyond all ports', ['-udp-range', '70000']],
  ['an unknown placement', ['-place', 'nowhere']],
  ['an unknown log level', ['-log-level', 'shouting']],
  ['an address without port', ['-http', 'localhost']],
  ['an address with a bad port', ['-http', ':99999']],
  ['an address with a port that is no number', ['-http', ':http-or-so']],
];
for (const [what, args] of badFlags) {
  test(`${what} ends it with a message`, async () => {
    const { output } = await refused({ flags: false, args });
    assert.match(lines(output)[0], /\S+ \S+/);
    assert.match(output, new RegExp(args[0].replace(/^-+|=.*$/g, '').split('=')[0]));
  });
}

test('-help explains the flags and ends well', async () => {
  const server = await launchServer({ flags: false, args: ['-help'] });
  const how = await server.exited();
  assert.deepEqual(how, { code: 0, signal: null });
  for (const flag of ['http', 'static', 'insecure', 'data', 'groups', 'recordings', 'workers', 'turn', 'udp-range']) {
    assert.match(server.output, new RegExp(`-${flag}`));
  }
});

test('an occupied port ends it with one line that names the address', async () => {
  const port = await freePort();
  const squatter = createServer().listen(port, address);
  await new Promise((done) => squatter.once('listening', done));
  try {
    const { code, output } = await refused({ port });
    assert.equal(code, 1);
    assert.match(output, new RegExp(String(port)));
    assert.match(output, /in use/i);
  } finally {
    squatter.close();
  }
});

test('a missing static root ends it with one line that names it', async () => {
  const { code, output } = await refused({ staticRoot: 'no-such-folder' });
  assert.equal(code, 1);
  assert.equal(lines(output).filter((line) => line.includes('no-such-folder')).length, 1);
});

test('a static root that is a file ends it', async () => {
  const { output } = await refused({ staticRoot: 'static/index.html' });
  assert.match(output, /static\/index\.html/);
});

test('an IPC socket that cannot be made ends it', async () => {
  const { output } = await refused({ args: ['-ipc', '/no/such/folder/ipc.sock'], flags: false });
  assert.match(output, /\/no\/such\/folder/);
});

// What is wrong in files shows at once, or when it is used, and hurts nothing else.
const brokenConfigurations = [
  ['config.json', '{ broken', /config\.json/],
  ['config.json', '[]', /config\.json/],
];
for (const [name, content, mention] of brokenConfigurations) {
  test(`data/${name} of ${content} is named in the log, and groups still open`, async () => {
    const server = await startServer({ workers: 0, files: { [`data/${name}`]: content }, groups: { room: people } });
    try {
      await get(server, '/group/room/.status');
      const client = await server.connect();
      client.send({ type: 'join', kind: 'join', group: 'room', username: 'op', password: 'op' });
      await client.sync();
      assert.match(server.output, mention);
    } finally {
      await server.stop();
    }
  });
}

const brokenGroups = [
  ['no JSON', '{ broken'],
  ['an array', '[]'],
  ['an unknown field', '{"colour": "green"}'],
  ['a number for users', '{"users": 7}'],
  ['an unknown role', '{"users": {"a": {"permissions": "king"}}}'],
  ['a time without zone', '{"expires": "2030-01-01T00:00:00"}'],
  ['a fraction for max-clients', '{"max-clients": 1.5}'],
  ['nesting without end', `{"authKeys": ${'['.repeat(100_000)}`],
  ['a NUL', '{"displayName": "a\0b"}'],
  ['nothing', ''],
];
test('a malformed group is named in the log once, and the others live', async () => {
  const groups = Object.fromEntries(brokenGroups.map(([, content], index) => [`broken-${index}`, content]));
  const server = await startServer({ workers: 0, groups: { ...groups, good: people } });
  try {
    for (const [index, [what]] of brokenGroups.entries()) {
      const page = await get(server, `/group/broken-${index}/`);
      assert.equal(page.status, 500, what);
      assert.doesNotMatch(page.body, /broken-|json/i, 'details are for the log');
      assert.match(server.output, new RegExp(`broken-${index}\\b`), what);
    }
    await server.join('good', 'op');
  } finally {
    await server.stop();
  }
});

const badCertificates = [
  ['a certificate without key', { 'data/cert.pem': 'x' }],
  ['a key without certificate', { 'data/key.pem': 'x' }],
  ['a certificate that is none', { 'data/cert.pem': 'garbage', 'data/key.pem': 'garbage' }],
  ['an empty certificate', { 'data/cert.pem': '', 'data/key.pem': '' }],
];
for (const [what, files] of badCertificates) {
  test(`${what} is named in the log and served to nobody`, async () => {
    const server = await launchServer({ workers: 0, isSecure: true, files });
    try {
      const how = await server.exited(3);
      if (how === undefined) {
        // It may wait for the files to be repaired, but it must not serve with another certificate.
        const response = await get(server, '/', { seconds: 2 });
        assert.equal(response.status, undefined);
      } else {
        assert.notEqual(how.code, 0);
      }
      assert.match(server.output, /cert\.pem|key\.pem|certificate/);
    } finally {
      if (server.ended) server.killNow();
      else await server.stop();
    }
  });
}

// The worker.
const badWorkerFlags = [
  ['no IPC socket', []],
  ['an IPC socket that is not there', ['-ipc', '/no/such/socket', '-name', '0']],
  ['an unknown flag', ['-nonsense']],
  ['a port that is no number', ['-ipc', '/no/such/socket', '-udp-port', 'x']],
  ['an address to announce that is none', ['-ipc', '/no/such/socket', '-announce', 'nowhere']],
];
for (const [what, args] of badWorkerFlags) {
  test(`mediad with ${what} ends with a message`, () => {
    const { status, signal, stdout, stderr } = spawnSync(mediadPath, args, { encoding: 'utf8', timeout: 10_000 });
    assert.equal(signal, null, stderr);
    assert.notEqual(status, 0);
    assert.match(stdout + stderr, /\S+ \S+/);
  });
}
