import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakePeerConnection, type FakePlatform, type FakeSocket } from '../packages/protocol/test/fakes';
import type { Call } from '../src/call/call';
import { applySettings } from '../src/call/settings-effects';
import * as playFile from '../src/media/play-file';
import { setSetting, unsetSetting } from '../src/settings/settings';
import { admit, FakeStream, FakeTrack, startCall, stubBrowser } from './call-fixture';

let call: Call;
let platform: FakePlatform;
let socket: FakeSocket;

/** The id of the offer that was sent, and what it replaces. */
const offer = (): Record<string, unknown> => ({
  ...socket.take().find(({ type }) => type === 'offer'),
});

const types = (): string[] => socket.take().map(({ type }) => type);

beforeEach(async () => {
  stubBrowser();
  ({ call, platform } = await startCall());
  applySettings(call);
  void call.enter('ada', '');
  socket = await admit(platform);
  socket.take();
});

afterEach(() => {
  call.leave();
  vi.unstubAllGlobals();
  for (const key of ['localMute', 'simulcast'] as const) unsetSetting(key);
});

describe('a shared screen', () => {
  const shareScreen = async (): Promise<FakeTrack[]> => {
    const tracks = [new FakeTrack('video'), new FakeTrack('audio')];
    const getDisplayMedia = vi.fn(() => Promise.resolve(new FakeStream(tracks)));
    Object.assign(navigator.mediaDevices, { getDisplayMedia });
    await call.publishing.shareScreen();
    await settle();
    return tracks;
  };

  it('is sent in one encoding, however many people there are, and sharp unless films are shown', async () => {
    setSetting('simulcast', 'on');
    const tracks = await shareScreen();
    expect(call.publishing.screens.value[0]?.simulcast).toBe(false);
    expect(tracks[0]?.contentHint).toBe('text');
    setSetting('screenContent', 'motion');
    expect(tracks[0]?.contentHint).toBe('motion');
    unsetSetting('screenContent');
  });

  it('ends with any of its tracks', async () => {
    const tracks = await shareScreen();
    socket.take();
    tracks[1]?.dispatchEvent(new Event('ended'));
    expect(socket.take().map(({ type }) => type)).toEqual(['close']);
    expect(call.publishing.screens.value).toEqual([]);
    expect(tracks[0]?.readyState).toBe('ended');
  });

  it.each([
    ['that is not chosen after all', 'NotAllowedError', 'Permission denied', undefined],
    ['that the system does not give', 'NotAllowedError', 'Permission denied by system', /system.s privacy settings/],
    ['that there is none of', 'NotFoundError', '', /no screen to share/],
  ])('%s', async (_name, name, message, advice) => {
    const error = Object.assign(new Error(message), { name });
    Object.assign(navigator.mediaDevices, { getDisplayMedia: () => Promise.reject(error) });
    await call.publishing.shareScreen();
    const text = call.notices.shown.value.at(-1)?.text;
    if (advice) expect(text).toMatch(advice);
    else expect(text).toBeUndefined();
  });
});

describe('a file', () => {
  /** A player as the browser makes it of a file, with the media it captures. */
  class Player {
    paused = true;
    currentTime = 0;
    src = 'blob:film';
    onended: (() => void) | null = null;
    onerror: (() => void) | null = null;
    play(): Promise<void> {
      this.paused = false;
      return Promise.resolve();
    }
    pause(): void {
      this.paused = true;
    }
    removeAttribute(): void {
      this.src = '';
    }
    load(): void {
      // It has nothing to load any more.
    }
  }

  let element: Player;
  let media: FakeStream & { onaddtrack?: () => void; onremovetrack?: () => void };
  let tracks: [FakeTrack, FakeTrack];

  const play = async (): Promise<FakePeerConnection | undefined> => {
    element = new Player();
    tracks = [new FakeTrack('audio'), new FakeTrack('video')];
    media = new FakeStream(tracks);
    vi.spyOn(playFile, 'openFile').mockResolvedValue({ element, media } as never);
    vi.stubGlobal('URL', Object.assign(URL, { revokeObjectURL: () => undefined }));
    await call.publishing.playFile(new File([], 'film.webm'));
    await settle();
    return platform.peers.at(-1);
  };

  it('is played as soon as the connection stands, and not before', async () => {
    const peer = await play();
    expect(socket.take()).toMatchObject([{ type: 'offer', label: 'video' }, { type: 'ice' }]);
    expect(element.paused).toBe(true);
    peer?.changeIce('connected');
    expect(element.paused).toBe(false);
  });

  it('that loses a track goes on with the others, and gets it back when it returns', async () => {
    await play();
    const first = offer();
    media.removeTrack(tracks[0]);
    media.onremovetrack?.();
    await settle();
    const second = offer();
    expect(second['replace']).toBe(first['id']);
    expect(platform.peers.at(-1)?.transceivers.map(({ track }) => track.kind)).toEqual(['video']);
    media.addTrack(tracks[0]);
    media.onaddtrack?.();
    await settle();
    expect(offer()['replace']).toBe(second['id']);
    expect(platform.peers.at(-1)?.transceivers).toHaveLength(2);
    expect(call.publishing.all).toHaveLength(1);
  });

  it('that has no tracks for a moment is not offered empty', async () => {
    await play();
    socket.take();
    for (const track of tracks) media.removeTrack(track);
    media.onremovetrack?.();
    await settle();
    expect(types()).toEqual([]);
  });

  it('ends with its last picture', async () => {
    await play();
    socket.take();
    element.onended?.();
    expect(types()).toEqual(['close']);
    expect(call.tiles.all.value).toEqual([]);
  });

  it('that turns out to be damaged ends, and that is said', async () => {
    await play();
    socket.take();
    element.onerror?.();
    expect(types()).toEqual(['close']);
    expect(call.notices.shown.value.at(-1)?.text).toMatch(/film\.webm cannot be played any further/);
  });

  it('mutes a microphone that would hear it', async () => {
    await call.publishing.setDevices({ audio: true, video: false });
    await play();
    expect(call.publishing.camera.value?.media.getAudioTracks()[0]?.enabled).toBe(false);
    expect(call.notices.shown.value.at(-1)?.text).toMatch(/would hear the file/);
  });
});
