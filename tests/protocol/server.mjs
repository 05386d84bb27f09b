// A signald of the build, with its workers, on a free port and with directories of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from './client.mjs';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
export const buildDirectory = resolve(repository, process.env.HALCYON_BUILD ?? 'build');
export const signaldPath = join(buildDirectory, 'signald', 'signald');
export const mediadPath = join(buildDirectory, 'mediad', 'mediad');

/// The address that clients use: the test namespace's own if there is one, else loopback.
export const address = process.env.HALCYON_TEST_ADDRESS ?? '127.0.0.1';

const sanitizerReport = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:/;
const running = new Set();

process.on('exit', () => {
  for (const server of running) server.killNow();
});

/// Polls `condition` until it gives something true, which is returned.
export async function eventually(condition, what, seconds = 5) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    assert.ok(Date.now() < end, `${what}: not within ${seconds} s`);
    await delay(20);
  }
}

export async function freePort() {
  const listener = createServer().listen(0, address);
  await new Promise((done) => listener.once('listening', done));
  const { port } = listener.address();
  await new Promise((done) => listener.close(done));
  return port;
}

function accepts(port) {
  return new Promise((done) => {
    const socket = connect(port, address);
    socket.once('connect', () => done(true) || socket.destroy());
    socket.once('error', () => done(false));
  });
}

function processStatus(pid, field) {
  try {
    return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

const isAlive = (pid) => !/^Z/.test(processStatus(pid, 'State') ?? 'Z');

/// The passwords of these users are their names.
export const people = {
  users: Object.fromEntries(
    ['op', 'present', 'message', 'observe', 'caption'].map((role) => [role, { password: role, permissions: role }]),
  ),
  'wildcard-user': { password: { type: 'wildcard' }, permissions: 'present' },
};

export class Server {
  #process;
  #exit;
  #output = '';
  #groups = 0;
  #clients = new Set();
  #command = [];

  constructor(directory, port, isSecure) {
    this.directory = directory;
    this.port = port;
    this.isSecure = isSecure;
    this.host = `${address}:${port}`;
    this.origin = `${isSecure ? 'https' : 'http'}://${this.host}`;
    this.webSocket = `${isSecure ? 'wss' : 'ws'}://${this.host}/ws`;
  }

  spawn(args, environment, program = signaldPath) {
    this.#command = [args, environment, program];
    this.ended = undefined;
    this.#process = spawn(program, args, {
      cwd: this.directory,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        this.#output += text;
        if (process.env.HALCYON_TEST_VERBOSE) process.stderr.write(text);
      });
    }
    this.#exit = new Promise((done) => {
      this.#process.once('error', (error) => done({ error }));
      this.#process.once('close', (code, signal) => done({ code, signal }));
    });
    this.#exit.then((how) => {
      this.ended = how;
    });
  }

  get pid() {
    return this.#process.pid;
  }

  /// What it has printed so far.
  get output() {
    return this.#output;
  }

  path(...parts) {
    return join(this.directory, ...parts);
  }

  write(path, content) {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }

  /// Writes a group's description and returns the group's name, a new one unless given.
  group(description = people, name = `room-${(this.#groups += 1)}`) {
    this.write(`groups/${name}.json`, description);
    return name;
  }

  /// Process ids of the workers that run now.
  workers() {
    let children;
    try {
      children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8');
    } catch {
      return [];
    }
    return children
      .split(' ')
      .filter(Boolean)
      .map(Number)
      .filter((pid) => processStatus(pid, 'Name')?.startsWith('mediad') && isAlive(pid));
  }

  async connect(options) {
    const client = await Client.connect(this, options);
    this.#clients.add(client);
    return client;
  }

  /// A client that has joined, and has read everything that came with that.
  async join(group, username, options = {}) {
    const client = await this.connect(options);
    await client.join(group, username, options);
    return client;
  }

  async exited(seconds = 10) {
    const timeout = delay(seconds * 1000, undefined, { ref: false });
    return Promise.race([this.#exit, timeout]);
  }

  /// Ends it as a power failure would, and keeps its files.
  async crash() {
    for (const client of this.#clients) client.terminate();
    this.#clients.clear();
    this.signal('SIGKILL');
    await this.#exit;
  }

  /// Starts it again, after a crash, as it was started before.
  async restart() {
    this.spawn(...this.#command);
    await eventually(async () => {
      assert.equal(this.ended, undefined, `signald ended at once\n${this.#output}`);
      return accepts(this.port);
    }, 'signald listens again');
  }

  signal(name) {
    this.#process.kill(name);
  }

  /// Ends it as an administrator would, and checks that it went well and took its workers along.
  async stop() {
    for (const client of this.#clients) client.terminate();
    const workers = this.workers();
    this.signal('SIGTERM');
    const how = await this.exited();
    const output = this.#output;
    if (how === undefined) this.killNow();
    running.delete(this);
    try {
      assert.ok(how, `signald did not end within 10 s of SIGTERM\n${output}`);
      assert.deepEqual(how, { code: 0, signal: null }, `signald ended badly\n${output}`);
      assert.doesNotMatch(output, sanitizerReport);
      await eventually(() => !workers.some(isAlive), 'the workers end with signald');
    } finally {
      for (const pid of workers.filter(isAlive)) process.kill(pid, 'SIGKILL');
      rmSync(this.directory, { recursive: true, force: true });
    }
  }

  killNow() {
    for (const pid of [...this.workers(), this.pid]) {
      try {
        if (pid) process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    running.delete(this);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function prepare({ groups = {}, config, iceServers, staticFiles, files = {} }, server) {
  for (const name of ['data', 'groups', 'recordings']) mkdirSync(server.path(name));
  for (const [name, description] of Object.entries(groups)) server.group(description, name);
  if (config) server.write('data/config.json', config);
  if (iceServers) server.write('data/ice-servers.json', iceServers);
  const pages = staticFiles ?? {
    'index.html': '<!DOCTYPE html><title>Index</title>\n',
    'galene.html': '<!DOCTYPE html><title>Group</title>\n',
    '404.html': '<!DOCTYPE html><title>Nothing here</title>\n',
  };
  for (const [name, content] of Object.entries(pages)) server.write(`static/${name}`, content);
  for (const [name, content] of Object.entries(files)) server.write(name, content);
}

/// Makes the directories and starts signald without waiting for anything. `args` come last on its command line;
/// `flags: false` leaves out all the usual ones.
export async function launchServer(options = {}) {
  assert.ok(existsSync(signaldPath), `${signaldPath} is not built`);
  const { workers = 2, place, isSecure = false, args = [], flags = true, environment = {}, staticRoot = 'static' } = options;
  const port = options.port ?? (await freePort());
  const server = new Server(mkdtempSync(join(tmpdir(), 'halcyon-')), port, isSecure);
  prepare(options, server);
  const usual = [
    ['-http', `${address}:${port}`],
    ['-static', staticRoot],
    ['-data', 'data'],
    ['-groups', 'groups'],
    ['-recordings', 'recordings'],
    ['-workers', String(workers)],
    ['-ipc', server.path('ipc.sock')],
    ['-mediad', mediadPath],
    // A server for relays is started by those tests that ask for one.
    ['-turn', ''],
    ...(place ? [['-place', place]] : []),
  ].flat();
  server.spawn([...(flags ? usual : []), ...(isSecure ? [] : ['-insecure']), ...args], environment);
  return server;
}

/// Starts an installed signald, which must find everything but its groups by itself.
export async function launchInstalled(program, examples) {
  const server = new Server(mkdtempSync(join(tmpdir(), 'halcyon-')), await freePort(), false);
  const directories = ['-groups', join(examples, 'groups'), '-data', join(examples, 'data')];
  server.spawn(['-http', `${address}:${server.port}`, '-insecure', '-workers', '1', '-turn=', ...directories], {}, program);
  await eventually(() => /is connected, /.test(server.output) || server.ended, 'a worker is connected', 20);
  assert.equal(server.ended, undefined, server.output);
  return server;
}

/// Starts signald and waits until it accepts connections and its workers run.
export async function startServer(options = {}) {
  const server = await launchServer(options);
  try {
    await eventually(
      async () => {
        assert.equal(server.ended, undefined, `signald ended at once\n${server.output}`);
        return accepts(server.port);
      },
      `signald listens on ${server.host}`,
      20,
    );
    const workers = options.workers ?? 2;
    // Streams need a worker that has said Hello; until then an offer is aborted.
    const connected = () => server.output.match(/ is connected, /g)?.length ?? 0;
    await eventually(() => connected() >= workers, `${workers} workers are connected`, 20);
  } catch (error) {
    server.killNow();
    error.message += `\n${server.output}`;
    throw error;
  }
  return server;
}
