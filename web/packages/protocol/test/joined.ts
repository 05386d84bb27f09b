import { ServerConnection } from '../src/index.js';
import { FakePlatform, settle, type FakeSocket } from './fakes.js';

export interface Fixture {
  platform: FakePlatform;
  connection: ServerConnection;
  socket: FakeSocket;
}

export const OWN_ID = 'c0ffee00c0ffee00c0ffee00c0ffee00';

/** A connection whose handshake is complete. */
export async function connected(): Promise<Fixture> {
  const platform = new FakePlatform();
  const connection = new ServerConnection(platform, OWN_ID);
  const opened = connection.connect('wss://meet.example.org/ws');
  const socket = platform.sockets[0];
  if (!socket) throw new Error('no socket was opened');
  socket.open();
  socket.receive({ type: 'handshake', version: ['2'] });
  await opened;
  return { platform, connection, socket };
}

/** A connection that has joined `team` as `ada`, with nothing left in `socket.sent`. */
export async function joined(): Promise<Fixture> {
  const fixture = await connected();
  fixture.connection.join('team', { username: 'ada', password: 'secret' });
  fixture.socket.receive({
    type: 'joined',
    kind: 'join',
    group: 'team',
    username: 'ada',
    permissions: ['present', 'message'],
    status: { name: 'team', clientCount: 1 },
    rtcConfiguration: { iceServers: [{ urls: ['stun:stun.example.org'] }] },
  });
  fixture.socket.receive({ type: 'user', kind: 'add', id: OWN_ID, username: 'ada' });
  await settle();
  fixture.socket.take();
  return fixture;
}
