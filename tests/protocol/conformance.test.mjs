// The table of URLs, row by row: static files, group pages, status, the public list, /ws. Recordings and the
// administration API have tables of their own.

import { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { neverSent, securityHeaders, walk } from './conformance.mjs';
import { people } from './server.mjs';
import { Pair } from './transports.mjs';

const old = 'Sat, 01 Jan 2000 00:00:00 GMT';
const future = 'Fri, 01 Jan 2100 00:00:00 GMT';
const page404 = '<!DOCTYPE html><title>Nothing here</title>\n';
const script = 'export default 1;\n';

const staticFiles = {
  'index.html': '<!DOCTYPE html><title>Index</title>\n',
  'galene.html': '<!DOCTYPE html><title>Group</title>\n',
  '404.html': page404,
  'change-password.html': '<!DOCTYPE html><title>Password</title>\n',
  'stats.html': '<!DOCTYPE html><title>Statistics</title>\n',
  'app.js': script,
  'module.mjs': script,
  'style.css': 'body {}\n',
  'data.json': '{}\n',
  'image.svg': '<svg/>\n',
  'image.png': 'png',
  'module.wasm': '\0asm',
  'film.webm': 'film',
  unknown: 'unknown',
  'packed.js': 'let packed = "the plain one";\n',
  'packed.js.br': 'brotli',
  'packed.js.gz': 'gzipped',
  '.hidden': 'hidden\n',
  'sub/index.html': 'sub\n',
  'bare/file.txt': 'file\n',
  'odd/index.html/x': 'x',
  'plus+and;more': 'literal',
};

let servers;
let canonical;
before(async () => {
  servers = await Pair.start({
    workers: 0,
    staticFiles,
    groups: {
      room: { ...people, displayName: 'A & <B>', description: 'about' },
      portal: { ...people, authServer: 'https://auth.example/', authPortal: 'https://portal.example/' },
      open: { ...people, public: true },
      moved: { redirect: 'https://elsewhere.example/group/x/', displayName: 'Moved' },
      'teaching/networks': people,
      'with space': people,
    },
  });
  canonical = await Pair.start({ workers: 0, staticFiles, config: { canonicalHost: 'meet.example:8443' }, groups: { room: people } });
});
after(async () => {
  await servers.stop();
  await canonical.stop();
});

const file = (target, type, body) => ({
  target,
  expect: {
    status: 200,
    body,
    headers: {
      ...securityHeaders,
      ...neverSent,
      'content-type': type,
      'cache-control': 'max-age=1800',
      'accept-ranges': 'bytes',
      etag: /^"\d+-\d+"$/,
      'last-modified': /GMT$/,
      date: /GMT$/,
      'content-length': String(Buffer.byteLength(body)),
      'access-control-allow-origin': undefined,
    },
  },
});
const html = 'text/html; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';
const notFound = { status: 404, body: page404, headers: { ...neverSent, 'content-type': html } };

// 5 and 4.7: files, types, headers.
walk(() => servers, [
  file('/', html, staticFiles['index.html']),
  file('/index.html', html, staticFiles['index.html']),
  file('/index.html?a=b', html, staticFiles['index.html']),
  file('/change-password.html?group=G&username=U', html, staticFiles['change-password.html']),
  file('/stats.html', html, staticFiles['stats.html']),
  file('/sub/', html, 'sub\n'),
  file('/app.js', javascript, script),
  file('/module.mjs', javascript, script),
  file('/style.css', 'text/css; charset=utf-8', 'body {}\n'),
  file('/data.json', 'application/json', '{}\n'),
  file('/image.svg', 'image/svg+xml', '<svg/>\n'),
  file('/image.png', 'image/png', 'png'),
  file('/module.wasm', 'application/wasm', '\0asm'),
  file('/film.webm', 'video/webm', 'film'),
  file('/unknown', 'application/octet-stream', 'unknown'),
  { target: '/.hidden', expect: { status: 200, body: 'hidden\n' } },
  { target: '/bare/', expect: { status: 403, body: 'Forbidden\n', headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' } } },
  { target: '/sub', expect: { status: 308, headers: { location: '/sub/' } } },
  { target: '/sub?token=X', expect: { status: 308, headers: { location: '/sub/?token=X' } } },
  { target: '/missing', expect: { ...notFound, headers: { ...notFound.headers, ...securityHeaders } } },
  { target: '/sub/missing', expect: notFound },
  { target: '/stats.json', expect: { status: 401 } },
  { target: '/third-party/tasks-vision/vision_bundle.mjs', expect: notFound },
  { target: '/app.js/', expect: notFound },
  { target: '/app.js/x', expect: notFound },
  { target: '/odd/', expect: { status: [403, 500] } },
]);

// Methods.
walk(() => servers, [
  ...['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].flatMap((method) =>
    ['/app.js', '/', '/group/room/'].map((target) => ({
      method,
      target,
      headers: { 'Content-Length': '0' },
      expect: { status: 405, headers: { allow: /GET, ?HEAD/ }, body: 'method not allowed\n' },
    })),
  ),
  ...['DANCE', 'get', 'TRACE', 'PROPFIND'].map((method) => ({ method, target: '/app.js', expect: { status: 405, headers: { allow: /GET, ?HEAD/ } } })),
  { method: 'OPTIONS', target: '*', expect: { status: 200, headers: { allow: /GET.*HEAD.*POST.*PUT.*DELETE/, 'content-length': '0' } } },
  { name: 'a body that nobody wants is read and passed over', method: 'POST', target: '/app.js', body: 'x'.repeat(1000), expect: { status: 405 } },
  { name: 'a head beyond 16 KiB is answered 431', target: '/', headers: { Referer: 'x'.repeat(17_000) }, expect: { status: 431 } },
  { method: 'HEAD', target: '/app.js', expect: { status: 200, headers: { ...securityHeaders, 'content-length': String(script.length), etag: /^"/ } } },
  { method: 'HEAD', target: '/missing', expect: { status: 404 } },
  { method: 'HEAD', target: '/group/room/', expect: { status: 200 } },
]);

// Conditional requests and ranges, in the order of RFC 9110 13.2.2.
const conditional = (headers, status, more = {}) => ({
  name: `${JSON.stringify(headers)} is answered ${status}`,
  target: '/app.js',
  headers,
  expect: { status, ...more },
});
const kept = { headers: { etag: /^"/, 'cache-control': 'max-age=1800', 'content-type': undefined, 'content-length': undefined, 'last-modified': undefined } };
const unsatisfiable = { headers: { 'content-range': 'bytes */18' } };
walk(() => servers, [
  conditional({ 'If-Match': '*' }, 200),
  conditional({ 'If-Match': '"x"' }, 412),
  conditional({ 'If-Match': 'W/"x"' }, 412),
  conditional({ 'If-None-Match': '*' }, 304, kept),
  conditional({ 'If-None-Match': '"x", "y"' }, 200),
  conditional({ 'If-Modified-Since': future }, 304, kept),
  conditional({ 'If-Modified-Since': old }, 200),
  conditional({ 'If-Modified-Since': 'yesterday' }, 200),
  conditional({ 'If-Unmodified-Since': old }, 412),
  conditional({ 'If-Unmodified-Since': future }, 200),
  conditional({ 'If-Match': '*', 'If-Unmodified-Since': old }, 200),
  conditional({ 'If-None-Match': '"x"', 'If-Modified-Since': future }, 200),
  conditional({ Range: 'bytes=0-5' }, 206, { body: 'export', headers: { 'content-range': 'bytes 0-5/18', 'content-length': '6' } }),
  conditional({ Range: 'bytes=-3' }, 206, { body: '1;\n' }),
  conditional({ Range: 'bytes=17-' }, 206, { body: '\n' }),
  conditional({ Range: 'bytes=-18446744073709551615' }, 206, { body: script }),
  conditional({ Range: 'bytes=18-' }, 416, unsatisfiable),
  conditional({ Range: 'bytes=18446744073709551615-' }, 416, unsatisfiable),
  conditional({ Range: 'bytes=99999999999999999999-' }, [200, 416]),
  conditional({ Range: 'bytes=-0' }, 416, unsatisfiable),
  conditional({ Range: 'bytes=5-2' }, 200),
  conditional({ Range: 'bytes=--1' }, 200),
  conditional({ Range: 'lines=1-2' }, 200, { body: script }),
  conditional({ Range: 'bytes=0-1,4-5' }, 206, { headers: { 'content-type': /^multipart\/byteranges; boundary=/ }, body: /bytes 0-1\/18[^]*ex[^]*bytes 4-5\/18[^]*rt/ }),
  conditional({ Range: `bytes=${'0-0,'.repeat(1000)}1-1` }, 200),
  conditional({ Range: 'bytes=0-5', 'If-Range': '"x"' }, 200),
  conditional({ Range: 'bytes=0-5', 'If-Range': old }, 200),
  conditional({ Range: 'bytes=0-5', 'If-None-Match': '*' }, 304),
]);

// Compressed variants.
const packed = (encoding, body, sent) => ({
  name: `Accept-Encoding: ${encoding} gets ${sent ?? 'the plain file'}`,
  target: '/packed.js',
  headers: { 'Accept-Encoding': encoding },
  expect: { status: 200, body, headers: { ...securityHeaders, 'content-encoding': sent, vary: 'Accept-Encoding', 'content-type': javascript, etag: sent ? new RegExp(`-${sent}"$`) : /\d"$/ } },
});
walk(() => servers, [
  packed('gzip, deflate, br', 'brotli', 'br'),
  packed('gzip', 'gzipped', 'gzip'),
  packed('br;q=0, gzip', 'gzipped', 'gzip'),
  packed('identity', staticFiles['packed.js'], undefined),
  packed(undefined, staticFiles['packed.js'], undefined),
  { target: '/app.js', headers: { 'Accept-Encoding': 'br' }, expect: { status: 200, headers: { 'content-encoding': undefined } } },
]);

// 4.3: paths.
walk(() => servers, [
  { target: '/group', expect: { status: [301, 307, 308], headers: { location: '/group/' } } },
  { target: '/group?a=b', expect: { status: [301, 307, 308], headers: { location: '/group/?a=b' } } },
  ...[
    ['//app.js', '/app.js'],
    ['/./app.js?a=b', '/app.js?a=b'],
    ['/sub/../app.js?a=%20+', '/app.js?a=%20+'],
    ['/sub//', '/sub/'],
    ['/sub/.', '/sub/'],
    ['/..', '/'],
    ['//elsewhere.example/..', '/'],
    ['/group//room/?token=X', '/group/room/?token=X'],
  ].map(([target, location]) => ({ target, expect: { status: 301, headers: { location } } })),
  { target: '/plus+and;more', expect: { status: 200, body: 'literal' } },
  { target: '/plus%2Band%3Bmore', expect: { status: 200, body: 'literal' } },
  { target: '/plus%20and;more', expect: notFound },
  { target: '/%2e%2e/etc/passwd', expect: notFound },
  { target: '/%2E/app.js', expect: notFound },
  { target: '/app.js%00', expect: notFound },
  { target: '/%', expect: { status: 400 } },
  { target: '/%zz', expect: { status: 400 } },
  { target: '/group/%2e%2e/x', expect: { status: 404 } },
  { target: '/group/room/%2e%2e/x', expect: { status: 404 } },
  { target: '/public-groups.json/', expect: notFound },
  { target: '/ws/', expect: notFound },
]);

// 6: group pages.
const groupPage = (target, policy = securityHeaders['content-security-policy']) => ({
  target,
  expect: {
    status: 200,
    body: staticFiles['galene.html'],
    headers: { ...securityHeaders, 'content-security-policy': policy, 'content-type': html, etag: /^"/, 'cache-control': 'max-age=1800' },
  },
});
walk(() => servers, [
  groupPage('/group/room/'),
  groupPage('/group/room/?token=X'),
  groupPage('/group/open/'),
  groupPage('/group/teaching/networks/'),
  groupPage('/group/with%20space/'),
  groupPage('/group/portal/', securityHeaders['content-security-policy'].replace('connect-src', 'connect-src https://auth.example/')),
  { target: '/group/room', expect: { status: 308, headers: { location: '/group/room/', 'content-security-policy': undefined } } },
  { target: '/group/room?token=X', expect: { status: 308, headers: { location: '/group/room/?token=X' } } },
  { target: '/group/with%20space', expect: { status: 308, headers: { location: '/group/with%20space/' } } },
  { target: '/group/moved/', expect: { status: 308, headers: { location: 'https://elsewhere.example/group/x/', 'content-security-policy': undefined } } },
  ...['/group/', '/group/none/', '/group/.room/', '/group/room/.other', '/group/room/.other/x', '/group/room/.status/x'].map((target) => ({ target, expect: notFound })),
]);

// 7: status and public list.
const json = { 'content-type': 'application/json', 'cache-control': 'no-cache', etag: undefined, 'access-control-allow-origin': undefined, 'content-security-policy': undefined };
const status = (name, rest, more = {}) => ({
  target: `/group/${name}/.status`,
  headers: { Origin: 'https://foe.example' },
  expect: {
    status: 200,
    headers: json,
    body: (body) => assert.match(body, /^\{[^\n]*\}\n$/),
    json: (value, { origin, webSocket }) => assert.deepEqual(value, { name, ...(more.bare ? {} : { location: `${origin}/group/${name}/`, endpoint: webSocket }), ...rest }),
  },
});
walk(() => servers, [
  status('room', { displayName: 'A & <B>', description: 'about' }),
  status('portal', { authServer: 'https://auth.example/', authPortal: 'https://portal.example/' }),
  status('open', { clientCount: 0 }),
  status('moved', { redirect: 'https://elsewhere.example/group/x/', displayName: 'Moved' }, { bare: true }),
  { target: '/group/room/.status', expect: { status: 200, body: /A \\u0026 \\u003cB\\u003e/ } },
  { method: 'HEAD', target: '/group/room/.status', expect: { status: 200, headers: json } },
  { target: '/group/none/.status', expect: notFound },
  { target: '/group/.status', expect: notFound },
  { target: '/group/room/.status.json', expect: { status: 308, headers: { location: '/group/room/.status' } } },
  { target: '/public-groups.json', expect: { status: 200, headers: json, json: (list) => assert.deepEqual(list.map(({ name }) => name), ['open']) } },
  { method: 'HEAD', target: '/public-groups.json', expect: { status: 200, headers: json } },
]);

// 8: /ws without an upgrade.
walk(() => servers, [
  { target: '/ws', expect: { status: 400, body: 'Bad Request\n', headers: { 'sec-websocket-version': '13' } } },
  { method: 'POST', target: '/ws', headers: { 'Content-Length': '0' }, expect: { status: [400, 405], headers: { 'sec-websocket-version': '13' } } },
]);

// 4.4: the canonical host.
const elsewhere = (target, location = target) => ({
  name: `another host than the canonical one is sent on from ${target}`,
  target,
  expect: { status: 301, headers: { location: `https://meet.example:8443${location}`, 'content-security-policy': undefined } },
});
const atHome = (host) => ({
  name: `the host ${host} is the canonical one`,
  target: '/',
  headers: { Host: host },
  expect: { status: 200 },
});
walk(() => canonical, [
  elsewhere('/'),
  elsewhere('/app.js'),
  elsewhere('/missing'),
  elsewhere('/group/room/'),
  elsewhere('/group/room/.status'),
  elsewhere('/group/a%20b/'),
  atHome('meet.example:8443'),
  atHome('MEET.example:8443'),
  { name: 'the port is part of the canonical host', target: '/', headers: { Host: 'meet.example' }, expect: { status: 301 } },
  { name: 'the public list is not sent on', target: '/public-groups.json', expect: { status: 200 } },
  { name: 'the WebSocket is not sent on', target: '/ws', expect: { status: 400 } },
]);
