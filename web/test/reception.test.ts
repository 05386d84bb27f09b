import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakePeerConnection, type FakeSocket } from '../packages/protocol/test/fakes';
import type { Call } from '../src/call/call';
import { LARGE } from '../src/call/reception';
import type { Tile } from '../src/call/tile';
import { setSetting, unsetSetting } from '../src/settings/settings';
import { admit, FakeStream, FakeTrack, startCall, stubBrowser } from './call-fixture';

let call: Call;
let socket: FakeSocket;
let peers: FakePeerConnection[];

const PUBLISHER = { label: 'camera', source: 'b', username: 'bob' };

/** Lets a stream with sound and picture arrive; the answer is the peer connection it came over. */
async function receive(offer: Record<string, unknown>): Promise<FakePeerConnection> {
  socket.receive({ type: 'offer', sdp: 'sdp', ...PUBLISHER, ...offer });
  const peer = peers.at(-1);
  if (!peer) throw new Error('no peer connection was made');
  const media = new FakeStream([new FakeTrack('audio'), new FakeTrack('video')]);
  peer.ontrack?.({ streams: [media as unknown as MediaStream] });
  await settle();
  return peer;
}

const tile = (): Tile => {
  const [first] = call.tiles.all.value;
  if (!first) throw new Error('no tile');
  return first;
};
const requests = (): unknown[] =>
  socket
    .take()
    .filter(({ type }) => type === 'requestStream')
    .map((message) => [message['id'], message['request']]);

beforeEach(async () => {
  vi.useFakeTimers();
  stubBrowser();
  unsetSetting('request');
  const started = await startCall();
  call = started.call;
  peers = started.platform.peers;
  void call.enter('ada', '');
  socket = await admit(started.platform);
  socket.take();
});

afterEach(() => {
  call.leave();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a received stream', () => {
  it('has a tile while it lasts', async () => {
    await receive({ id: 'a' });
    expect(tile()).toMatchObject({ local: false, label: 'camera' });
    expect(tile().username.value).toBe('bob');
    expect([tile().hasAudio.value, tile().hasVideo.value]).toEqual([true, true]);
    socket.receive({ type: 'close', id: 'a' });
    expect(call.tiles.all.value).toEqual([]);
  });

  it('that is replaced keeps its tile with its volume', async () => {
    await receive({ id: 'a' });
    const before = tile();
    before.volume.value = 0.5;
    await receive({ id: 'b', replace: 'a' });
    expect(call.tiles.all.value).toEqual([before]);
    expect(before.stream.value?.id).toBe('b');
  });

  it('of a screen comes to the foreground unless something is pinned', async () => {
    await receive({ id: 'a' });
    await receive({ id: 's', label: 'screenshare' });
    const [camera, screen] = call.tiles.all.value;
    expect(call.tiles.spotlight.value).toBe(screen);
    if (camera) call.tiles.togglePin(camera);
    expect(call.tiles.spotlight.value).toBe(camera);
  });
});

describe('the quality of a received stream', () => {
  it('follows the size of its picture, once things have come to rest', async () => {
    await receive({ id: 'a' });
    call.reception.sized(tile(), 1000, 800);
    call.reception.sized(tile(), 200, 100);
    await vi.advanceTimersByTimeAsync(199);
    expect(requests()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(requests()).toEqual([['a', ['audio', 'video-low']]]);
    call.reception.sized(tile(), 1000, 800);
    await vi.advanceTimersByTimeAsync(200);
    expect(requests()).toEqual([['a', null]]);
    call.reception.sized(tile(), 1001, 801);
    await vi.advanceTimersByTimeAsync(200);
    expect(requests()).toEqual([]);
  });

  it('is sound alone while nobody can see the page', async () => {
    await receive({ id: 'a' });
    call.reception.sized(tile(), 1000, 800);
    call.reception.watched(false);
    expect(requests()).toEqual([['a', ['audio']]]);
    expect(tile().paused.value).toBe(true);
    call.reception.watched(true);
    expect(requests()).toEqual([['a', null]]);
    expect(tile().paused.value).toBe(false);
  });

  it('is sound alone for a tile that has been out of sight for two seconds', async () => {
    await receive({ id: 'a' });
    call.reception.sized(tile(), 1000, 800);
    await vi.advanceTimersByTimeAsync(200);
    call.reception.inView(tile(), false);
    await vi.advanceTimersByTimeAsync(2100);
    expect(requests()).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(requests()).toEqual([['a', ['audio']]]);
    call.reception.inView(tile(), true);
    await vi.advanceTimersByTimeAsync(200);
    expect(requests()).toEqual([['a', null]]);
  });

  it('is low for a silent stream that nobody sees, since without any track it would be closed', async () => {
    socket.receive({ type: 'offer', id: 's', sdp: 'sdp', ...PUBLISHER, label: 'screenshare' });
    const media = new FakeStream([new FakeTrack('video')]);
    peers.at(-1)?.ontrack?.({ streams: [media as unknown as MediaStream] });
    await settle();
    call.reception.watched(false);
    expect(requests()).toEqual([['s', ['audio', 'video-low']]]);
    expect(tile().paused.value).toBe(false);
  });

  it('stays while the picture is scrolled past', async () => {
    await receive({ id: 'a' });
    call.reception.sized(tile(), 1000, 800);
    call.reception.inView(tile(), false);
    await vi.advanceTimersByTimeAsync(1000);
    call.reception.inView(tile(), true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(requests()).toEqual([]);
  });

  it('stays in a window of its own, whatever becomes of the page', async () => {
    await receive({ id: 'a' });
    call.reception.sized(tile(), 1000, 800);
    call.reception.standsIn(tile(), 'picture-in-picture', LARGE);
    call.reception.watched(false);
    expect(requests()).toEqual([]);
  });

  it('is the best at once when the picture fills the screen or a window, and small again after', async () => {
    await receive({ id: 'a' });
    call.reception.sized(tile(), 200, 100);
    await vi.advanceTimersByTimeAsync(200);
    expect(requests()).toEqual([['a', ['audio', 'video-low']]]);
    for (const where of ['full-screen', 'picture-in-picture'] as const) {
      call.reception.standsIn(tile(), where, LARGE);
      expect(requests()).toEqual([['a', null]]);
      call.reception.standsIn(tile(), where, undefined);
      expect(requests()).toEqual([['a', ['audio', 'video-low']]]);
    }
  });

  it('is that of the largest place in which the picture stands', async () => {
    await receive({ id: 'a' });
    call.reception.sized(tile(), 200, 100);
    call.reception.standsIn(tile(), 'floating', { width: 400, height: 300 });
    expect(requests()).toEqual([]);
    call.reception.standsIn(tile(), 'floating', { width: 210, height: 150 });
    expect(requests()).toEqual([['a', ['audio', 'video-low']]]);
    call.reception.sized(tile(), 1000, 800);
    await vi.advanceTimersByTimeAsync(200);
    expect(requests()).toEqual([['a', null]]);
  });

  it('stays low on the full screen for those who chose that', async () => {
    setSetting('request', 'everything-low');
    await receive({ id: 'a' });
    call.reception.standsIn(tile(), 'full-screen', LARGE);
    call.reception.requestAll();
    expect(requests()).toEqual([]);
  });

  it('is asked for again after a replacement, which forgets it', async () => {
    await receive({ id: 'a' });
    call.reception.sized(tile(), 200, 100);
    await vi.advanceTimersByTimeAsync(200);
    socket.take();
    await receive({ id: 'b', replace: 'a' });
    await vi.advanceTimersByTimeAsync(200);
    expect(requests()).toEqual([['b', ['audio', 'video-low']]]);
  });
});

describe('the speaker view', () => {
  afterEach(() => {
    unsetSetting('layout');
  });

  it('shows who speaks, and does not jump between two who talk at once', async () => {
    setSetting('layout', 'speaker');
    await receive({ id: 'a' });
    await receive({ id: 'b', source: 'c', username: 'carol' });
    const [bob, carol] = call.tiles.all.value;
    expect(call.tiles.spotlight.value).toBe(bob);
    if (carol) carol.speaking.value = true;
    call.tiles.followSpeaker(10_000);
    expect(call.tiles.spotlight.value).toBe(carol);
    if (bob) bob.speaking.value = true;
    call.tiles.followSpeaker(20_000);
    expect(call.tiles.spotlight.value).toBe(carol);
    if (carol) carol.speaking.value = false;
    call.tiles.followSpeaker(20_001);
    expect(call.tiles.spotlight.value).toBe(bob);
  });

  it('makes way for a shared screen, which a plain grid does not', async () => {
    setSetting('layout', 'speaker');
    await receive({ id: 'a' });
    await receive({ id: 's', label: 'screenshare' });
    expect(call.tiles.spotlight.value?.label).toBe('screenshare');
    setSetting('layout', 'grid');
    expect(call.tiles.spotlight.value).toBeUndefined();
  });
});

describe('the figures of a tile', () => {
  it('are read every second', async () => {
    const peer = await receive({ id: 'a' });
    const video = { type: 'inbound-rtp', id: 'v', framesDecoded: 30, frameWidth: 640 };
    peer.stats = [
      { ...video, bytesReceived: 1000, packetsReceived: 10, packetsLost: 0 },
      { type: 'inbound-rtp', id: 'a', totalAudioEnergy: 0.5 },
      { type: 'outbound-rtp', id: 'o', framesEncoded: 99 },
    ];
    await vi.advanceTimersByTimeAsync(1000);
    expect(tile().figures.value).toMatchObject({ framesDecoded: 30, framesEncoded: 0, width: 640 });
    expect(tile().figures.value.audioEnergy).toBe(0.5);
    peer.stats = [{ ...video, bytesReceived: 13_500, packetsReceived: 18, packetsLost: 2 }];
    await vi.advanceTimersByTimeAsync(1000);
    expect(tile().figures.value.rates).toEqual([100]);
    expect(tile().figures.value.loss).toBeCloseTo(0.2);
  });

  it('tell who speaks, and for how long after', async () => {
    const peer = await receive({ id: 'a' });
    const sound = { type: 'inbound-rtp', id: 'a' };
    peer.stats = [{ ...sound, totalAudioEnergy: 0, totalSamplesDuration: 1 }];
    await vi.advanceTimersByTimeAsync(250);
    expect(tile().speaking.value).toBe(false);
    peer.stats = [{ ...sound, totalAudioEnergy: 0.01, totalSamplesDuration: 1.25 }];
    await vi.advanceTimersByTimeAsync(250);
    expect(tile().speaking.value).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(tile().speaking.value).toBe(true);
    await vi.advanceTimersByTimeAsync(250);
    expect(tile().speaking.value).toBe(false);
  });
});

describe('who speaks', () => {
  it('is no longer shown once that is not wanted', async () => {
    await receive({ id: 'a' });
    tile().speaking.value = true;
    setSetting('activityDetection', false);
    await vi.advanceTimersByTimeAsync(250);
    expect(tile().speaking.value).toBe(false);
    unsetSetting('activityDetection');
  });
});

describe('a stream whose media have not arrived', () => {
  it('has neither sound nor picture', async () => {
    socket.receive({ type: 'offer', id: 'a', sdp: 'sdp', ...PUBLISHER });
    await settle();
    expect([tile().hasAudio.value, tile().hasVideo.value]).toEqual([false, false]);
  });
});
