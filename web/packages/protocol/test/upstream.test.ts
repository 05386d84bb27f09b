import { describe, expect, it } from 'vitest';
import type { ChatMessage, JoinedMessage, UserMessageMessage } from '../src/index.js';
import { settle } from './fakes.js';
import { connected, joined, OWN_ID } from './joined.js';

/** Servers other than ours keep to the same protocol with other habits; these are Galène's. */
describe('a server of another make', () => {
  it('writes null for what is missing, and fields nobody knows', async () => {
    const { socket, connection } = await connected();
    socket.take();
    connection.join('team', { username: 'ada', password: 'secret' });
    socket.receive({
      type: 'joined',
      kind: 'join',
      error: null,
      group: 'team',
      username: 'ada',
      permissions: null,
      status: { name: 'team', location: 'https://a.org/group/team/', endpoint: 'wss://a.org/ws', unheardOf: [1] },
      data: null,
      rtcConfiguration: {},
      value: null,
      futureField: { nested: true },
    });
    socket.receive({ type: 'user', kind: 'add', id: OWN_ID, username: 'ada', permissions: null, data: null });
    socket.receive({ type: 'user', kind: 'add', id: 'b', username: '', futureField: 1 });
    expect(connection.group).toBe('team');
    expect(connection.permissions).toEqual([]);
    expect([...connection.users.values()]).toEqual([
      { id: OWN_ID, username: 'ada', permissions: [], data: {} },
      { id: 'b', username: '', permissions: [], data: {} },
    ]);
  });

  it('lets a chat message overtake the join', async () => {
    const { socket, connection } = await connected();
    const said: ChatMessage[] = [];
    connection.on('chat', (message) => said.push(message));
    connection.join('team', { username: 'ada' });
    socket.receive({ type: 'chat', id: 'm', source: 'b', username: 'bob', time: '2026-06-01T10:00:00.123456789Z', value: 'hi' });
    socket.receive({ type: 'joined', kind: 'join', group: 'team', username: 'ada' });
    expect(said).toMatchObject([{ value: 'hi', time: new Date('2026-06-01T10:00:00.123Z') }]);
    expect(connection.group).toBe('team');
  });

  it('names no error when it refuses credentials', async () => {
    const { socket, connection } = await connected();
    const answers: JoinedMessage[] = [];
    connection.on('joined', (message) => answers.push(message));
    connection.join('team', { username: 'ada', password: 'wrong' });
    socket.receive({ type: 'joined', kind: 'fail', group: 'team', username: '', permissions: null, value: 'no' });
    expect(answers).toMatchObject([{ kind: 'fail', value: 'no' }]);
    expect(answers[0]?.error).toBeUndefined();
    expect(connection.state).toBe('connected');
  });

  it('takes a permission away without the data, and unlocks by leaving the lock out', async () => {
    const { socket, connection } = await joined();
    const change = { type: 'joined', kind: 'change', group: 'team', username: 'ada', permissions: ['message'] };
    socket.receive({ ...change, status: { name: 'team', locked: true }, data: { topic: 'engines' } });
    expect(connection.status.locked).toBe(true);
    socket.receive({ ...change, permissions: null, status: { name: 'team' } });
    expect(connection.status.locked).toBe(false);
    expect(connection.data).toEqual({ topic: 'engines' });
    expect(connection.permissions).toEqual([]);
  });

  it('closes streams it has never offered, and refers to others that are gone', async () => {
    const { socket, connection } = await joined();
    const dropped: unknown[] = [];
    connection.on('dropped', (...what) => dropped.push(what));
    socket.receive({ type: 'close', id: 'never' });
    for (const type of ['answer', 'offer']) socket.receive({ type, id: 'gone', sdp: 'v=0', replace: 'unknown', label: null });
    socket.receive({ type: 'renegotiate', id: 'gone' });
    socket.receive({ type: 'abort', id: 'nothing' });
    await settle();
    expect(dropped).toEqual([]);
    expect([...connection.downStreams.keys()]).toEqual(['gone']);
  });

  it('trickles its candidates, also before its offer and without all their fields', async () => {
    const { socket, connection, platform } = await joined();
    const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '', sdpMLineIndex: 0, usernameFragment: null };
    socket.receive({ type: 'ice', id: 's', candidate });
    socket.receive({ type: 'offer', id: 's', label: 'camera', source: 'b', username: 'bob', sdp: 'v=0' });
    socket.receive({ type: 'ice', id: 's', candidate });
    socket.receive({ type: 'ice', id: 's', candidate: { candidate: '' } });
    await settle();
    expect(connection.downStreams.get('s')?.username).toBe('bob');
    expect(platform.peers[0]?.candidates).toHaveLength(2);
    expect(socket.take().filter(({ type }) => type === 'answer')).toHaveLength(1);
  });

  it('speaks for itself without a source, also as a user called Server', async () => {
    const { socket, connection } = await joined();
    const said: ChatMessage[] = [];
    const told: UserMessageMessage[] = [];
    connection.on('chat', (message) => said.push(message));
    connection.on('usermessage', (message) => told.push(message));
    socket.receive({ type: 'chat', dest: OWN_ID, username: 'Server', time: '2026-06-01T10:00:00Z', value: 'team/a: 2' });
    socket.receive({ type: 'usermessage', kind: 'error', dest: OWN_ID, privileged: true, value: 'no' });
    socket.receive({ type: 'usermessage', kind: 'kicked', id: 'b', username: 'op', dest: OWN_ID, privileged: true, value: 'out' });
    expect(said).toMatchObject([{ username: 'Server', value: 'team/a: 2' }]);
    expect(said[0]?.source).toBeUndefined();
    expect(told).toMatchObject([{ kind: 'error' }, { kind: 'kicked', id: 'b', username: 'op', value: 'out' }]);
  });

  it('repeats what was said before without vouching for it, and keeps the sender\'s wish for no echo', async () => {
    const { socket, connection } = await joined();
    const said: ChatMessage[] = [];
    connection.on('chat', (message) => said.push(message));
    socket.receive({ type: 'chathistory', id: 'm', source: 'b', username: 'bob', time: '2026-06-01T12:00:00+02:00', value: 'x' });
    socket.receive({ type: 'chat', id: 'n', source: 'b', username: 'bob', noecho: true, time: '2026-06-01T10:00:01Z', value: 'y' });
    expect(said.map(({ type, privileged }) => [type, privileged])).toEqual([
      ['chathistory', false],
      ['chat', false],
    ]);
  });

  it('shows its recorder among the members, and says what kind of message it has not invented yet', async () => {
    const { socket, connection } = await joined();
    const dropped: unknown[] = [];
    connection.on('dropped', (reason) => dropped.push(reason));
    socket.receive({ type: 'user', kind: 'add', id: 'r', username: 'RECORDING', permissions: ['system'] });
    socket.receive({ type: 'novelty', kind: 'of next year' });
    expect(connection.users.get('r')?.permissions).toEqual(['system']);
    expect(dropped).toEqual(['unknown-type']);
    expect(connection.state).toBe('connected');
  });
});
