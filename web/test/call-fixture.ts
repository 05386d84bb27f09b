import { vi } from 'vitest';
import { FakePeerConnection, FakePlatform, settle, type FakeSocket } from '../packages/protocol/test/fakes';
import { Call } from '../src/call/call';

/** Media tracks and streams as far as the call looks at them; jsdom has none. */
export class FakeTrack extends EventTarget {
  readonly kind: string;
  enabled = true;
  contentHint = '';
  readyState: 'live' | 'ended' = 'live';
  onended: ((event: Event) => void) | null = null;

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
    this.addEventListener('ended', (event) => this.onended?.(event));
  }

  getSettings(): MediaTrackSettings {
    return {};
  }

  clone(): FakeTrack {
    return new FakeTrack(this.kind as 'audio' | 'video');
  }

  stop(): void {
    this.readyState = 'ended';
  }
}

let streams = 0;

export class FakeStream {
  readonly id = `media-${String(++streams)}`;
  readonly #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[] = []) {
    this.#tracks = [...tracks];
  }

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }

  getAudioTracks(): FakeTrack[] {
    return this.#tracks.filter((track) => track.kind === 'audio');
  }

  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter((track) => track.kind === 'video');
  }

  addTrack(track: FakeTrack): void {
    this.#tracks.push(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks.splice(this.#tracks.indexOf(track), 1);
  }
}

/** Stands in for the browser: devices, WebRTC, and the server's `.status`. */
export function stubBrowser(status: object = { name: 'team' }): void {
  sessionStorage.clear();
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('RTCPeerConnection', FakePeerConnection);
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(status)));
  vi.stubGlobal('navigator', {
    ...navigator,
    userAgent: 'test',
    languages: ['en'],
    mediaDevices: {
      getUserMedia: (wanted: MediaStreamConstraints) =>
        Promise.resolve(
          new FakeStream([
            ...(wanted.audio ? [new FakeTrack('audio')] : []),
            ...(wanted.video ? [new FakeTrack('video')] : []),
          ]),
        ),
    },
  });
}

export interface CallFixture {
  call: Call;
  platform: FakePlatform;
}

/** A call whose login box is shown. */
export async function startCall(query = ''): Promise<CallFixture> {
  window.history.replaceState(null, '', `/group/team/${query}`);
  const platform = new FakePlatform();
  const call = new Call(platform);
  await call.start();
  return { call, platform };
}

/** The latest socket. */
export function socketOf(platform: FakePlatform): FakeSocket {
  const socket = platform.sockets.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
}

/** Completes the handshake of the latest socket; it has sent `join` then. */
export async function shakeHands(platform: FakePlatform): Promise<FakeSocket> {
  await settle();
  const socket = socketOf(platform);
  socket.open();
  socket.receive({ type: 'handshake', version: ['2'] });
  await settle();
  return socket;
}

/** Lets the client in. */
export async function admit(
  platform: FakePlatform,
  permissions: string[] = ['present', 'message'],
): Promise<FakeSocket> {
  const socket = await shakeHands(platform);
  const [handshake] = socket.sent;
  socket.receive({
    type: 'joined',
    kind: 'join',
    group: 'team',
    username: 'ada',
    permissions,
    status: { name: 'team', clientCount: 1 },
    rtcConfiguration: {},
  });
  socket.receive({ type: 'user', kind: 'add', id: handshake?.['id'], username: 'ada', permissions });
  await settle();
  return socket;
}
