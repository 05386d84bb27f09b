import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RECOVERY_MS, type DownStream, type StreamEnd, type UpStream } from '../src/index.js';
import { fakeMedia, settle } from './fakes.js';
import { joined, OWN_ID } from './joined.js';

const CANDIDATE = { candidate: 'candidate:9', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null };
const PUBLISHER = { label: 'camera', source: 'b', username: 'bob' };

describe('an up stream', () => {
  it('offers, trickles after its offer, and applies the answer', async () => {
    const { connection, socket, platform } = await joined();
    const media = fakeMedia('audio', 'video');
    const stream = connection.publish({
      label: 'camera',
      media,
      encodings: (track) => (track.kind === 'video' ? [{ maxBitrate: 700_000 }] : undefined),
    });
    await settle();
    const peer = platform.peers[0];
    expect(peer?.configuration).toEqual({ iceServers: [{ urls: ['stun:stun.example.org'] }] });
    expect(peer?.transceivers.map(({ init }) => init)).toEqual([
      { direction: 'sendonly', streams: [media] },
      { direction: 'sendonly', streams: [media], sendEncodings: [{ maxBitrate: 700_000 }] },
    ]);
    expect(socket.take()).toEqual([
      {
        type: 'offer',
        id: stream.id,
        kind: '',
        label: 'camera',
        source: OWN_ID,
        username: 'ada',
        sdp: 'offer 1',
      },
      {
        type: 'ice',
        id: stream.id,
        candidate: {
          candidate: 'candidate:1',
          sdpMid: '0',
          sdpMLineIndex: 0,
          usernameFragment: 'u',
        },
      },
    ]);
    socket.receive({ type: 'ice', id: stream.id, candidate: CANDIDATE });
    await settle();
    expect(peer?.candidates).toEqual([]);
    socket.receive({ type: 'answer', id: stream.id, sdp: 'yes' });
    await settle();
    expect(peer?.remoteDescription).toEqual({ type: 'answer', sdp: 'yes' });
    expect(peer?.candidates).toEqual([CANDIDATE]);
  });

  it('restarts ICE when the server asks, but never with an offer unanswered', async () => {
    const { connection, socket, platform } = await joined();
    const stream = connection.publish({ label: 'camera', media: fakeMedia('audio') });
    await settle();
    socket.take();
    socket.receive({ type: 'renegotiate', id: stream.id });
    await settle();
    expect(socket.take()).toEqual([]);
    socket.receive({ type: 'answer', id: stream.id, sdp: 'yes' });
    await settle();
    expect(platform.peers[0]?.restarts).toBe(1);
    expect(socket.take()[0]).toMatchObject({ type: 'offer', kind: 'renegotiate', sdp: 'offer 2' });
  });

  it('restarts ICE by itself when ICE fails', async () => {
    const { connection, socket, platform } = await joined();
    const stream = connection.publish({ label: 'camera', media: fakeMedia('audio') });
    await settle();
    socket.receive({ type: 'answer', id: stream.id, sdp: 'yes' });
    await settle();
    platform.peers[0]?.changeIce('failed');
    await settle();
    expect(platform.peers[0]?.restarts).toBe(1);
  });

  it('takes the place of another with one offer and no close', async () => {
    const { connection, socket, platform } = await joined();
    const first = connection.publish({ label: 'camera', media: fakeMedia('audio') });
    await settle();
    const ends: StreamEnd[] = [];
    first.on('end', (reason) => ends.push(reason));
    socket.take();
    const second = connection.publish({
      label: 'camera',
      media: fakeMedia('video'),
      replace: first,
    });
    expect(second.localId).toBe(first.localId);
    await settle();
    const sent = socket.take();
    expect(sent.map(({ type }) => type)).toEqual(['offer', 'ice']);
    expect(sent[0]).toMatchObject({ id: second.id, replace: first.id });
    expect(ends).toEqual(['replaced']);
    expect(platform.peers[0]?.closed).toBe(true);
    expect([...connection.upStreams.keys()]).toEqual([second.id]);
  });

  it('that is replaced before its offer has gone out leaves to its successor what it was to replace', async () => {
    const { connection, socket, platform } = await joined();
    const publish = (replace?: UpStream): UpStream =>
      connection.publish({ label: 'camera', media: fakeMedia('video'), ...(replace ? { replace } : {}) });
    const first = publish();
    await settle();
    socket.take();
    const second = publish(first);
    const third = publish(second);
    await settle();
    expect(socket.take().filter(({ type }) => type === 'offer')).toMatchObject([
      { id: third.id, replace: first.id },
    ]);
    expect([...connection.upStreams.keys()]).toEqual([third.id]);
    expect(platform.peers.map(({ closed }) => closed)).toEqual([true, true, false]);
  });

  it('that is closed before its offer has gone out closes what it was to replace', async () => {
    const { connection, socket, platform } = await joined();
    const first = connection.publish({ label: 'camera', media: fakeMedia('video') });
    await settle();
    socket.take();
    connection.publish({ label: 'camera', media: fakeMedia('video'), replace: first }).close();
    await settle();
    expect(socket.take()).toEqual([{ type: 'close', id: first.id }]);
    expect(connection.upStreams.size).toBe(0);
    expect(platform.peers.map(({ closed }) => closed)).toEqual([true, true]);
  });

  it('that cannot even be offered ends, and with it what it was to replace', async () => {
    const { connection, socket, platform } = await joined();
    const first = connection.publish({ label: 'camera', media: fakeMedia('video') });
    await settle();
    socket.take();
    const second = connection.publish({ label: 'camera', media: fakeMedia('video'), replace: first });
    const events: unknown[] = [];
    second.on('error', (error) => events.push(error));
    second.on('end', (reason) => events.push(reason));
    const impossible = new Error('no codec');
    Object.assign(platform.peers[1] ?? {}, { createOffer: () => Promise.reject(impossible) });
    await settle();
    expect(events).toEqual([impossible, 'failed']);
    expect(socket.take()).toEqual([{ type: 'close', id: first.id }]);
    expect(connection.upStreams.size).toBe(0);
  });

  it('sets its encodings again where the browser has not taken them, and goes on if it never does', async () => {
    const { connection, socket, platform } = await joined();
    const encodings = [{ rid: 'h' }, { rid: 'l', scaleResolutionDownBy: 2 }];
    const publish = async (): Promise<unknown> => {
      connection.publish({ label: 'camera', media: fakeMedia('video'), encodings: () => encodings });
      const sender = platform.peers.at(-1)?.getSenders()[0];
      if (sender) sender.refuse = refuse;
      await settle();
      expect(socket.take()[0]).toMatchObject({ type: 'offer' });
      return sender?.set.map((parameters) => parameters.encodings);
    };
    let refuse = false;
    expect(await publish()).toEqual([]);
    platform.ignoresEncodings = true;
    expect(await publish()).toEqual([encodings]);
    refuse = true;
    expect(await publish()).toEqual([encodings]);
  });

  it('answers an abort with close and ends', async () => {
    const { connection, socket } = await joined();
    const stream = connection.publish({ label: 'camera', media: fakeMedia('audio') });
    const ends: StreamEnd[] = [];
    stream.on('end', (reason) => ends.push(reason));
    await settle();
    socket.take();
    socket.receive({ type: 'abort', id: stream.id });
    expect(socket.take()).toEqual([{ type: 'close', id: stream.id }]);
    expect(ends).toEqual(['aborted']);
    expect(connection.upStreams.size).toBe(0);
  });

  it('closes with a message, once', async () => {
    const { connection, socket } = await joined();
    const stream = connection.publish({ label: 'camera', media: fakeMedia('audio') });
    await settle();
    socket.take();
    stream.close();
    stream.close();
    expect(socket.take()).toEqual([{ type: 'close', id: stream.id }]);
  });

  it('ends when its answer cannot be applied', async () => {
    const { connection, socket, platform } = await joined();
    platform.refuseRemote = true;
    const stream = connection.publish({ label: 'camera', media: fakeMedia('audio') });
    const ends: StreamEnd[] = [];
    stream.on('end', (reason) => ends.push(reason));
    await settle();
    socket.take();
    socket.receive({ type: 'answer', id: stream.id, sdp: 'no' });
    await settle();
    expect(socket.take()).toEqual([{ type: 'close', id: stream.id }]);
    expect(ends).toEqual(['failed']);
  });
});

describe('an up stream that the server has moved', () => {
  const at = (fingerprint: string): string => `v=0\r\na=fingerprint:sha-256 ${fingerprint}\r\n`;

  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A stream that was connected, and has offered an ICE restart on the server's demand. */
  async function moved() {
    const { connection, socket, platform } = await joined();
    const stream = connection.publish({ label: 'camera', media: fakeMedia('audio') });
    let lost = 0;
    stream.on('lost', () => (lost += 1));
    await settle();
    socket.receive({ type: 'answer', id: stream.id, sdp: at('AA:AA') });
    await settle();
    const peer = platform.peers[0];
    peer?.changeIce('connected');
    socket.receive({ type: 'renegotiate', id: stream.id });
    await settle();
    socket.take();
    return { connection, socket, platform, stream, peer, lostCount: () => lost };
  }

  it('goes on where the browser takes the other certificate', async () => {
    const { socket, stream, peer, lostCount } = await moved();
    peer?.changeIce('checking');
    socket.receive({ type: 'answer', id: stream.id, sdp: at('BB:BB') });
    await settle();
    expect(peer?.remoteDescription?.sdp).toBe(at('BB:BB'));
    peer?.changeIce('connected');
    await vi.advanceTimersByTimeAsync(RECOVERY_MS);
    expect(lostCount()).toBe(0);
  });

  it('is lost if it is not connected again in time', async () => {
    const { socket, stream, peer, lostCount } = await moved();
    peer?.changeIce('checking');
    socket.receive({ type: 'answer', id: stream.id, sdp: at('BB:BB') });
    await vi.advanceTimersByTimeAsync(RECOVERY_MS - 1);
    expect(lostCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(lostCount()).toBe(1);
    expect(stream.ended).toBe(false);
  });

  it('is lost at once where the browser cannot take another certificate', async () => {
    const { socket, stream, platform, peer, lostCount } = await moved();
    platform.dtlsRestarts = false;
    socket.receive({ type: 'answer', id: stream.id, sdp: at('BB:BB') });
    await settle();
    expect(lostCount()).toBe(1);
    expect(peer?.remoteDescription?.sdp).toBe(at('AA:AA'));
  });

  it('is not lost there by a restart with the same certificate', async () => {
    const { socket, stream, platform, peer, lostCount } = await moved();
    platform.dtlsRestarts = false;
    socket.receive({ type: 'answer', id: stream.id, sdp: `${at('AA:AA')}a=ice-ufrag:new\r\n` });
    await settle();
    await vi.advanceTimersByTimeAsync(RECOVERY_MS);
    expect(lostCount()).toBe(0);
    expect(peer?.remoteDescription?.sdp).toContain('ice-ufrag:new');
  });

  it('and whose answer is refused is replaced by whoever listens, without ending as failed', async () => {
    const { connection, socket, stream, peer } = await moved();
    if (peer) peer.refuseRemote = true;
    const ends: StreamEnd[] = [];
    stream.on('end', (reason) => ends.push(reason));
    stream.on('lost', () => {
      connection.publish({ label: 'camera', media: stream.media, replace: stream });
    });
    socket.receive({ type: 'answer', id: stream.id, sdp: at('BB:BB') });
    await settle();
    expect(socket.take()[0]).toMatchObject({ type: 'offer', replace: stream.id });
    expect(ends).toEqual(['replaced']);
    await vi.advanceTimersByTimeAsync(RECOVERY_MS);
    expect(connection.upStreams.size).toBe(1);
  });

  it('and whose answer is refused ends as failed if nobody replaces it', async () => {
    const { socket, stream, peer, lostCount } = await moved();
    if (peer) peer.refuseRemote = true;
    const ends: StreamEnd[] = [];
    stream.on('end', (reason) => ends.push(reason));
    socket.receive({ type: 'answer', id: stream.id, sdp: at('BB:BB') });
    await settle();
    expect([lostCount(), ends]).toEqual([1, ['failed']]);
  });
});

describe('a down stream', () => {
  it('answers, then trickles, and delivers its media', async () => {
    const { connection, socket, platform } = await joined();
    const streams: DownStream[] = [];
    connection.on('downstream', (stream) => streams.push(stream));
    socket.receive({ type: 'offer', id: 'a', ...PUBLISHER, sdp: 'first' });
    socket.receive({ type: 'ice', id: 'a', candidate: CANDIDATE });
    await settle();
    expect(streams[0]).toMatchObject({ id: 'a', ...PUBLISHER });
    expect(socket.take()).toMatchObject([
      { type: 'answer', id: 'a', sdp: 'answer to first' },
      { type: 'ice', id: 'a' },
    ]);
    expect(platform.peers[0]?.candidates).toEqual([CANDIDATE]);
    const media = fakeMedia('video');
    platform.peers[0]?.ontrack?.({ streams: [] });
    expect(streams[0]?.media).toBeUndefined();
    platform.peers[0]?.ontrack?.({ streams: [media] });
    expect(streams[0]?.media).toBe(media);
  });

  it('renegotiates on its own connection, one offer after another', async () => {
    const { connection, socket, platform } = await joined();
    socket.receive({ type: 'offer', id: 'a', ...PUBLISHER, sdp: 'first' });
    socket.receive({ type: 'offer', id: 'a', ...PUBLISHER, username: 'robert', sdp: 'second' });
    await settle();
    expect(platform.peers).toHaveLength(1);
    expect(platform.peers[0]?.log).toEqual([
      'remote offer',
      'local answer',
      'remote offer',
      'local answer',
    ]);
    expect(connection.downStreams.get('a')?.username).toBe('robert');
  });

  it('takes the place of the one it replaces without a message', async () => {
    const { connection, socket } = await joined();
    const seen: (string | undefined)[][] = [];
    connection.on('downstream', (stream, replaces) => seen.push([stream.id, replaces?.id]));
    socket.receive({ type: 'offer', id: 'a', ...PUBLISHER, sdp: 'first' });
    await settle();
    const localId = connection.downStreams.get('a')?.localId;
    socket.receive({ type: 'offer', id: 'b', replace: 'a', ...PUBLISHER, sdp: 'second' });
    await settle();
    expect(seen).toEqual([
      ['a', undefined],
      ['b', 'a'],
    ]);
    expect([...connection.downStreams.keys()]).toEqual(['b']);
    expect(connection.downStreams.get('b')?.localId).toBe(localId);
    expect(socket.take().filter(({ type }) => type === 'close')).toEqual([]);
  });

  it('that cannot be applied is aborted and waits for close', async () => {
    const { connection, socket, platform } = await joined();
    platform.refuseRemote = true;
    socket.receive({ type: 'offer', id: 'a', ...PUBLISHER, sdp: 'bad' });
    await settle();
    expect(socket.take()).toEqual([{ type: 'abort', id: 'a' }]);
    expect(connection.downStreams.has('a')).toBe(true);
    socket.receive({ type: 'close', id: 'a' });
    expect(connection.downStreams.has('a')).toBe(false);
    expect(platform.peers[0]?.closed).toBe(true);
  });

  it('asks for a restart when ICE fails', async () => {
    const { socket, platform } = await joined();
    socket.receive({ type: 'offer', id: 'a', ...PUBLISHER, sdp: 'first' });
    await settle();
    socket.take();
    platform.peers[0]?.changeIce('failed');
    expect(socket.take()).toEqual([{ type: 'renegotiate', id: 'a' }]);
  });

  it('with the id of an own stream is refused', async () => {
    const { connection, socket, platform } = await joined();
    const own = connection.publish({ label: 'camera', media: fakeMedia('audio') });
    await settle();
    socket.take();
    socket.receive({ type: 'offer', id: own.id, ...PUBLISHER, sdp: 'clash' });
    await settle();
    expect(socket.take()).toEqual([{ type: 'abort', id: own.id }]);
    expect(platform.peers).toHaveLength(1);
  });

  it('asks for other media and back', async () => {
    const { connection, socket } = await joined();
    socket.receive({ type: 'offer', id: 'a', ...PUBLISHER, sdp: 'first' });
    await settle();
    socket.take();
    const stream = connection.downStreams.get('a');
    stream?.request(['audio', 'video-low']);
    stream?.request(null);
    expect(socket.take()).toEqual([
      { type: 'requestStream', id: 'a', request: ['audio', 'video-low'] },
      { type: 'requestStream', id: 'a', request: null },
    ]);
  });
});

describe('messages about streams that are gone', () => {
  it('do no harm', async () => {
    const { connection, socket } = await joined();
    for (const type of ['close', 'abort', 'renegotiate']) socket.receive({ type, id: 'gone' });
    socket.receive({ type: 'answer', id: 'gone', sdp: 'x' });
    socket.receive({ type: 'ice', id: 'gone', candidate: CANDIDATE });
    await settle();
    expect(socket.take()).toEqual([]);
    expect(connection.state).toBe('connected');
  });

  it('all streams end with the connection', async () => {
    const { connection, socket, platform } = await joined();
    const ends: StreamEnd[] = [];
    connection
      .publish({ label: 'camera', media: fakeMedia('audio') })
      .on('end', (reason) => ends.push(reason));
    socket.receive({ type: 'offer', id: 'a', ...PUBLISHER, sdp: 'first' });
    await settle();
    socket.drop();
    expect(ends).toEqual(['disconnected']);
    expect(platform.peers.every(({ closed }) => closed)).toBe(true);
  });
});
