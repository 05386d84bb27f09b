import { describe, expect, it } from 'vitest';
import { FakeSender } from '../packages/protocol/test/fakes';
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
  const senderOf = (kind: string, encodings?: RTCRtpEncodingParameters[]): FakeSender => {
    const sender = new FakeSender({ kind } as MediaStreamTrack, encodings ?? []);
    if (!encodings) sender.getParameters = () => ({ transactionId: 't' }) as RTCRtpSendParameters;
    return sender;
  };
  const apply = async (sender: FakeSender, change: Partial<SendPolicy>): Promise<unknown> => {
    const pc = { getSenders: () => [sender, { track: null }] };
    await applyLimits(pc as unknown as RTCPeerConnection, { ...policy, ...change });
    return sender.set.map(({ encodings }) => encodings);
  };

  it('are applied to what runs, without touching the number of encodings', async () => {
    const sender = senderOf('video', [{ rid: 'h', maxBitrate: 700_000 }, { rid: 'l' }]);
    expect(await apply(sender, { send: 'low' })).toEqual([
      [
        { rid: 'h', maxBitrate: 300_000 },
        { rid: 'l', maxBitrate: 100_000 },
      ],
    ]);
  });

  it('are left alone where they hold already', async () => {
    expect(await apply(senderOf('video', [{ maxBitrate: 700_000 }]), {})).toEqual([]);
    expect(await apply(senderOf('audio', [{}]), {})).toEqual([]);
    expect(await apply(senderOf('audio'), {})).toEqual([]);
  });

  it('are taken back', async () => {
    expect(await apply(senderOf('audio', [{ maxBitrate: 128_000 }]), {})).toEqual([[{}]]);
  });

  it('make the encodings of a sender that has none, as in Firefox before 110', async () => {
    expect(await apply(senderOf('video', []), { send: 'low' })).toEqual([[{ maxBitrate: 300_000 }]]);
    expect(await apply(senderOf('audio'), { hqaudio: true })).toEqual([[{ maxBitrate: 128_000 }]]);
  });
});
