import { describe, expect, it } from 'vitest';
import { noFigures, qualityOf, readFigures, type Report } from '../src/call/figures';

const report = (id: string, type: string, fields: Record<string, unknown>): Report =>
  ({ id, type, timestamp: 0, ...fields }) as unknown as Report;

/** What Chromium says of a camera it sends in two encodings, shortened. */
const sent: Report[] = [
  report('c1', 'codec', { mimeType: 'video/VP8' }),
  report('c2', 'codec', { mimeType: 'audio/opus' }),
  report('v1', 'outbound-rtp', {
    codecId: 'c1', bytesSent: 10_000, frameWidth: 640, frameHeight: 480, framesPerSecond: 30,
    framesEncoded: 50, qualityLimitationReason: 'none',
  }),
  report('v2', 'outbound-rtp', {
    codecId: 'c1', bytesSent: 5000, frameWidth: 320, frameHeight: 240, framesPerSecond: 30,
    framesEncoded: 50, qualityLimitationReason: 'bandwidth',
  }),
  report('a', 'outbound-rtp', { codecId: 'c2', bytesSent: 1000 }),
  report('r1', 'remote-inbound-rtp', { fractionLost: 0.1, roundTripTime: 0.05, jitter: 0.004 }),
  report('p', 'candidate-pair', {
    state: 'succeeded', nominated: true, localCandidateId: 'l', currentRoundTripTime: 0.03,
  }),
  report('l', 'local-candidate', { candidateType: 'host', protocol: 'udp' }),
];

describe('the figures of a stream', () => {
  it('that is sent are those of its encodings together', () => {
    const [first, reading] = readFigures(sent, true, undefined, 0);
    expect(first.rates).toEqual([]);
    const later = sent.map((one) =>
      one.type === 'outbound-rtp' ? { ...one, bytesSent: Number(one['bytesSent']) * 2 } : one,
    );
    const [second] = readFigures(later, true, reading, 1000);
    expect(second).toMatchObject({
      width: 640,
      height: 480,
      framesPerSecond: 30,
      framesEncoded: 100,
      rates: [8, 40, 80],
      loss: 0.1,
      roundTrip: 50,
      jitter: 4,
      codecs: 'VP8, opus',
      path: 'udp',
      limitation: 'bandwidth',
    });
  });

  it('name a relay, and what leads to it', () => {
    const relayed = sent.map((one) =>
      one.id === 'l' ? { ...one, candidateType: 'relay', relayProtocol: 'tls' } : one,
    );
    expect(readFigures(relayed, true, undefined, 0)[0].path).toBe('relay tls');
  });

  it('that is received tell the share of packets lost since the last time', () => {
    const at = (packetsReceived: number, packetsLost: number): Report[] => [
      report('v', 'inbound-rtp', { packetsReceived, packetsLost }),
    ];
    const [, before] = readFigures(at(100, 0), false, undefined, 0);
    const [figures, reading] = readFigures(at(190, 10), false, before, 1000);
    expect(figures.loss).toBeCloseTo(0.1);
    expect(reading.smoothLoss).toBeCloseTo(0.1 / 3);
  });
});

describe('the quality of a connection', () => {
  it.each([
    ['new', 0, 0, undefined],
    ['checking', 0, 0, undefined],
    ['connected', 0, 20, 'good'],
    ['connected', 0.05, 20, 'fair'],
    ['connected', 0, 300, 'fair'],
    ['connected', 0.2, 20, 'bad'],
    ['connected', 0, 900, 'bad'],
    ['disconnected', 0, 20, 'bad'],
    ['failed', 0, 0, 'bad'],
  ] as const)('that is %s, loses %d and takes %d ms is %s', (ice, loss, roundTrip, quality) => {
    expect(qualityOf(ice, { ...noFigures, roundTrip }, loss)).toBe(quality);
  });
});
