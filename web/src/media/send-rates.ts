import type { SendRate, SimulcastChoice } from '../settings/settings';

/** What decides how a stream is encoded. */
export interface SendPolicy {
  send: SendRate;
  simulcast: SimulcastChoice;
  hqaudio: boolean;
  /** People in the group, oneself included. */
  people: number;
}

const VIDEO_LIMITS: Record<SendRate, number> = {
  lowest: 150_000,
  low: 300_000,
  normal: 700_000,
  unlimited: 1_000_000_000,
};

/** The low encoding of simulcast, in bit/s. */
const LOW_ENCODING_LIMIT = 100_000;
/** A limit below this is not worth a second encoding. */
const SIMULCAST_MINIMUM = 200_000;
const HIGH_QUALITY_AUDIO = 128_000;
/** With fewer people each can have the one encoding that suits him. */
const SIMULCAST_PEOPLE = 3;

/** The limit of the (best) video encoding in bit/s. */
export function videoLimit(send: SendRate): number {
  return VIDEO_LIMITS[send];
}

/** Whether a stream with this label is to be sent in two encodings. */
export function wantsSimulcast(label: string, policy: SendPolicy): boolean {
  if (label === 'screenshare' || policy.simulcast === 'off') return false;
  if (policy.simulcast === 'on') return true;
  return policy.people >= SIMULCAST_PEOPLE && videoLimit(policy.send) >= SIMULCAST_MINIMUM;
}

/** The encodings of one track, best first. */
export function encodingsFor(
  kind: string,
  simulcast: boolean,
  policy: SendPolicy,
): RTCRtpEncodingParameters[] {
  if (kind === 'audio') return policy.hqaudio ? [{ maxBitrate: HIGH_QUALITY_AUDIO }] : [{}];
  const maxBitrate = videoLimit(policy.send);
  if (!simulcast) return [{ maxBitrate }];
  return [
    { rid: 'h', maxBitrate },
    { rid: 'l', maxBitrate: LOW_ENCODING_LIMIT, scaleResolutionDownBy: 2 },
  ];
}

/**
 * Applies the policy's limits to a running stream; nothing is negotiated, and nothing done where they apply already.
 * Firefox before 110 has no encodings at all until they are set in this way.
 */
export async function applyLimits(pc: RTCPeerConnection, policy: SendPolicy): Promise<void> {
  for (const sender of pc.getSenders()) {
    if (!sender.track) continue;
    const parameters = sender.getParameters();
    // Absent in older browsers, whatever the type says.
    const running = (parameters.encodings as RTCRtpEncodingParameters[] | undefined) ?? [];
    const wanted = encodingsFor(sender.track.kind, running.length > 1, policy);
    const isRight =
      running.length > 0
        ? running.every(({ maxBitrate }, index) => maxBitrate === wanted[index]?.maxBitrate)
        : wanted.every(({ maxBitrate }) => maxBitrate === undefined);
    if (isRight) continue;
    if (running.length === 0) parameters.encodings = wanted;
    running.forEach((encoding, index) => {
      const limit = wanted[index]?.maxBitrate;
      if (limit === undefined) delete encoding.maxBitrate;
      else encoding.maxBitrate = limit;
    });
    await sender.setParameters(parameters);
  }
}
