import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle } from '../packages/protocol/test/fakes';
import { hasBroken } from '../src/media/broken-tracks';
import { drawing, tie, type FrameFilter } from '../src/media/filter';
import { SampleQueue } from '../src/media/sample-queue';
import { FakeTrack } from './call-fixture';

describe('a queue of samples', () => {
  it('gives frames of another size than it takes, in order, round and round', () => {
    const queue = new SampleQueue();
    const frame = new Float32Array(480);
    let next = 0;
    let expected = 0;
    for (let block = 0; block < 100; block++) {
      queue.push(Float32Array.from({ length: 128 }, () => next++));
      if (queue.length < frame.length) continue;
      queue.shiftInto(frame);
      for (const sample of frame) expect(sample).toBe(expected++);
    }
    expect(queue.length).toBe(next - expected);
    expect(queue.length).toBeLessThan(480);
  });
});

describe('a processed track', () => {
  const tracks = (): [result: FakeTrack, source: FakeTrack] => [new FakeTrack('video'), new FakeTrack('video')];
  const real = (track: FakeTrack): MediaStreamTrack => track as unknown as MediaStreamTrack;

  it('that is stopped stops its device', () => {
    const [result, source] = tracks();
    const end = vi.fn();
    tie(real(result), real(source), end);
    result.stop();
    expect([result.readyState, source.readyState]).toEqual(['ended', 'ended']);
    expect(end).toHaveBeenCalledOnce();
  });

  it('that fails in between ends with its device, and is known to be broken', () => {
    const [result, source] = tracks();
    const [end, ended] = [vi.fn(), vi.fn()];
    const broke = tie(real(result), real(source), end);
    result.onended = ended;
    broke();
    broke();
    result.stop();
    expect([result.readyState, source.readyState]).toEqual(['ended', 'ended']);
    expect([end, ended].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    expect(hasBroken(real(result))).toBe(true);
  });

  it('ends with its device', () => {
    const [result, source] = tracks();
    const ended = vi.fn();
    tie(real(result), real(source), () => undefined);
    result.onended = ended;
    (source.onended as unknown as (event: Event) => void)(new Event('ended'));
    expect(result.readyState).toBe('ended');
    expect(ended).toHaveBeenCalledOnce();
    expect(hasBroken(real(result))).toBe(false);
  });
});

describe('a filter', () => {
  let now = 0;
  const broken = vi.fn();

  /** Draws with the filter, as often as its result is called. */
  const start = (filter: FrameFilter): (() => Promise<void>) => {
    const canvas = { width: 640, height: 480, getContext: () => ({}) };
    const video = { videoWidth: 640, videoHeight: 480 };
    const tick = drawing(canvas as never, video as never, filter, broken);
    return async () => {
      now += 40;
      tick();
      await settle();
    };
  };

  beforeEach(() => {
    now = 0;
    broken.mockReset();
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('that fails now and then goes on', async () => {
    let frame = 0;
    const draw = start(() => {
      if (frame++ % 2 === 0) throw new Error('a hiccup');
    });
    for (let i = 0; i < 200; i++) await draw();
    expect(broken).not.toHaveBeenCalled();
  });

  it.each([
    ['at once', () => { throw new Error('no'); }],
    ['later', () => Promise.reject(new Error('no'))],
  ])('whose frames all fail %s is broken', async (_name, filter: FrameFilter) => {
    const draw = start(filter);
    for (let i = 0; i < 9; i++) await draw();
    expect(broken).not.toHaveBeenCalled();
    await draw();
    expect(broken).toHaveBeenCalled();
  });

  it('that never finishes a frame is broken', async () => {
    const draw = start(() => new Promise(() => undefined));
    for (let i = 0; i < 240; i++) await draw();
    expect(broken).not.toHaveBeenCalled();
    for (let i = 0; i < 5; i++) await draw();
    expect(broken).toHaveBeenCalledOnce();
  });
});

describe('somebody who speaks while muted', () => {
  afterEach(() => {
    vi.doUnmock('../src/media/level-meter');
    vi.resetModules();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is told, but not all the time', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'setInterval'] });
    vi.resetModules();
    let level: (level: number) => void = () => undefined;
    vi.doMock('../src/media/level-meter', () => ({
      LevelMeter: class {
        constructor(_media: MediaStream, onLevel: (level: number) => void) {
          level = onLevel;
        }
        stop(): void {
          level = () => undefined;
        }
      },
    }));
    const { admit, startCall, stubBrowser } = await import('./call-fixture');
    const { installMutedHint } = await import('../src/call/muted-hint');
    const { setSetting } = await import('../src/settings/settings');
    stubBrowser();
    const { call, platform } = await startCall();
    void call.enter('ada', '');
    await admit(platform);
    installMutedHint(call);
    await call.publishing.setDevices({ audio: true, video: false });
    const say = (samples: number): void => {
      for (let i = 0; i < samples; i++) level(0.8);
    };
    const told = (): number => call.notices.shown.value.filter(({ text }) => /You are muted/.test(text)).length;
    say(10);
    expect(told()).toBe(0);
    setSetting('localMute', true);
    say(4);
    expect(told()).toBe(0);
    say(1);
    expect(told()).toBe(1);
    call.notices.clear();
    say(10);
    expect(told()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    say(5);
    expect(told()).toBe(1);
    setSetting('localMute', false);
    call.leave();
  });
});
