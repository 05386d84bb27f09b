// What idle clients cost and what they do to others: N WebSocket clients say hello and then nothing, while static files
// are fetched at a steady rate. signald runs on one core, this on whatever else there is.
// Usage: node bench/bench_http.mjs [CLIENTS] [REQUESTS PER SECOND] [SECONDS]      (default 2000 200 10; TLS unless PLAIN=1)

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent as PlainAgent, get as plainGet } from 'node:http';
import { Agent as SecureAgent, get as secureGet } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const require = createRequire(fileURLToPath(new URL('../tests/package.json', import.meta.url)));
const WebSocket = require('ws');
const [clients = 2000, rate = 200, seconds = 10] = process.argv.slice(2).map(Number);
const isPlain = process.env.PLAIN === '1';
const build = fileURLToPath(new URL(`../${process.env.HALCYON_BUILD ?? 'build'}/`, import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'halcyon-bench-'));
for (const name of ['static', 'data', 'groups', 'recordings']) mkdirSync(join(directory, name));
writeFileSync(join(directory, 'static/index.html'), 'index');
writeFileSync(join(directory, 'static/app.js'), 'x'.repeat(80_000));

const listener = createServer().listen(0, '127.0.0.1');
await new Promise((done) => listener.once('listening', done));
const { port } = listener.address();
await new Promise((done) => listener.close(done));

const server = spawn(
  'taskset',
  ['-c', '0', join(build, 'signald/signald'), '-http', `127.0.0.1:${port}`, '-workers', '0', ...(isPlain ? ['-insecure'] : [])],
  { cwd: directory, stdio: 'ignore' },
);
process.on('exit', () => {
  server.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const status = (field) =>
  Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
const cpuSeconds = () => {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / Number(execFileSync('getconf', ['CLK_TCK']));
};
const scheme = isPlain ? 'http' : 'https';
const agent = new (isPlain ? PlainAgent : SecureAgent)({ keepAlive: true, maxSockets: 32, rejectUnauthorized: false });

/// Milliseconds from the request to the last byte.
const fetchFile = () =>
  new Promise((done, failed) => {
    const start = process.hrtime.bigint();
    (isPlain ? plainGet : secureGet)(`${scheme}://127.0.0.1:${port}/app.js`, { agent }, (response) => {
      response.resume().once('end', () => done(Number(process.hrtime.bigint() - start) / 1e6));
    }).once('error', failed);
  });

for (let tries = 0; ; tries += 1) {
  try {
    await fetchFile();
    break;
  } catch (error) {
    if (tries > 100) throw error;
    await delay(50);
  }
}
const open = () =>
  new Promise((done, failed) => {
    const socket = new WebSocket(`${isPlain ? 'ws' : 'wss'}://127.0.0.1:${port}/ws`, { rejectUnauthorized: false });
    socket.once('error', failed);
    socket.once('open', () => socket.send(JSON.stringify({ type: 'handshake', version: ['2'], id: String(Math.random()) })));
    socket.once('message', () => done(socket));
  });

const before = status('VmRSS');
const started = cpuSeconds();
for (let made = 0; made < clients; made += 50) {
  await Promise.all(Array.from({ length: Math.min(50, clients - made) }, open));
}
const each = (status('VmRSS') - before) / clients;
console.log(`${clients} idle ${isPlain ? 'ws' : 'wss'} clients: ${each.toFixed(1)} KiB each (goal: below 30), ` +
  `${(((cpuSeconds() - started) * 1000) / clients).toFixed(2)} ms of CPU to accept one`);

const busy = cpuSeconds();
const times = [];
const pending = [];
const begin = Date.now();
for (let sent = 0; sent < rate * seconds; sent += 1) {
  const wait = begin + (sent * 1000) / rate - Date.now();
  if (wait > 0) await delay(wait);
  pending.push(fetchFile().then((time) => times.push(time)));
}
await Promise.all(pending);
times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(2);
console.log(`${rate} requests/s for ${seconds} s of a file of 80 kB: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (goal: below 20), ` +
  `worst ${at(1)} ms, ${(((cpuSeconds() - busy) / seconds) * 100).toFixed(0)} % of a core`);
server.kill('SIGTERM');
process.exit(0);
