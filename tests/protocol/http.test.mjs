// Static files, group pages, status, the public list: what a browser fetches before it speaks WebSocket.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import { exchange, get } from './raw_http.mjs';
import { people, startServer } from './server.mjs';

let server;
let secure;
const files = {
  'index.html': '<!DOCTYPE html><title>Index</title>\n',
  'galene.html': '<!DOCTYPE html><title>Group</title>\n',
  '404.html': '<!DOCTYPE html><title>Nothing here</title>\n',
  'app.js': 'export default 1;\n',
  'style.css': 'body {}\n',
  'data.json': '{}\n',
  'image.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
  'module.wasm': '\0asm',
  'with space.txt': 'text\n',
  '.hidden': 'hidden\n',
  'sub/index.html': 'sub\n',
  'bare/file.txt': 'file\n',
  'empty.txt': '',
  'large.bin': 'x'.repeat(3_000_000),
};

before(async () => {
  server = await startServer({ workers: 0, staticFiles: files });
  secure = await startServer({ workers: 0, staticFiles: files, isSecure: true });
});
after(async () => {
  await server.stop();
  await secure.stop();
});

const policy = "connect-src ws: wss: 'self'; img-src 'self'; media-src blob: 'self'; script-src 'unsafe-eval' 'self'; default-src 'self'";

function assertSecurityHeaders(response, connect = '') {
  const sent = response.headers['content-security-policy'] ?? '';
  // A stricter policy than the stock client's is fine, a laxer one is not.
  assert.match(sent, /default-src 'self'/);
  assert.match(sent, new RegExp(`connect-src ${connect}.*'self'`));
  for (const directive of sent.split(';').map((part) => part.trim())) {
    const [name, ...sources] = directive.split(' ');
    if (name === 'connect-src' || !policy.includes(`${name} `)) continue;
    const allowed = policy.split('; ').find((part) => part.startsWith(`${name} `)).split(' ').slice(1);
    for (const source of sources) assert.ok(allowed.includes(source) || source === "'none'", directive);
  }
  assert.equal(response.headers['referrer-policy'], 'no-referrer');
  assert.equal(response.headers['x-content-type-options'], 'nosniff');
}

const types = [
  ['/', /^text\/html; charset=utf-8$/, 'index.html'],
  ['/index.html', /^text\/html; charset=utf-8$/, 'index.html'],
  ['/app.js', /^(text|application)\/javascript(; charset=utf-8)?$/, 'app.js'],
  ['/style.css', /^text\/css(; charset=utf-8)?$/, 'style.css'],
  ['/data.json', /^application\/json/, 'data.json'],
  ['/image.svg', /^image\/svg\+xml/, 'image.svg'],
  ['/module.wasm', /^application\/wasm$/, 'module.wasm'],
  ['/with%20space.txt', /^text\/plain/, 'with space.txt'],
  ['/.hidden', /./, '.hidden'],
  ['/sub/', /^text\/html/, 'sub/index.html'],
  ['/empty.txt', /^text\/plain/, 'empty.txt'],
  ['/app.js?v=1', /javascript/, 'app.js'],
];
for (const [target, type, file] of types) {
  test(`GET ${target} gives ${file} with its type and the security headers`, async () => {
    const response = await get(server, target);
    assert.equal(response.status, 200);
    assert.equal(response.body, files[file]);
    assert.match(response.headers['content-type'], type);
    assertSecurityHeaders(response);
  });
}

test('responses carry Date and Content-Length, and say nothing about the server', async () => {
  const { headers } = await get(server, '/app.js');
  assert.ok(Date.parse(headers.date));
  assert.equal(headers['content-length'], String(files['app.js'].length));
  assert.equal(headers.server, undefined);
  assert.equal(headers['set-cookie'], undefined);
});

test('a large file comes whole', async () => {
  const response = await get(server, '/large.bin');
  assert.equal(response.body.length, files['large.bin'].length);
});

test('the entity tag is size and modification time, and 304 answers it', async () => {
  const response = await get(server, '/app.js');
  const { size, mtimeNs } = statSync(server.path('static', 'app.js'), { bigint: true });
  assert.equal(response.headers.etag, `"${size}-${mtimeNs}"`);
  assert.match(response.headers['cache-control'], /max-age=1800/);
  for (const tag of [response.headers.etag, `W/${response.headers.etag}`, `"x", ${response.headers.etag}`, '*']) {
    const again = await get(server, '/app.js', { headers: { 'If-None-Match': tag } });
    assert.equal(again.status, 304, tag);
    assert.equal(again.body, '');
    assert.equal(again.headers.etag, response.headers.etag);
    assertSecurityHeaders(again);
  }
  const other = await get(server, '/app.js', { headers: { 'If-None-Match': '"x"' } });
  assert.equal(other.status, 200);
});

test('Last-Modified is sent, and 304 answers If-Modified-Since', async () => {
  const response = await get(server, '/app.js');
  assert.ok(Date.parse(response.headers['last-modified']));
  const again = await get(server, '/app.js', { headers: { 'If-Modified-Since': response.headers['last-modified'] } });
  assert.equal(again.status, 304);
  const older = await get(server, '/app.js', { headers: { 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' } });
  assert.equal(older.status, 200);
});

test('If-Match that does not match is answered 412', async () => {
  assert.equal((await get(server, '/app.js', { headers: { 'If-Match': '"x"' } })).status, 412);
});

const ranges = [
  ['bytes=0-3', 206, 'bytes 0-3/18', 'expo'],
  ['bytes=16-', 206, 'bytes 16-17/18', ';\n'],
  ['bytes=-2', 206, 'bytes 16-17/18', ';\n'],
  ['bytes=0-999', 206, 'bytes 0-17/18', files['app.js']],
  ['bytes=18-', 416, 'bytes */18', undefined],
  // RFC 9110 14.2: what is no valid range is ignored.
  ['bytes=nonsense', 200, undefined, files['app.js']],
];
for (const [range, status, contentRange, body] of ranges) {
  test(`the range ${range} is answered ${status}`, async () => {
    const response = await get(server, '/app.js', { headers: { Range: range } });
    assert.equal(response.status, status);
    if (contentRange) assert.equal(response.headers['content-range'], contentRange);
    if (body !== undefined) assert.equal(response.body, body);
  });
}

test('HEAD gives the headers of GET and no body', async () => {
  const whole = await get(server, '/app.js');
  const head = await get(server, '/app.js', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-length'], whole.headers['content-length']);
  assert.equal(head.headers.etag, whole.headers.etag);
  assert.equal(head.body, '');
});

test('several requests share one connection', async () => {
  const one = `GET /app.js HTTP/1.1\r\nHost: ${server.host}\r\n\r\n`;
  const last = `GET /style.css HTTP/1.1\r\nHost: ${server.host}\r\nConnection: close\r\n\r\n`;
  const response = await exchange(server, one + last);
  assert.equal(response.status, 200);
});

test('a missing file gets the page for that, with status 404', async () => {
  const response = await get(server, '/no-such-file');
  assert.equal(response.status, 404);
  assert.equal(response.body, files['404.html']);
  assert.equal(response.headers['content-type'], 'text/html; charset=utf-8');
  assertSecurityHeaders(response);
});

test('a directory without its slash is redirected, one without an index is forbidden', async () => {
  const redirect = await get(server, '/sub');
  assert.equal(redirect.status, 308);
  assert.equal(redirect.headers.location, '/sub/');
  assert.equal((await get(server, '/bare/')).status, 403);
  assert.equal((await get(server, '/bare/file.txt')).status, 200);
});

test('a changed file is served changed', async () => {
  writeFileSync(server.path('static', 'fresh.txt'), 'one');
  assert.equal((await get(server, '/fresh.txt')).body, 'one');
  writeFileSync(server.path('static', 'fresh.txt'), 'two');
  assert.equal((await get(server, '/fresh.txt')).body, 'two');
});

test('links are followed inside the root and never out of it', async () => {
  symlinkSync('app.js', server.path('static', 'inside.js'));
  symlinkSync('../data', server.path('static', 'outside'));
  symlinkSync('/etc/passwd', server.path('static', 'absolute.txt'));
  server.write('data/secret.txt', 'top secret');
  assert.equal((await get(server, '/inside.js')).body, files['app.js']);
  for (const target of ['/outside/secret.txt', '/outside/', '/absolute.txt']) {
    const response = await get(server, target);
    assert.ok([403, 404, 500].includes(response.status), `${target}: ${response.status}`);
    assert.doesNotMatch(response.raw, /top secret|root:/);
  }
});

// Group pages.
test('a group\'s page is the client, with the security headers', async () => {
  const group = server.group();
  const response = await get(server, `/group/${group}/`);
  assert.equal(response.status, 200);
  assert.equal(response.body, files['galene.html']);
  assert.match(response.headers['content-type'], /^text\/html/);
  assertSecurityHeaders(response);
});

test('authServer is allowed in the page\'s policy', async () => {
  const group = server.group({ ...people, authServer: 'https://auth.example/' });
  assertSecurityHeaders(await get(server, `/group/${group}/`), 'https://auth.example/ ');
});

test('a group\'s page without its slash is redirected', async () => {
  const group = server.group();
  const response = await get(server, `/group/${group}`);
  assert.equal(response.status, 308);
  assert.equal(response.headers.location.split('?')[0], `/group/${group}/`);
});

test('a group in a directory has a page, its slash encoded or not', async () => {
  const group = server.group(people, 'teaching/networking');
  assert.equal((await get(server, `/group/${group}/`)).status, 200);
  const encoded = await get(server, '/group/teaching%2Fnetworking/');
  assert.ok([200, 308].includes(encoded.status));
});

for (const target of ['/group/no-such/', '/group/', '/group/.secret/', '/group/a/.nonsense', '/group/%2e%2e/x/']) {
  test(`${target} is not found`, async () => {
    server.group(people, '.secret');
    server.group(people, 'a');
    const response = await get(server, target);
    assert.equal(response.status, 404);
  });
}

test('/group is redirected to /group/', async () => {
  const response = await get(server, '/group');
  assert.ok([301, 307, 308].includes(response.status));
  assert.equal(response.headers.location, '/group/');
});

test('a redirecting group sends its visitors on', async () => {
  const group = server.group({ redirect: 'https://elsewhere.example/group/x/' });
  const response = await get(server, `/group/${group}/`);
  assert.equal(response.status, 308);
  assert.equal(response.headers.location, 'https://elsewhere.example/group/x/');
});

// Status.
const status = async (where, group, options) => {
  const response = await get(where, `/group/${group}/.status`, options);
  return { response, value: response.body ? JSON.parse(response.body) : undefined };
};

test('the status names location and endpoint as the client reached the server', async () => {
  const group = server.group({ ...people, displayName: 'A & <B>', authPortal: 'https://portal.example/' });
  const { response, value } = await status(server, group);
  assert.equal(response.status, 200);
  assert.equal(response.headers['content-type'], 'application/json');
  assert.match(response.headers['cache-control'], /no-cache/);
  assert.deepEqual(value, {
    name: group,
    location: `http://${server.host}/group/${group}/`,
    endpoint: `ws://${server.host}/ws`,
    displayName: 'A & <B>',
    authPortal: 'https://portal.example/',
  });
  assert.deepEqual(Object.keys(value), ['name', 'location', 'endpoint', 'displayName', 'authPortal']);
  assert.ok(!response.body.includes('<'), 'markup is escaped');
  assert.ok(response.body.endsWith('\n'));
});

test('over TLS the status says https and wss', async () => {
  const group = secure.group();
  const { value } = await status(secure, group, { headers: { Host: 'meet.example' } });
  assert.deepEqual(value, {
    name: group,
    location: `https://meet.example/group/${group}/`,
    endpoint: 'wss://meet.example/ws',
  });
});

test('a public group\'s status counts clients and tells of the lock', async () => {
  const group = server.group({ ...people, public: true });
  assert.equal((await status(server, group)).value.clientCount, 0);
  const op = await server.join(group, 'op');
  op.send({ type: 'groupaction', kind: 'lock' });
  await op.sync();
  const { value } = await status(server, group);
  assert.equal(value.clientCount, 1);
  assert.equal(value.locked, true);
});

test('a redirecting group\'s status holds little else', async () => {
  const group = server.group({ redirect: 'https://elsewhere.example/', displayName: 'D', description: 'E', public: true });
  assert.deepEqual((await status(server, group)).value, {
    name: group,
    redirect: 'https://elsewhere.example/',
    displayName: 'D',
    description: 'E',
  });
});

test('HEAD of a status has no body, a missing group is 404, .status.json is redirected', async () => {
  const group = server.group();
  const head = await get(server, `/group/${group}/.status`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.body, '');
  assert.equal((await get(server, '/group/none/.status')).status, 404);
  const old = await get(server, `/group/${group}/.status.json`);
  assert.equal(old.status, 308);
  assert.equal(old.headers.location, `/group/${group}/.status`);
});

test('names in location are percent-encoded', async () => {
  server.group(people, 'été 1');
  const { value } = await status(server, encodeURIComponent('été 1'));
  assert.equal(value.name, 'été 1');
  assert.equal(new URL(value.location).pathname, '/group/%C3%A9t%C3%A9%201/');
  assert.ok(value.location.endsWith('/group/%C3%A9t%C3%A9%201/'));
});

test('the public list holds public groups in memory, sorted, and no others', async () => {
  const fresh = await startServer({
    workers: 0,
    groups: { zebra: { ...people, public: true }, apple: { ...people, public: true, description: 'fruit' }, secret: people },
  });
  try {
    for (const group of ['zebra', 'apple', 'secret']) await status(fresh, group);
    const response = await get(fresh, '/public-groups.json');
    assert.equal(response.status, 200);
    assert.equal(response.headers['content-type'], 'application/json');
    assert.match(response.headers['cache-control'], /no-cache/);
    const list = JSON.parse(response.body);
    assert.deepEqual(list.map(({ name }) => name), ['apple', 'zebra']);
    assert.equal(list[0].clientCount, 0);
    assert.equal(list[0].description, 'fruit');
  } finally {
    await fresh.stop();
  }
});

test('without public groups the list is empty', async () => {
  const fresh = await startServer({ workers: 0 });
  try {
    assert.equal((await get(fresh, '/public-groups.json')).body.trim(), '[]');
  } finally {
    await fresh.stop();
  }
});

// The global configuration.
const proxies = [
  ['/base', (host) => [`http://${host}/base/group/x/`, `ws://${host}/base/ws`]],
  ['https://b.example/', () => ['https://b.example/group/x/', 'wss://b.example/ws']],
  ['https:/base', (host) => [`https://${host}/base/group/x/`, `wss://${host}/base/ws`]],
];
for (const [proxyURL, expected] of proxies) {
  test(`proxyURL ${proxyURL} shapes the addresses in the status`, async () => {
    const fresh = await startServer({ workers: 0, config: { proxyURL }, groups: { x: people } });
    try {
      const { value } = await status(fresh, 'x');
      assert.deepEqual([value.location, value.endpoint], expected(fresh.host));
    } finally {
      await fresh.stop();
    }
  });
}

test('another host name than the canonical one is redirected, but not for WebSocket and the list', async () => {
  const fresh = await startServer({ workers: 0, config: { canonicalHost: 'meet.example' }, groups: { x: people } });
  try {
    for (const target of ['/', '/index.html', '/group/x/', '/group/x/.status']) {
      const response = await get(fresh, target);
      assert.equal(response.status, 301, target);
      assert.equal(response.headers.location, `https://meet.example${target}`);
    }
    assert.equal((await get(fresh, '/', { headers: { Host: 'MEET.example' } })).status, 200);
    assert.equal((await get(fresh, '/public-groups.json')).status, 200);
    await fresh.join('x', 'op');
  } finally {
    await fresh.stop();
  }
});

// TLS.
test('without a certificate a self-signed one is made, and HTTPS and WSS work', async () => {
  assert.equal((await get(secure, '/')).status, 200);
  await secure.join(secure.group(), 'op');
});

test('plain HTTP on the TLS port does not reach a page', async () => {
  const response = await get(secure, '/', { isSecure: false });
  assert.notEqual(response.status, 200);
  assert.ok(!response.body.includes('Index'));
});

test('a renewed certificate is used from the next handshake on', async () => {
  const make = (name) => {
    mkdirSync(secure.path('data'), { recursive: true });
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', `/CN=${name}`, '-keyout', secure.path('data', 'key.pem'), '-out', secure.path('data', 'cert.pem'),
    ], { stdio: 'ignore' });
  };
  const name = () =>
    new Promise((done, failed) => {
      const socket = connectSecurely({ port: secure.port, host: secure.host.split(':')[0], rejectUnauthorized: false }, () => {
        done(socket.getPeerCertificate().subject?.CN);
        socket.destroy();
      });
      socket.once('error', failed);
    });
  make('first.example');
  assert.equal(await name(), 'first.example');
  make('second.example');
  const later = new Date(Date.now() + 2000);
  for (const file of ['key.pem', 'cert.pem']) utimesSync(secure.path('data', file), later, later);
  assert.equal(await name(), 'second.example');
});
