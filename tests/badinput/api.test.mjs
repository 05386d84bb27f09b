// Requests to the administrative API that no tool makes: each is refused with a reason, nothing is written outside the
// groups directory, and the server neither grows nor stops.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { adminConfig, api, basic, bearer, chief } from '../protocol/api_client.mjs';
import { exchange, get } from '../protocol/raw_http.mjs';
import { address, eventually, startServer } from '../protocol/server.mjs';

const room = {
  'auto-subgroups': true,
  users: { boss: { password: 'boss', permissions: 'admin' }, ann: { password: 'a', permissions: 'op' } },
};

let server;
let outside;

/// Every file below the server's directory but for those of groups and the one of tokens, with its contents.
function snapshot(directory = server.directory) {
  const files = {};
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const name = join(path, entry.name);
      const where = relative(directory, name);
      if (where === 'data/var/tokens.jsonl') continue;
      if (where === 'data/var') {
        walk(name);
      } else if (entry.isDirectory()) {
        files[`${where}/`] = '';
        if (where !== 'groups') walk(name);
      } else if (entry.isFile()) {
        files[where] = readFileSync(name, 'utf8');
      }
    }
  };
  walk(directory);
  return files;
}

before(async () => {
  server = await startServer({
    workers: 0,
    config: adminConfig,
    groups: { room },
    files: { 'secret.json': '{"users":{"spy":{"password":"s","permissions":"op"}}}', 'data/other.json': '{}' },
  });
  outside = snapshot();
});
afterEach(async () => {
  assert.equal((await api(server, 'GET', '.groups/room')).status, 200, 'the server still serves');
  assert.deepEqual(snapshot(), outside, 'nothing outside the groups directory has changed');
});
after(() => server.stop());

/// All names of files below groups/.
function groupFiles() {
  const names = [];
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(path, entry.name));
      else names.push(relative(server.path('groups'), join(path, entry.name)));
    }
  };
  walk(server.path('groups'));
  return names.sort();
}

// Each way to write "..", "/" and their kin.
const dots = ['..', '%2e%2e', '%2E%2e', '.%2e', '%2e.', '%252e%252e', '..%00', '%c0%ae%c0%ae', '..;', '\u2025'];
const slashes = ['/', '%2f', '%2F', '\\', '%5c', '%252f', '//', '/./', '%c0%af'];

for (const prefix of ['.groups/', '.groups/room/', '.groups/room/.users/', '.groups/room/.tokens/', '.groups/.tokens/']) {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    test(`${method} below ${prefix} reads and writes nothing outside, however the path is written`, async () => {
      for (const dot of dots) {
        for (const slash of slashes) {
          for (const depth of [1, 6]) {
            const target = `${prefix}${`${dot}${slash}`.repeat(depth)}secret`;
            const response = await api(server, method, Buffer.from(target).toString('latin1'), method === 'PUT' ? { body: {} } : {});
            assert.doesNotMatch(response.body, /spy/, target);
            assert.ok(response.status === undefined || response.status < 500, `${target}: ${response.status}`);
          }
        }
      }
      const names = groupFiles();
      assert.ok(names.includes('room.json'));
      for (const name of names) assert.match(name, /^[^.].*\.json$/, 'what was made is an ordinary group');
    });
  }
}

const illegal = [
  ['a backslash', 'a%5Cb'],
  ['a backslash, written out', 'a\\b'],
  ['bytes that are no UTF-8', 'a%ff%c0%af'],
  ['a control character', 'a%01b'],
  ['a very long component', 'x'.repeat(300)],
  ['a very long path', `${'x/'.repeat(600)}x`],
];
for (const [what, name] of illegal) {
  test(`a group with ${what} in its name is not made, and is not there`, async () => {
    const before = groupFiles();
    const made = await api(server, 'PUT', `.groups/${name}`, { body: {} });
    assert.equal(made.status, 400);
    assert.equal(made.body, 'illegal group name\n');
    for (const path of [name, `${name}/.users/`, `${name}/.users/ann`, `${name}/.tokens/`]) {
      assert.equal((await api(server, 'GET', `.groups/${path}`)).status, 404, path);
    }
    assert.equal((await api(server, 'DELETE', `.groups/${name}`)).status, 404);
    assert.equal((await api(server, 'DELETE', `.groups/${name}/.keys`)).status, 404);
    assert.equal((await api(server, 'POST', `.groups/${name}/.tokens/`, { body: {} })).status, 404);
    assert.deepEqual(groupFiles(), before);
  });
}

test('a name with a NUL reaches nothing', async () => {
  const before = groupFiles();
  for (const path of ['.groups/a%00b', '.groups/room%00', '.groups/room/.users/a%00b', '.groups/room/.tokens/a%00b']) {
    const response = await api(server, 'PUT', path, { body: {} });
    assert.ok(response.status >= 400 && response.status < 500, `${path}: ${response.status}`);
    assert.equal((await api(server, 'GET', path)).status, 404, path);
  }
  assert.deepEqual(groupFiles(), before);
  assert.deepEqual((await api(server, 'GET', '.groups/room/.users/')).json, ['ann', 'boss']);
});

test('a name with a line break injects no header', async () => {
  for (const path of ['.groups/broken%0d%0aX-Injected:%20yes', '.groups/room/.users/a%0d%0aX-Injected:%20yes']) {
    const response = await api(server, 'GET', path);
    assert.ok(response.status < 500);
    assert.doesNotMatch(response.raw, /^x-injected/im);
  }
});

const deep = (open, close, levels) => `${open.repeat(levels)}${close.repeat(levels)}`;
const bombs = [
  ['half a million brackets', '['.repeat(500_000)],
  ['arrays in arrays', deep('[', ']', 500_000)],
  ['objects in objects', `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`],
  ['a deep value in a field that is looked at', `{"codecs":${deep('[', ']', 400_000)}}`],
  ['a deep value in a field that is ignored', `{"ignored":${deep('[', ']', 400_000)}}`],
  ['a million digits', `{"max-clients":${'9'.repeat(1_000_000)}}`],
  ['a huge exponent', '{"max-clients":1e999999999}'],
  ['a number that is too large', '{"max-clients":18446744073709551616}'],
  ['a fraction', '{"max-clients":1.5}'],
  ['an endless string', `"${'a'.repeat(1_000_000)}`],
  ['an object that does not end', '{"public":true'],
  ['a byte-order mark', '\ufeff{}'],
  ['a comment', '/* */ {}'],
  ['a single quote', "{'public':true}"],
  ['NaN', '{"max-clients":NaN}'],
  ['nothing', ' '],
  ['a NUL', '\0'],
  ['a control character in a string', '{"comment":"\u0001"}'],
  ['a date that does not exist', '{"expires":"2030-02-30T00:00:00Z"}'],
];
for (const [what, body] of bombs) {
  test(`a description of ${what} is refused with 400`, async () => {
    const before = readFileSync(server.path('groups/room.json'), 'utf8');
    const response = await api(server, 'PUT', '.groups/room', { body });
    assert.equal(response.status, 400);
    assert.match(response.body, /\w/);
    assert.ok(response.body.length < 500, 'the reason is short');
    assert.equal(readFileSync(server.path('groups/room.json'), 'utf8'), before);
  });
}

const endpoints = [
  ['PUT', '.groups/room', 'application/json'],
  ['PUT', '.groups/room/.users/ann', 'application/json'],
  ['PUT', '.groups/room/.users/ann/.password', 'application/json'],
  ['PUT', '.groups/room/.keys', 'application/jwk-set+json'],
  ['POST', '.groups/room/.tokens/', 'application/json'],
  ['PUT', '.groups/room/.tokens/t', 'application/json'],
];
for (const [method, path, type] of endpoints) {
  test(`${method} ${path} refuses what is no JSON of the right kind`, async () => {
    for (const body of ['', '[', '5', 'true', '[]', deep('[', ']', 100_000), `{"keys":${deep('[', ']', 200_000)}}`, '\xff\xfe']) {
      const response = await api(server, method, path, { body: body || ' ', type });
      assert.equal(response.status, 400, `${body.slice(0, 20)}: ${response.body}`);
    }
  });

  test(`${method} ${path} refuses other content types`, async () => {
    for (const wrong of ['', 'text/html', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', `${type}x`, `x${type}`, 'application/*', '*/*', `${type}, ${type}`]) {
      const response = await api(server, method, path, { body: '{}', type: wrong });
      assert.equal(response.status, 415, wrong);
      assert.equal(response.headers.accept, type);
    }
  });

  test(`${method} ${path} refuses a body that is too large, before reading it`, async () => {
    const head = `${method} /galene-api/v0/${path} HTTP/1.1\r\nHost: ${server.host}\r\nAuthorization: ${chief}\r\nContent-Type: ${type}\r\n`;
    for (const length of [1024 * 1024 + 1, 1e12, 2 ** 53]) {
      assert.equal((await exchange(server, `${head}Content-Length: ${length}\r\n\r\n{`)).status, 413, String(length));
    }
    for (const length of ['-1', '1x', '', '0x10', '1e3']) {
      const { status } = await exchange(server, `${head}Content-Length: ${length}\r\n\r\n{}`);
      assert.ok(status === undefined || (status >= 400 && status < 500), `${length}: ${status}`);
    }
  });
}

test('a password of more than 72 bytes to be hashed is refused, also one of a mebibyte', async () => {
  const before = readFileSync(server.path('groups/room.json'), 'utf8');
  for (const length of [73, 1000, 1024 * 1024]) {
    const response = await api(server, 'POST', '.groups/room/.users/ann/.password', { body: 'x'.repeat(length), type: 'text/plain' });
    assert.equal(response.status, 400, String(length));
  }
  assert.equal(readFileSync(server.path('groups/room.json'), 'utf8'), before);
});

test('a body as large as allowed is read', async () => {
  const body = JSON.stringify({ ignored: 'x'.repeat(1024 * 1024 - 14) });
  assert.equal(Buffer.byteLength(body), 1024 * 1024);
  assert.equal((await api(server, 'PUT', '.groups/large', { body })).status, 201);
  assert.equal(readFileSync(server.path('groups/large.json'), 'utf8'), '{}\n');
});

test('a body of which only half is sent changes nothing', async () => {
  const before = readFileSync(server.path('groups/room.json'), 'utf8');
  for (let i = 0; i < 20; i += 1) {
    const socket = connect(server.port, address);
    await new Promise((done) => socket.once('connect', done));
    const head = `PUT /galene-api/v0/.groups/room HTTP/1.1\r\nHost: ${server.host}\r\nAuthorization: ${chief}\r\n`;
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"public":true}`);
    await new Promise((done) => socket.end(done));
    socket.on('error', () => {});
    await new Promise((done) => socket.once('close', done).resume());
  }
  assert.equal(readFileSync(server.path('groups/room.json'), 'utf8'), before);
});

test('too many permissions are refused', async () => {
  const permissions = Array.from({ length: 100_000 }, (_, i) => `p${i}`);
  assert.equal((await api(server, 'PUT', '.groups/room/.users/ann', { body: { permissions } })).status, 400);
  assert.equal((await api(server, 'POST', '.groups/room/.tokens/', { body: { permissions } })).status, 400);
});

test('a token of a mebibyte is refused', async () => {
  for (const field of ['username', 'issuedBy']) {
    const response = await api(server, 'POST', '.groups/room/.tokens/', { body: { [field]: 'x'.repeat(1_000_000) } });
    assert.equal(response.status, 413, field);
  }
});

test('invalid UTF-8 and lone surrogates do not get into a file', async () => {
  const head = `PUT /galene-api/v0/.groups/utf HTTP/1.1\r\nHost: ${server.host}\r\nAuthorization: ${chief}\r\nContent-Type: application/json\r\n`;
  const body = Buffer.concat([Buffer.from('{"comment":"'), Buffer.from([0xff, 0xc0, 0xaf]), Buffer.from('\\ud800"}')]);
  const bytes = Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]);
  assert.equal((await exchange(server, bytes)).status, 201);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(server.path('groups/utf.json')));
  assert.match(JSON.parse(text).comment, /^\ufffd+$/);
});

const credentials = [
  ['no scheme', 'chief:of everything'],
  ['another scheme', 'Digest username="chief"'],
  ['Basic of nothing', 'Basic'],
  ['Basic without a colon', `Basic ${Buffer.from('chief').toString('base64')}`],
  ['Basic with a NUL behind the password', `Basic ${Buffer.from('chief:of everything\0').toString('base64')}`],
  ['Basic with a NUL behind the name', `Basic ${Buffer.from('chief\0:of everything').toString('base64')}`],
  ['a name that leads elsewhere', basic('../chief', 'of everything')],
  ['Basic that is no base64', 'Basic %%%%'],
  ['Bearer of nothing', 'Bearer '],
  ['a token with a path', bearer('../../data/config.json')],
  ['a JSON Web Token without a signature', bearer(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"permissions":["admin"]}').toString('base64url')}.`)],
  ['a JSON Web Token full of brackets', bearer(`${Buffer.from('['.repeat(3000)).toString('base64url')}.e30.AA`)],
  ['ten kilobytes', bearer('x'.repeat(10_000))],
];
for (const [what, as] of credentials) {
  test(`credentials of ${what} admit nobody`, async () => {
    for (const path of ['.groups/', '.groups/room', '.groups/room/.users/ann/.password']) {
      const response = await api(server, path.endsWith('.password') ? 'DELETE' : 'GET', path, { as });
      assert.equal(response.status, 401, path);
    }
  });
}

test('conditions that are no lists of tags match nothing', async () => {
  for (const value of ['"', 'x', '"a', 'W/', ',,,', '"a" "b"', '"'.repeat(5000), `${'"a",'.repeat(1000)}"b"`]) {
    assert.equal((await api(server, 'GET', '.groups/room', { headers: { 'If-Match': value } })).status, 412, value.slice(0, 20));
    assert.equal((await api(server, 'GET', '.groups/room', { headers: { 'If-None-Match': value } })).status, 200, value.slice(0, 20));
  }
});

test('methods there are not are refused', async () => {
  for (const method of ['PATCH', 'TRACE', 'PROPFIND', 'CONNECT']) {
    const response = await get(server, '/galene-api/v0/.groups/room', { method, headers: { Authorization: chief, 'Content-Length': '0' } });
    assert.ok(response.status === undefined || (response.status >= 400 && response.status < 500), `${method}: ${response.status}`);
  }
});

test('a place that cannot hold a group is no reason to stop', async () => {
  // groups/plain.json is a file: it has no room for plain.json/x.
  assert.equal((await api(server, 'PUT', '.groups/plain', { body: {} })).status, 201);
  const response = await api(server, 'PUT', '.groups/plain.json/x', { body: {} });
  assert.ok(response.status >= 400, String(response.status));
  assert.ok(statSync(server.path('groups/plain.json')).isFile());
});

test('whoever guesses passwords is not listened to for a while', async (t) => {
  if (address.startsWith('127.')) return t.skip('loopback is never refused');
  const other = await startServer({ workers: 0, config: adminConfig });
  const statuses = [];
  for (let i = 0; i < 120; i += 1) statuses.push((await api(other, 'GET', '.groups/', { as: basic('chief', `guess ${i}`) })).status);
  assert.equal(statuses[0], 401);
  await eventually(async () => {
    const response = await api(other, 'GET', '.groups/', { as: basic('chief', 'a guess') });
    return response.status === 429 && Number(response.headers['retry-after']) > 0;
  }, 'further guesses are answered 429');
  await other.stop();
});
