import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionError, ServerConnection, type CloseInfo } from '../src/index.js';
import { FakePlatform, settle } from './fakes.js';
import { connected, joined, OWN_ID } from './joined.js';

describe('handshake', () => {
  it('is the first message and is answered before anything else', async () => {
    const { socket, connection } = await connected();
    expect(socket.take()).toEqual([{ type: 'handshake', version: ['2'], id: OWN_ID }]);
    expect(connection.state).toBe('connected');
  });

  it.each([
    ['another message first', { type: 'ping' }],
    ['another version', { type: 'handshake', version: ['1'] }],
  ])('refuses %s', async (_name, message) => {
    const platform = new FakePlatform();
    const connection = new ServerConnection(platform);
    const opened = connection.connect('ws://localhost/ws');
    platform.sockets[0]?.open();
    platform.sockets[0]?.receive(message);
    await expect(opened).rejects.toBeInstanceOf(ConnectionError);
    expect(platform.sockets[0]?.closedWith).toBe(1002);
  });

  it('rejects when the socket closes before it', async () => {
    const platform = new FakePlatform();
    const opened = new ServerConnection(platform).connect('ws://localhost/ws');
    platform.sockets[0]?.drop();
    await expect(opened).rejects.toBeInstanceOf(ConnectionError);
  });

  it('makes an id of 32 hexadecimal digits', () => {
    expect(new ServerConnection(new FakePlatform()).id).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('liveness', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('answers ping with pong', async () => {
    const { socket } = await joined();
    socket.receive({ type: 'ping' });
    expect(socket.take()).toEqual([{ type: 'pong' }]);
  });

  it('pings a silent server after 15 s and gives it up after 65 s', async () => {
    const { socket, connection } = await joined();
    const closes: CloseInfo[] = [];
    connection.on('close', (info) => closes.push(info));
    vi.advanceTimersByTime(10_000);
    expect(socket.take()).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(socket.take()).toEqual([{ type: 'ping' }]);
    vi.advanceTimersByTime(40_000);
    expect(closes).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(closes).toMatchObject([{ timedOut: true, requested: false }]);
  });

  it('that is probed needs a word of the server within five seconds', async () => {
    const { socket, connection } = await joined();
    const closes: CloseInfo[] = [];
    connection.on('close', (info) => closes.push(info));
    connection.probe();
    connection.probe();
    expect(socket.take()).toEqual([{ type: 'ping' }]);
    socket.receive({ type: 'pong' });
    vi.advanceTimersByTime(6000);
    expect(closes).toEqual([]);
    connection.probe();
    vi.advanceTimersByTime(5000);
    expect(closes).toMatchObject([{ timedOut: true }]);
  });

  it('gives up at the first check when nothing ever arrived', async () => {
    const platform = new FakePlatform();
    const opened = new ServerConnection(platform).connect('ws://localhost/ws');
    const refused = expect(opened).rejects.toBeInstanceOf(ConnectionError);
    vi.advanceTimersByTime(10_000);
    await refused;
  });
});

describe('join', () => {
  it('sends the credentials and takes over what the server assigns', async () => {
    const { socket, connection } = await connected();
    socket.take();
    connection.join('team', { username: 'ada', password: 'secret' });
    expect(socket.take()).toEqual([
      { type: 'join', kind: 'join', group: 'team', username: 'ada', password: 'secret' },
    ]);
    socket.receive({
      type: 'joined',
      kind: 'join',
      group: 'team',
      username: 'lovelace',
      permissions: ['op'],
      status: { name: 'team', locked: true },
      data: { topic: 'engines' },
      rtcConfiguration: { iceTransportPolicy: 'relay' },
    });
    expect(connection.group).toBe('team');
    expect(connection.username).toBe('lovelace');
    expect(connection.permissions).toEqual(['op']);
    expect(connection.status.locked).toBe(true);
    expect(connection.data).toEqual({ topic: 'engines' });
    expect(connection.rtcConfiguration).toEqual({ iceTransportPolicy: 'relay' });
  });

  it('reports a failure with its identifier and joins nothing', async () => {
    const { socket, connection } = await connected();
    const seen: unknown[] = [];
    connection.on('joined', (message) => seen.push([message.kind, message.error, message.value]));
    connection.join('team', { token: 'abc' });
    socket.receive({
      type: 'joined',
      kind: 'fail',
      error: 'need-username',
      group: 'team',
      username: '',
      value: 'a user name is required',
    });
    expect(seen).toEqual([['fail', 'need-username', 'a user name is required']]);
    expect(connection.group).toBeUndefined();
  });

  it('keeps the group data when a change of permissions leaves it out', async () => {
    const { socket, connection } = await joined();
    const change = { type: 'joined', kind: 'change', group: 'team', username: 'ada' };
    socket.receive({ ...change, status: { name: 'team', locked: true }, data: { topic: 'x' } });
    socket.receive({ ...change, permissions: ['op'], status: { name: 'team' } });
    expect(connection.data).toEqual({ topic: 'x' });
    expect(connection.permissions).toEqual(['op']);
    expect(connection.status.locked).toBe(false);
  });
});

describe('users', () => {
  it('are added, replaced and removed', async () => {
    const { socket, connection } = await joined();
    const seen: string[] = [];
    connection.on('user', (kind, user) => seen.push(`${kind} ${user.username}`));
    const bob = { type: 'user', id: 'b', username: 'bob' };
    socket.receive({ ...bob, kind: 'add', permissions: ['message'] });
    socket.receive({ ...bob, kind: 'change', data: { raisehand: true } });
    expect(connection.users.get('b')).toEqual({
      id: 'b',
      username: 'bob',
      permissions: [],
      data: { raisehand: true },
    });
    socket.receive({ ...bob, kind: 'delete' });
    socket.receive({ ...bob, kind: 'delete' });
    expect(seen).toEqual(['add bob', 'change bob', 'delete bob']);
  });

  it('are all gone after the connection', async () => {
    const { socket, connection } = await joined();
    socket.drop();
    expect(connection.users.size).toBe(0);
    expect(() => {
      connection.chat('anyone?');
    }).toThrow(ConnectionError);
  });
});

describe('messages', () => {
  it('carry source and user name', async () => {
    const { socket, connection } = await joined();
    connection.chat('hello');
    connection.chat('psst', { dest: 'b' });
    connection.userMessage('mute', null, { noecho: true });
    connection.setData({ raisehand: true });
    connection.groupAction('lock', 'later');
    const own = { source: OWN_ID, username: 'ada' };
    expect(socket.take()).toEqual([
      { type: 'chat', ...own, value: 'hello' },
      { type: 'chat', ...own, dest: 'b', value: 'psst' },
      { type: 'usermessage', ...own, noecho: true, kind: 'mute', value: null },
      { type: 'useraction', ...own, kind: 'setdata', dest: OWN_ID, value: { raisehand: true } },
      { type: 'groupaction', ...own, kind: 'lock', value: 'later' },
    ]);
  });

  it('of kinds reserved to the server are dropped unless it vouches for them', async () => {
    const { socket, connection } = await joined();
    const seen: string[] = [];
    const dropped: string[] = [];
    connection.on('usermessage', (message) => seen.push(message.kind));
    connection.on('dropped', (reason, detail) => dropped.push(`${reason} ${detail}`));
    socket.receive({ type: 'usermessage', kind: 'kicked', value: 'out' });
    socket.receive({ type: 'usermessage', kind: 'kicked', privileged: true, value: 'out' });
    socket.receive({ type: 'usermessage', kind: 'wave', source: 'b' });
    expect(seen).toEqual(['kicked', 'wave']);
    expect(dropped).toEqual(['unprivileged kicked']);
  });

  it('of file transfer reach their own event with the sender', async () => {
    const { socket, connection } = await joined();
    const seen: unknown[] = [];
    connection.on('filetransfer', (...args) => seen.push(args));
    const message = { type: 'usermessage', kind: 'filetransfer', username: 'bob' };
    socket.receive({ ...message, source: 'b', value: { type: 'invite', id: '1' } });
    socket.receive({ ...message, value: { type: 'invite', id: '1' } });
    expect(seen).toEqual([['b', 'bob', { type: 'invite', id: '1' }]]);
  });

  it('that make no sense are counted and change nothing', async () => {
    const { socket, connection } = await joined();
    const dropped: string[] = [];
    connection.on('dropped', (reason) => dropped.push(reason));
    socket.receiveText('{');
    socket.receive([]);
    socket.receive({ type: 'poll' });
    socket.receive({ type: 'user', kind: 'add' });
    await settle();
    expect(dropped).toEqual(['not-json', 'not-an-object', 'unknown-type', 'malformed']);
    expect(connection.state).toBe('connected');
  });
});
