import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settle } from '../packages/protocol/test/fakes';
import type { Call } from '../src/call/call';
import { playAtNextGesture, playEverything, playOrAsk } from '../src/ui/playback';
import { startCall, stubBrowser } from './call-fixture';

/** An element as a strict browser has it: without a gesture it plays only what is silent. */
class StrictElement {
  static gesture = false;
  muted = false;
  paused = true;
  isConnected = true;
  #stop: (() => void) | undefined;
  /** What has been asked to play and has not begun yet never will. */
  pause(): void {
    this.paused = true;
    this.#stop?.();
  }
  async play(): Promise<void> {
    // What runs already is not looked at again.
    if (!this.paused) return;
    const allowed = this.muted || StrictElement.gesture;
    await new Promise<void>((begin, fail) => {
      this.#stop = () => {
        fail(new DOMException('paused', 'AbortError'));
      };
      queueMicrotask(begin);
    });
    if (!allowed) this.paused = true;
    if (!allowed) throw new DOMException('no gesture', 'NotAllowedError');
    this.paused = false;
  }
}

let call: Call;
const play = (element: StrictElement): void => {
  playOrAsk(call, element as unknown as HTMLMediaElement);
};

beforeEach(async () => {
  stubBrowser();
  StrictElement.gesture = false;
  ({ call } = await startCall());
});
afterEach(async () => {
  StrictElement.gesture = true;
  await playEverything(call);
});

describe('a picture whose sound the browser refuses', () => {
  it('runs at once, and is heard after the next thing the user does', async () => {
    const element = new StrictElement();
    play(element);
    await settle();
    expect([element.paused, element.muted, call.playbackBlocked.value]).toEqual([false, true, true]);
    const stop = playAtNextGesture(call);
    StrictElement.gesture = true;
    window.dispatchEvent(new Event('keydown'));
    await settle();
    expect([element.paused, element.muted, call.playbackBlocked.value]).toEqual([false, false, false]);
    stop();
  });

  it('goes on running, and waiting, when what the user did is not enough for the browser', async () => {
    const element = new StrictElement();
    play(element);
    await settle();
    await playEverything(call);
    await settle();
    expect([element.paused, element.muted, call.playbackBlocked.value]).toEqual([false, true, true]);
  });

  it('is heard when the second of two events in a row is enough', async () => {
    const element = new StrictElement();
    play(element);
    await settle();
    const stop = playAtNextGesture(call);
    window.dispatchEvent(new Event('pointerup'));
    StrictElement.gesture = true;
    window.dispatchEvent(new Event('click'));
    await settle();
    expect([element.muted, call.playbackBlocked.value]).toEqual([false, false]);
    stop();
  });

  it('goes on waiting when several events in a row are not enough', async () => {
    const element = new StrictElement();
    play(element);
    await settle();
    const stop = playAtNextGesture(call);
    for (const event of ['keydown', 'pointerup', 'click']) window.dispatchEvent(new Event(event));
    await settle();
    expect([element.paused, element.muted, call.playbackBlocked.value]).toEqual([false, true, true]);
    StrictElement.gesture = true;
    window.dispatchEvent(new Event('click'));
    await settle();
    expect([element.paused, element.muted, call.playbackBlocked.value]).toEqual([false, false, false]);
    stop();
  });

  it('is heard as well if it was started twice in a row, as it is when its tracks come one by one', async () => {
    const element = new StrictElement();
    play(element);
    play(element);
    await settle();
    expect([element.paused, element.muted]).toEqual([false, true]);
    play(element);
    await settle();
    StrictElement.gesture = true;
    await playEverything(call);
    expect([element.paused, element.muted, call.playbackBlocked.value]).toEqual([false, false, false]);
  });

  it('stays silent where the user wants it so', async () => {
    const element = new StrictElement();
    element.muted = true;
    element.play = () => Promise.reject(new DOMException('low battery', 'NotAllowedError'));
    play(element);
    await settle();
    element.play = () => Promise.resolve();
    await playEverything(call);
    expect([element.muted, call.playbackBlocked.value]).toEqual([true, false]);
  });

  it('is forgotten when it has gone meanwhile', async () => {
    const element = new StrictElement();
    play(element);
    await settle();
    element.isConnected = false;
    await playEverything(call);
    expect([element.muted, call.playbackBlocked.value]).toEqual([true, false]);
  });
});
