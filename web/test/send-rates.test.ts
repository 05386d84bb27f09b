import { describe, expect, it } from 'vitest';
import {
  applyLimits,
  encodingsFor,
  wantsSimulcast,
  type SendPolicy,
} from '../src/media/send-rates';

const policy: SendPolicy = { send: 'normal', simulcast: 'auto', hqaudio: false, people: 3 };

describe('simulcast', () => {
  it.each([
    ['three people', {}, 'camera', true],
    ['two people', { people: 2 }, 'camera', false],
    ['a limit too low to share', { send: 'lowest' }, 'camera', false],
    ['a shared screen', { simulcast: 'on' }, 'screenshare', false],
    ['a file', { simulcast: 'on', people: 1 }, 'video', true],
    ['being switched off', { simulcast: 'off', people: 9 }, 'camera', false],
  ] as const)('with %s', (_name, change, label, wanted) => {
    expect(wantsSimulcast(label, { ...policy, ...change })).toBe(wanted);
  });
});

describe('encodings', () => {
  it('are one without rid, or a high and a low one', () => {
    expect(encodingsFor('video', false, policy)).toEqual([{ maxBitrate: 700_000 }]);
    expect(encodingsFor('video', true, { ...policy, send: 'unlimited' })).toEqual([
      { rid: 'h', maxBitrate: 1_000_000_000 },
      { rid: 'l', maxBitrate: 100_000, scaleResolutionDownBy: 2 },
    ]);
  });

  it('of audio are limited only for high quality', () => {
    expect(encodingsFor('audio', true, policy)).toEqual([{}]);
    expect(encodingsFor('audio', false, { ...policy, hqaudio: true })).toEqual([
      { maxBitrate: 128_000 },
    ]);
  });
});

describe('changed limits', () => {
  it('are applied to what runs, without touching the number of encodings', async () => {
    const parameters = { encodings: [{ rid: 'h', maxBitrate: 700_000 }, { rid: 'l' }] };
    const set: unknown[] = [];
    const sender = {
      track: { kind: 'video' },
      getParameters: () => parameters,
      setParameters: (value: unknown) => {
        set.push(value);
        return Promise.resolve();
      },
    };
    const pc = { getSenders: () => [sender, { track: null }] };
    await applyLimits(pc as unknown as RTCPeerConnection, { ...policy, send: 'low' });
    expect(set).toEqual([
      {
        encodings: [
          { rid: 'h', maxBitrate: 300_000 },
          { rid: 'l', maxBitrate: 100_000 },
        ],
      },
    ]);
  });
});
