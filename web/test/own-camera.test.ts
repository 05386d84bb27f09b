import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle, type FakeSocket } from '../packages/protocol/test/fakes';
import type { Call } from '../src/call/call';
import { followPreferredDevices } from '../src/call/preferred-devices';
import { applySettings } from '../src/call/settings-effects';
import { markBroken } from '../src/media/broken-tracks';
import { setSetting, unsetSetting } from '../src/settings/settings';
import { admit, startCall, stubBrowser } from './call-fixture';

let call: Call;
let socket: FakeSocket;

const offers = (): Record<string, unknown>[] =>
  socket.take().filter(({ type }) => type === 'offer');

const kindsSent = (): string[] =>
  (call.publishing.camera.value?.media.getTracks() ?? []).map(({ kind }) => kind);

/** Makes opening devices fail with an error of this name, where the request asks for `kind`. */
function refuse(kind: 'audio' | 'video', name: string): void {
  const { getUserMedia } = navigator.mediaDevices;
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation((wanted) =>
    wanted?.[kind]
      ? Promise.reject(Object.assign(new Error('no'), { name }))
      : getUserMedia.call(navigator.mediaDevices, wanted),
  );
}

beforeEach(async () => {
  stubBrowser();
  const started = await startCall();
  call = started.call;
  applySettings(call);
  void call.enter('ada', '');
  socket = await admit(started.platform);
  socket.take();
});

afterEach(() => {
  call.leave();
  vi.unstubAllGlobals();
});

describe('a device chosen in the settings', () => {
  afterEach(() => {
    unsetSetting('video');
    unsetSetting('audio');
  });

  it('that is "off" is taken out of what is sent', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    const [first] = offers();
    const camera = call.publishing.camera.value?.media.getVideoTracks()[0];
    setSetting('video', '');
    await settle();
    expect(offers()).toMatchObject([{ label: 'camera', replace: first?.['id'] }]);
    expect(kindsSent()).toEqual(['audio']);
    expect(camera?.readyState).toBe('ended');
    setSetting('audio', '');
    await settle();
    expect(socket.take().map(({ type }) => type)).toContain('close');
    expect(call.publishing.camera.value).toBeUndefined();
  });

  it('that was "off" before is sent as well', async () => {
    setSetting('audio', '');
    await call.publishing.setDevices({ audio: false, video: true });
    await settle();
    socket.take();
    setSetting('audio', 'default');
    await settle();
    expect(offers()).toHaveLength(1);
    expect(kindsSent()).toEqual(['video', 'audio']);
  });

  it('does not turn on what was turned off by its button', async () => {
    await call.publishing.setDevices({ audio: true, video: false });
    await settle();
    socket.take();
    setSetting('video', 'another');
    await settle();
    expect(offers()).toHaveLength(0);
    expect(kindsSent()).toEqual(['audio']);
  });

  it('that does not open leaves no frozen stream, and advice', async () => {
    await call.publishing.setDevices({ audio: false, video: true });
    await settle();
    socket.take();
    refuse('video', 'NotReadableError');
    setSetting('video', 'another');
    await settle();
    expect(socket.take().map(({ type }) => type)).toEqual(['close']);
    expect(call.publishing.camera.value).toBeUndefined();
    expect(call.tiles.all.value).toEqual([]);
    expect(call.notices.shown.value.at(-1)?.text).toMatch(/Another program may be using it/);
  });

  it('that does not open leaves the other one as it is', async () => {
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    const [first] = offers();
    refuse('video', 'NotReadableError');
    setSetting('video', 'another');
    await settle();
    expect(offers()).toMatchObject([{ replace: first?.['id'] }]);
    expect(kindsSent()).toEqual(['audio']);
  });
});

describe('what is opened too late', () => {
  it('when the group has been left is closed, and not sent at the next visit', async () => {
    const opened = call.publishing.setDevices({ audio: true, video: true });
    const { getUserMedia } = navigator.mediaDevices;
    const late: MediaStream[] = [];
    call.leave();
    await opened;
    expect(call.publishing.all).toEqual([]);
    Object.assign(navigator.mediaDevices, {
      getDisplayMedia: async () => {
        const media = await getUserMedia({ video: true });
        late.push(media);
        call.leave();
        return media;
      },
    });
    await call.publishing.shareScreen();
    expect(call.publishing.all).toEqual([]);
    expect(late[0]?.getTracks().map(({ readyState }) => readyState)).toEqual(['ended']);
  });
});

describe('without a microphone', () => {
  it('the camera alone is sent, and that is said', async () => {
    refuse('audio', 'NotFoundError');
    expect(await call.publishing.setDevices({ audio: true, video: true })).toBe(true);
    expect(kindsSent()).toEqual(['video']);
    expect(call.notices.shown.value.at(-1)?.text).toMatch(/No microphone was found/);
  });
});

describe('a background filter', () => {
  afterEach(() => {
    unsetSetting('filter');
    vi.doUnmock('../src/media/filter');
  });

  it('that cannot be loaded keeps the picture from being sent, not the sound', async () => {
    vi.doMock('../src/media/filter', () => ({ filtered: () => Promise.reject(new Error('no WebGL')) }));
    setSetting('filter', 'background-blur');
    const { getUserMedia } = navigator.mediaDevices;
    const opened: MediaStream[] = [];
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async (wanted) => {
      const media = await getUserMedia.call(navigator.mediaDevices, wanted);
      opened.push(media);
      return media;
    });
    const done = call.publishing.setDevices({ audio: true, video: true });
    await done;
    await settle();
    expect(kindsSent()).toEqual(['audio']);
    expect(opened[0]?.getVideoTracks()[0]?.readyState).toBe('ended');
    expect(call.notices.shown.value.at(-1)).toMatchObject({
      severity: 'error',
      text: expect.stringMatching(/surroundings could not be hidden.*under “Picture”/) as string,
    });
    await call.publishing.setDevices({ audio: false, video: false });
    const alone = call.publishing.setDevices({ audio: false, video: true });
    expect(await alone).toBe(false);
    expect(call.publishing.camera.value).toBeUndefined();
  });

  it('that breaks while it runs takes the picture away, says so, and opens no other camera', async () => {
    const video = { kind: 'videoinput', deviceId: 'other', label: 'Other' };
    Object.assign(navigator.mediaDevices, { enumerateDevices: () => Promise.resolve([video]) });
    await call.publishing.setDevices({ audio: true, video: true });
    await settle();
    const [first] = offers();
    const picture = call.publishing.camera.value?.media.getVideoTracks()[0];
    if (!picture) throw new Error('no picture');
    markBroken(picture);
    picture.stop();
    picture.dispatchEvent(new Event('ended'));
    await settle();
    expect(offers()).toMatchObject([{ replace: first?.['id'] }]);
    expect(kindsSent()).toEqual(['audio']);
    expect(call.notices.shown.value.at(-1)?.text).toMatch(/filter has stopped working.*under “Picture”/);
  });
});

describe('a chosen microphone that comes back', () => {
  afterEach(() => {
    unsetSetting('audio');
  });

  it('takes its place again from the one that stood in for it, unless that was switched off', async () => {
    const present: object[] = [];
    const plug = async (...ids: string[]): Promise<void> => {
      const devices = ids.map((deviceId) => ({ kind: 'audioinput', deviceId, label: deviceId }));
      present.splice(0, Infinity, ...devices);
      changed();
      await settle();
    };
    let changed: () => void = () => undefined;
    Object.assign(navigator.mediaDevices, {
      enumerateDevices: () => Promise.resolve([...present]),
      addEventListener: (_type: string, listener: () => void) => (changed = listener),
    });
    setSetting('audio', 'headset');
    followPreferredDevices(call);
    await plug('headset', 'built-in');
    await call.publishing.setDevices({ audio: true, video: false });
    await settle();
    socket.take();
    await plug('headset', 'built-in', 'another');
    await plug('built-in');
    expect(offers()).toHaveLength(0);
    await plug('built-in', 'headset');
    expect(offers()).toHaveLength(1);
    await call.publishing.setDevices({ audio: false, video: false });
    await plug('built-in');
    await plug('built-in', 'headset');
    expect(call.publishing.camera.value).toBeUndefined();
  });
});
