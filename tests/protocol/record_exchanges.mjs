// Records what the protocol library and the servers of the build say to each other, for the library's own tests to play
// back. By hand, after a change of the protocol: tests/in_namespace node tests/protocol/record_exchanges.mjs
// A step is what the application did (`do`), what the library sent (`out`) or what the server sent (`in`); `end` is where all of it led.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import wrtc from '@roamhq/wrtc';
import WebSocket from 'ws';
import { Publisher } from './peer.mjs';
import { eventually, repository, startServer } from './server.mjs';

const target = join(repository, 'web', 'packages', 'protocol', 'test', 'exchanges');
const scratch = mkdtempSync(join(tmpdir(), 'halcyon-library-'));
const patience = 15;

async function loadLibrary() {
  const { build } = createRequire(join(repository, 'web', 'package.json'))('esbuild');
  const outfile = join(scratch, 'protocol.mjs');
  const source = join(repository, 'web', 'packages', 'protocol', 'src', 'index.ts');
  await build({ entryPoints: [source], bundle: true, format: 'esm', target: 'node18', outfile });
  return import(pathToFileURL(outfile));
}

const { ServerConnection } = await loadLibrary();

/// A message has these fields, and perhaps others.
const matches = (message, shape) =>
  Object.entries(shape).every(([key, value]) =>
    typeof value === 'function' ? value(message[key]) : message[key] === value,
  );

/// The library at work, and what passes on its socket.
class Session {
  steps = [];
  refusesRemote = false;
  #streams = new Map();
  #tracks = [];
  #seen = 0;

  constructor(id) {
    this.connection = new ServerConnection(this, id);
  }

  // The library's platform.

  webSocket(url) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const { steps } = this;
    const send = socket.send.bind(socket);
    socket.send = (text) => {
      steps.push({ out: JSON.parse(text) });
      send(text);
    };
    socket.on('message', (data) => steps.push({ in: JSON.parse(data) }));
    socket.on('close', (code) => steps.push({ closed: code }));
    return socket;
  }

  peerConnection(configuration) {
    const connection = new wrtc.RTCPeerConnection(configuration);
    if (this.refusesRemote) connection.setRemoteDescription = () => Promise.reject(new Error('refused'));
    return connection;
  }

  /// Does something, and waits until the server has sent messages of these shapes, each after the one before.
  async do(action, ...shapes) {
    this.steps.push({ do: action });
    this.#perform(...action);
    await this.expect(...shapes);
  }

  async expect(...shapes) {
    for (const shape of shapes) {
      await eventually(
        () => {
          const index = this.steps.findIndex((step, at) => at >= this.#seen && step.in && matches(step.in, shape));
          if (index >= 0) this.#seen = index + 1;
          return index >= 0;
        },
        `${JSON.stringify(shape)} after ${JSON.stringify(this.steps.slice(-8)).slice(0, 2000)}`,
        patience,
      );
    }
  }

  /// Waits until the library has sent something.
  sends(type, count = 1) {
    const sent = () => this.steps.filter((step) => step.out?.type === type).length;
    return eventually(() => sent() >= count, `${type} is sent`, 60);
  }

  #perform(method, ...args) {
    const { connection } = this;
    if (method === 'publish') {
      const [name, label, replace] = args;
      const source = new wrtc.nonstandard.RTCAudioSource();
      const track = source.createTrack();
      this.#tracks.push(track);
      const media = new wrtc.MediaStream([track]);
      this.#streams.set(name, connection.publish({ label, media, replace: this.#streams.get(replace) }));
    } else if (method === 'up') {
      this.#streams.get(args[0])[args[1]]();
    } else if (method === 'down') {
      [...connection.downStreams.values()][0][args[0]](...args.slice(1));
    } else if (method === 'refuseRemote') {
      [this.refusesRemote] = args;
    } else {
      connection[method](...args);
    }
  }

  /// Where all of it has led, and the end.
  finish() {
    const { group = null, username, permissions, status, data, users, upStreams, downStreams, state } = this.connection;
    const end = {
      state,
      group,
      username,
      permissions,
      status,
      data,
      users: [...users.values()],
      upStreams: upStreams.size,
      downStreams: downStreams.size,
    };
    const steps = this.steps.slice();
    this.connection.close();
    for (const track of this.#tracks) track.stop();
    return { steps, end };
  }
}

const ada = { username: 'ada', password: 'lovelace' };
const director = { username: 'op', password: 'op' };
const change = { type: 'joined', kind: 'change' };

const exchanges = {
  async joining({ session, server, group, op }) {
    op.send({ type: 'chat', value: 'said before' });
    op.send({ type: 'chat', kind: 'caption', value: 'spoken before' });
    op.send({
      type: 'groupaction',
      kind: 'maketoken',
      value: { group, permissions: ['present', 'message'], expires: 3_600_000 },
    });
    const { value } = (await op.drain()).find(({ kind }) => kind === 'token');
    const fail = (error) => ({ type: 'joined', kind: 'fail', ...(error ? { error } : {}) });
    await session.do(['join', group, { username: 'op', password: 'wrong' }], fail());
    await session.do(['join', 'nowhere', ada], fail());
    await session.do(['join', group, { token: value.token }], fail('need-username'));
    await session.do(['join', group, { token: value.token, username: 'op' }], fail('duplicate-username'));
    await session.do(['join', 'moved', ada], { type: 'joined', kind: 'redirect' });
    await session.do(
      ['join', group, { ...ada, data: { raisehand: true } }],
      { type: 'joined', kind: 'join' },
      { type: 'chathistory', value: 'said before' },
      { type: 'chathistory', kind: 'caption' },
      { type: 'user', kind: 'add', username: 'op' },
    );
    const bob = await server.join(group, 'bob', { password: 'builder' });
    await session.expect({ type: 'user', kind: 'add', username: 'bob' });
    bob.close();
    await session.expect({ type: 'user', kind: 'delete', username: 'bob' });
    await session.do(['setData', { raisehand: null, seat: 3 }], { type: 'user', kind: 'change' });
    op.send({ type: 'groupaction', kind: 'lock', value: 'later' });
    await session.expect(change);
    op.send({ type: 'groupaction', kind: 'setdata', value: { topic: 'engines' } });
    await session.expect(change);
    op.send({ type: 'useraction', kind: 'unpresent', dest: session.connection.id });
    await session.expect(change, { type: 'user', kind: 'change' });
    op.send({ type: 'groupaction', kind: 'unlock' });
    await session.expect(change);
    await session.do(['leave'], { type: 'joined', kind: 'leave' });
  },

  async talking({ session, group, op, bob }) {
    const { id } = session.connection;
    await session.do(['join', group, ada], { type: 'user', kind: 'add', username: 'op' });
    await session.do(['chat', 'hello'], { type: 'chat', value: 'hello' });
    await session.do(['chat', 'waves', { kind: 'me' }], { type: 'chat', kind: 'me' });
    await session.do(['chat', 'between us', { dest: bob.id }]);
    await session.do(['chat', 'to nobody', { dest: 'nobody' }], { type: 'usermessage', kind: 'error' });
    await session.do(['chat', 'unheard', { noecho: true }]);
    bob.send({ type: 'chat', source: bob.id, username: 'bob', value: 'hi' });
    bob.send({ type: 'chat', source: bob.id, username: 'bob', dest: id, value: 'hi, you' });
    await session.expect({ type: 'chat', value: 'hi, you', dest: id });
    const invite = { type: 'invite', version: ['1'], id: 't1', name: 'letter.txt', size: 9, mimetype: 'text/plain' };
    await session.do(['userMessage', 'filetransfer', invite, { dest: bob.id }]);
    const transfer = (value) => ({ type: 'usermessage', kind: 'filetransfer', source: bob.id, username: 'bob', dest: id, value });
    bob.send(transfer({ type: 'offer', version: ['1'], id: 't1', sdp: 'v=0' }));
    bob.send(transfer({ type: 'ice', id: 't1', candidate: null }));
    bob.send(transfer({ type: 'cancel', id: 't1', message: 'enough' }));
    await session.expect({ type: 'usermessage', kind: 'filetransfer', value: (value) => value.type === 'cancel' });
    op.send({ type: 'usermessage', kind: 'warning', source: op.id, username: 'op', value: 'mind the step' });
    op.send({ type: 'usermessage', kind: 'mute', source: op.id, username: 'op', dest: id });
    await session.expect({ type: 'usermessage', kind: 'warning' }, { type: 'usermessage', kind: 'mute' });
    op.send({ type: 'groupaction', kind: 'clearchat', value: { userId: id } });
    await session.expect({ type: 'usermessage', kind: 'clearchat' });
    op.send({ type: 'useraction', kind: 'identify', dest: id });
    await session.expect({ type: 'usermessage', kind: 'warning' });
    await session.do(['userAction', 'kick', bob.id], { type: 'usermessage', kind: 'error' });
    await session.do(['probe'], { type: 'pong' });
    op.send({ type: 'useraction', kind: 'kick', dest: id, value: 'until tomorrow' });
    await session.expect({ type: 'usermessage', kind: 'kicked' });
    await eventually(() => session.connection.state === 'closed', 'the end of the connection');
  },

  async moderating({ session, group, bob }) {
    await session.do(['join', group, director], { type: 'user', kind: 'add', username: 'bob' });
    for (const kind of ['op', 'unop', 'present', 'unpresent', 'shutup', 'unshutup']) {
      await session.do(['userAction', kind, bob.id], { type: 'user', kind: 'change' });
    }
    await session.do(['userAction', 'identify', bob.id], { type: 'usermessage', kind: 'userinfo' });
    await session.do(['chat', 'spoken', { kind: 'caption' }], { type: 'chat', kind: 'caption' });
    await session.do(['userMessage', 'mute', null, { noecho: true }]);
    await session.do(['groupAction', 'lock', 'later'], change);
    await session.do(['groupAction', 'unlock'], change);
    await session.do(['groupAction', 'setdata', { topic: 'engines' }], change);
    await session.do(['groupAction', 'subgroups'], { type: 'chat' });
    await session.do(['groupAction', 'clearchat'], { type: 'usermessage', kind: 'clearchat' });
    const token = { group, permissions: ['present'], expires: 3_600_000, username: 'carol' };
    await session.do(['groupAction', 'maketoken', token], { type: 'usermessage', kind: 'token' });
    const made = session.steps.filter((step) => step.in?.kind === 'token').at(-1).in.value.token;
    await session.do(['groupAction', 'edittoken', { token: made, expires: -1000 }], { type: 'usermessage', kind: 'token' });
    await session.do(['groupAction', 'maketoken', { group: 'other' }], { type: 'usermessage', kind: 'token' });
    await session.do(['groupAction', 'listtokens'], { type: 'usermessage', kind: 'tokenlist' });
    await session.do(['groupAction', 'record'], { type: 'usermessage', kind: 'error' });
    await session.do(['groupAction', 'unrecord'], { type: 'usermessage', kind: 'error' });
    await session.do(['userAction', 'kick', bob.id, 'enough'], { type: 'user', kind: 'delete' });
  },

  async publishing({ session, server, group, op }) {
    await session.do(['join', group, ada], { type: 'user', kind: 'add', username: 'op' });
    await session.do(['publish', 'camera', 'camera'], { type: 'answer' });
    await session.do(['up', 'camera', 'restartIce'], { type: 'answer' });
    await session.do(['publish', 'other', 'camera', 'camera'], { type: 'answer' });
    process.kill(server.workers()[0], 'SIGKILL');
    await session.expect({ type: 'renegotiate' }, { type: 'answer' });
    await session.do(['publish', 'screen', 'screenshare'], { type: 'answer' });
    await session.do(['up', 'screen', 'close']);
    op.send({ type: 'useraction', kind: 'unpresent', dest: session.connection.id });
    await session.expect(change, { type: 'abort' }, { type: 'usermessage', kind: 'error' });
    await session.sends('close', 2);
  },

  async receiving({ session, group, bob }) {
    const camera = await Publisher.start(bob, { label: 'camera', video: false });
    await session.do(['join', group, ada], { type: 'user', kind: 'add', username: 'bob' });
    await session.do(['request', { '': ['audio', 'video'], camera: ['audio'] }], { type: 'offer' });
    await session.sends('answer');
    await session.do(['down', 'renegotiate'], { type: 'offer' });
    await session.sends('answer', 2);
    await session.do(['requestStream', camera.id, []], { type: 'close' });
    await session.do(['request', { '': ['audio', 'video-low'] }], { type: 'offer' });
    await session.sends('answer', 3);
    const other = await Publisher.start(bob, { label: 'camera', video: false, replace: camera.id });
    await session.expect({ type: 'offer', replace: camera.id });
    camera.end();
    await session.sends('answer', 4);
    await session.do(['down', 'request', ['audio']]);
    await session.do(['down', 'abort'], { type: 'close' });
    other.close();
    await session.do(['refuseRemote', true]);
    const third = await Publisher.start(bob, { label: 'camera', video: false });
    await session.expect({ type: 'offer' }, { type: 'close' });
    third.close();
    bob.close();
    await session.expect({ type: 'user', kind: 'delete' });
  },

  // The server asks who has been silent for twenty seconds.
  async liveness({ session, group, op }) {
    await session.do(['join', group, ada], { type: 'user', kind: 'add', username: 'op' });
    const timer = setInterval(() => op.send({ type: 'chat', value: 'still talking' }), 5000);
    await session.sends('pong');
    clearInterval(timer);
  },
};

/// Recordings differ in as little as possible from one time to the next.
const memberId = (name) => Buffer.from(name.padEnd(16, '.')).toString('hex');

const description = {
  users: {
    op: { password: 'op', permissions: 'op' },
    ada: { password: 'lovelace', permissions: 'present' },
    bob: { password: 'builder', permissions: 'present' },
  },
};
const server = await startServer({
  workers: 1,
  groups: { moved: { ...description, redirect: 'https://meet.example.org/group/team/' } },
});
const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(exchanges)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const group = server.group(description, `team-${name}`);
  const op = await server.join(group, 'op', { id: memberId('op') });
  const needsBob = ['talking', 'moderating', 'receiving'].includes(name);
  const bob = needsBob ? await server.join(group, 'bob', { id: memberId('bob'), password: 'builder' }) : undefined;
  const session = new Session(memberId(name === 'moderating' ? 'director' : 'ada'));
  await session.connection.connect(server.webSocket);
  await run({ session, server, group, op, bob });
  const { steps, end } = session.finish();
  const lines = steps.map((step) => JSON.stringify(step)).join(',\n');
  const id = JSON.stringify(session.connection.id);
  writeFileSync(join(target, `${name}.json`), `{"id": ${id}, "steps": [\n${lines}\n],\n"end": ${JSON.stringify(end)}}\n`);
  console.log(`${name}: ${steps.length} steps`);
  op.close();
}
await server.stop();
rmSync(scratch, { recursive: true, force: true });
process.exit(0);
