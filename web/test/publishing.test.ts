import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakeSocket } from '../packages/protocol/test/fakes';
import type { Call } from '../src/call/call';
import { applySettings } from '../src/call/settings-effects';
import { setSetting, unsetSetting, type SettingKey } from '../src/settings/settings';
import { admit, startCall, stubBrowser, type CallFixture } from './call-fixture';

let started: CallFixture;
let call: Call;
let socket: FakeSocket;

const offers = (): Record<string, unknown>[] =>
  socket.take().filter(({ type }) => type === 'offer');

/** Lets `count` people in all be in the group. */
async function people(count: number): Promise<void> {
  for (let i = 2; i <= count; i++) {
    socket.receive({ type: 'user', kind: 'add', id: `user-${String(i)}`, username: 'x' });
  }
  await settle();
}

beforeEach(async () => {
  vi.useFakeTimers();
  stubBrowser();
  for (const key of ['localMute', 'simulcast', 'send'] as SettingKey[]) unsetSetting(key);
  setSetting('simulcast', 'auto');
  started = await startCall();
  call = started.call;
  applySettings(call);
  void call.enter('ada', '');
  socket = await admit(started.platform);
  await vi.advanceTimersByTimeAsync(2500);
  socket.take();
});

afterEach(() => {
  call.leave();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the camera', () => {
  it('is replaced by sound alone when switched off', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    const [first] = offers();
    await call.publishing.setDevices({ audio: true, video: false });
    await settle();
    const [second] = offers();
    expect(second).toMatchObject({ label: 'camera', replace: first?.['id'] });
    const kinds = call.publishing.camera.value?.media.getTracks().map(({ kind }) => kind);
    expect(kinds).toEqual(['audio']);
  });

  it('follows settings that change while it is being opened', async () => {
    const asked: unknown[] = [];
    const { getUserMedia } = navigator.mediaDevices;
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation((wanted) => {
      asked.push(wanted?.video);
      return getUserMedia(wanted);
    });
    const opened = call.publishing.setDevices({ audio: true, video: true });
    setSetting('resolution', [320, 240]);
    setSetting('resolution', [640, 480]);
    await opened;
    await settle();
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ width: { ideal: 640 } });
    expect(call.publishing.camera.value?.media.getTracks()).toHaveLength(2);
    unsetSetting('resolution');
  });

  it('is closed when nothing is left of it', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    socket.take();
    await call.publishing.setDevices({ audio: false, video: false });
    expect(socket.take().map(({ type }) => type)).toEqual(['close']);
    expect(call.publishing.camera.value).toBeUndefined();
  });

  it('that cannot be opened leaves nothing behind, and advice', async () => {
    const refused = Object.assign(new Error('no'), { name: 'NotAllowedError' });
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(refused);
    expect(await call.publishing.setDevices({ audio: true, video: true })).toBe(false);
    expect(call.tiles.all.value).toEqual([]);
    expect(call.notices.shown.value.at(-1)?.text).toMatch(/Allow it in the address bar/);
  });

  it('goes on without the microphone that was unplugged', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    socket.take();
    const microphone = call.publishing.camera.value?.media.getAudioTracks()[0];
    microphone?.stop();
    microphone?.onended?.(new Event('ended'));
    await settle();
    expect(offers()).toHaveLength(1);
    const kinds = call.publishing.camera.value?.media.getTracks().map(({ kind }) => kind);
    expect(kinds).toEqual(['video']);
  });
});

describe('losing the right to present', () => {
  it('ends every own stream and gives the devices back', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    const [offer] = offers();
    const tracks = call.publishing.camera.value?.media.getTracks() ?? [];
    socket.receive({ type: 'abort', id: offer?.['id'] });
    await settle();
    expect(call.publishing.all).toEqual([]);
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  });
});

describe('a browser that takes no encodings with its transceivers', () => {
  it('is told them before the first offer and with every change', async () => {
    started.platform.ignoresEncodings = true;
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    const peer = started.platform.peers.at(-1);
    const limits = (): unknown[] =>
      (peer?.getSenders() ?? []).map((sender) => sender.getParameters().encodings[0]?.maxBitrate);
    expect(limits()).toEqual([undefined, 700_000]);
    setSetting('send', 'low');
    setSetting('hqaudio', true);
    await settle();
    expect(limits()).toEqual([128_000, 300_000]);
    unsetSetting('hqaudio');
  });
});

describe('a camera that is unplugged', () => {
  it('makes way for another one', async () => {
    const video = { kind: 'videoinput', deviceId: 'other', label: 'Other' };
    Object.assign(navigator.mediaDevices, { enumerateDevices: () => Promise.resolve([video]) });
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    const camera = call.publishing.camera.value?.media.getVideoTracks()[0];
    camera?.stop();
    camera?.onended?.(new Event('ended'));
    await settle();
    const tracks = call.publishing.camera.value?.media.getTracks() ?? [];
    expect(tracks.map(({ kind, readyState }) => [kind, readyState])).toEqual([
      ['audio', 'live'],
      ['video', 'live'],
    ]);
    expect(tracks).not.toContain(camera);
  });
});

describe('a stream that the server has moved and that does not come back', () => {
  it('is replaced by a fresh one with the same media', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    const [first] = offers();
    const id = first?.['id'];
    socket.receive({ type: 'answer', id, sdp: 'a=fingerprint:sha-256 AA' });
    await settle();
    socket.receive({ type: 'renegotiate', id });
    await settle();
    socket.receive({ type: 'answer', id, sdp: 'a=fingerprint:sha-256 BB' });
    await settle();
    expect(offers()).toMatchObject([{ id, kind: 'renegotiate' }]);
    await vi.advanceTimersByTimeAsync(5000);
    await settle();
    expect(offers()).toMatchObject([{ label: 'camera', replace: id }]);
    expect(call.tiles.all.value).toHaveLength(1);
  });
});

describe('muting', () => {
  it('silences the track, tells the others, and negotiates nothing', async () => {
    await call.publishing.setDevices({ audio: true, video: false });
    await settle();
    socket.take();
    setSetting('localMute', true);
    expect(call.publishing.camera.value?.media.getAudioTracks()[0]?.enabled).toBe(false);
    expect(socket.take()).toMatchObject([
      { type: 'useraction', kind: 'setdata', value: { muted: true } },
    ]);
    setSetting('localMute', false);
    expect(socket.take()).toMatchObject([{ value: { muted: null } }]);
  });

  it('is told of a microphone that joins the camera, and taken back when it goes', async () => {
    await call.publishing.setDevices({ audio: false, video: true });
    setSetting('localMute', true);
    await settle();
    const told = (): unknown[] => socket.take().filter(({ type }) => type === 'useraction');
    expect(told()).toEqual([]);
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    expect(told()).toMatchObject([{ kind: 'setdata', value: { muted: true } }]);
    const microphone = call.publishing.camera.value?.media.getAudioTracks()[0];
    microphone?.stop();
    microphone?.dispatchEvent(new Event('ended'));
    await settle();
    expect(told()).toMatchObject([{ value: { muted: null } }]);
  });

  it('in advance starts the microphone silent', async () => {
    setSetting('localMute', true);
    await call.publishing.setDevices({ audio: true, video: false });
    expect(call.publishing.camera.value?.media.getAudioTracks()[0]?.enabled).toBe(false);
  });
});

describe('automatic simulcast', () => {
  it('begins at once with the third person and ends a while after he has left', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    expect(offers()).toHaveLength(1);
    await people(3);
    await settle();
    expect(offers()).toHaveLength(1);
    expect(call.publishing.camera.value?.simulcast).toBe(true);
    socket.receive({ type: 'user', kind: 'delete', id: 'user-3', username: 'x' });
    await settle();
    await vi.advanceTimersByTimeAsync(9_900);
    expect(offers()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(10_200);
    await settle();
    expect(offers()).toHaveLength(1);
    expect(call.publishing.camera.value?.simulcast).toBe(false);
  });

  it('does not count the recorder', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await people(2);
    socket.take();
    const recorder = { id: 'r', username: 'RECORDING', permissions: ['system'] };
    socket.receive({ type: 'user', kind: 'add', ...recorder });
    await settle();
    expect(offers()).toHaveLength(0);
  });
});
