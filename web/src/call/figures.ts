/** What the statistics of a stream said, for the second before. */
export interface TileFigures {
  framesDecoded: number;
  framesEncoded: number;
  /** Sum since the start, as in RTCInboundRtpStreamStats.totalAudioEnergy. */
  audioEnergy: number;
  width: number;
  height: number;
  framesPerSecond: number;
  /** kbit/s of each encoding sent, or of each track that is received. */
  rates: number[];
  /** Share of packets lost, 0 to 1. */
  loss: number;
  /** Milliseconds there and back; 0 if unknown. */
  roundTrip: number;
  /** Milliseconds; the worst track's. */
  jitter: number;
  /** For example `VP8, opus`. */
  codecs: string;
  /** How packets travel: `udp`, `tcp`, or `relay` and the protocol to the relay. */
  path: string;
  /** What keeps the picture sent from being better: `cpu`, `bandwidth`; empty if nothing does. */
  limitation: string;
}

export const noFigures: TileFigures = {
  framesDecoded: 0,
  framesEncoded: 0,
  audioEnergy: 0,
  width: 0,
  height: 0,
  framesPerSecond: 0,
  rates: [],
  loss: 0,
  roundTrip: 0,
  jitter: 0,
  codecs: '',
  path: '',
  limitation: '',
};

/** `bad` is what people complain about: freezes, broken words. */
export type Quality = 'good' | 'fair' | 'bad';

export type Report = RTCStats & Record<string, unknown>;

/** Totals of a stream at one moment, to be compared with the moment before. */
export interface Reading {
  time: number;
  bytes: Map<string, number>;
  lost: number;
  received: number;
  /** Loss, averaged over the last seconds. */
  smoothLoss: number;
}

export function number(report: Report, key: string): number {
  const value = report[key];
  return typeof value === 'number' ? value : 0;
}

function text(report: Report | undefined, key: string): string {
  const value = report?.[key];
  return typeof value === 'string' ? value : '';
}

function ofType(reports: readonly Report[], type: string): Report[] {
  return reports.filter((report) => report.type === type);
}

function most(reports: readonly Report[], key: string): number {
  return Math.max(0, ...reports.map((report) => number(report, key)));
}

function sum(reports: readonly Report[], key: string): number {
  return reports.reduce((total, report) => total + number(report, key), 0);
}

function rates(previous: Reading, bytes: Map<string, number>, now: number): number[] {
  const seconds = Math.max(0.001, (now - previous.time) / 1000);
  return [...bytes]
    .map(([id, count]) => Math.max(0, count - (previous.bytes.get(id) ?? count)))
    .map((count) => Math.round((count * 8) / seconds / 1000))
    .sort((a, b) => a - b);
}

function lossSince(previous: Reading | undefined, lost: number, received: number): number {
  if (!previous) return 0;
  const missed = Math.max(0, lost - previous.lost);
  const arrived = Math.max(0, received - previous.received);
  return missed + arrived === 0 ? 0 : missed / (missed + arrived);
}

function pathOf(reports: readonly Report[], pair: Report | undefined): string {
  const local = reports.find((report) => report.id === text(pair, 'localCandidateId'));
  if (!local) return '';
  const relayed = text(local, 'candidateType') === 'relay';
  return relayed ? `relay ${text(local, 'relayProtocol')}`.trim() : text(local, 'protocol');
}

function codecsOf(reports: readonly Report[], rtp: readonly Report[]): string {
  const names = rtp.map((one) => {
    const codec = reports.find((report) => report.id === text(one, 'codecId'));
    return text(codec, 'mimeType').replace(/^.*\//, '');
  });
  return [...new Set(names)].filter(Boolean).join(', ');
}

/** The loss of the newest second counts a third. */
const SMOOTHING = 1 / 3;

/** Reads one stream's reports. `local` is a stream this client sends. */
export function readFigures(
  reports: readonly Report[],
  local: boolean,
  previous: Reading | undefined,
  now: number,
): [figures: TileFigures, reading: Reading] {
  const rtp = ofType(reports, local ? 'outbound-rtp' : 'inbound-rtp');
  const echoed = ofType(reports, 'remote-inbound-rtp');
  const pair = reports.find(
    (report) => report.type === 'candidate-pair' && report['state'] === 'succeeded' && report['nominated'] !== false,
  );
  const bytes = new Map(
    rtp.map((report) => [report.id, number(report, local ? 'bytesSent' : 'bytesReceived')]),
  );
  const lost = sum(rtp, 'packetsLost');
  const received = sum(rtp, 'packetsReceived');
  const loss = local ? most(echoed, 'fractionLost') : lossSince(previous, lost, received);
  const limitations = rtp.map((report) => text(report, 'qualityLimitationReason'));
  const figures: TileFigures = {
    framesDecoded: sum(rtp, 'framesDecoded'),
    framesEncoded: sum(rtp, 'framesEncoded'),
    audioEnergy: sum(rtp, 'totalAudioEnergy'),
    width: most(rtp, 'frameWidth'),
    height: most(rtp, 'frameHeight'),
    framesPerSecond: Math.round(most(rtp, 'framesPerSecond')),
    rates: previous ? rates(previous, bytes, now) : [],
    loss,
    roundTrip: Math.round(1000 * Math.max(most(echoed, 'roundTripTime'), pair ? number(pair, 'currentRoundTripTime') : 0)),
    jitter: Math.round(1000 * most(local ? echoed : rtp, 'jitter')),
    codecs: codecsOf(reports, rtp),
    path: pathOf(reports, pair),
    limitation: limitations.find((reason) => reason === 'cpu' || reason === 'bandwidth') ?? '',
  };
  const smoothLoss = previous ? previous.smoothLoss + (loss - previous.smoothLoss) * SMOOTHING : loss;
  return [figures, { time: now, bytes, lost, received, smoothLoss }];
}

/** Audio survives a few percent of loss; beyond ten, words go missing. People notice half a second of delay. */
const FAIR = { loss: 0.02, roundTrip: 250 };
const BAD = { loss: 0.1, roundTrip: 600 };

/** How well a stream gets through. Undefined while it is being connected for the first time. */
export function qualityOf(
  ice: RTCIceConnectionState,
  figures: TileFigures,
  smoothLoss: number,
): Quality | undefined {
  if (ice === 'new' || ice === 'checking') return undefined;
  if (ice !== 'connected' && ice !== 'completed') return 'bad';
  const over = (limit: typeof FAIR): boolean =>
    smoothLoss > limit.loss || figures.roundTrip > limit.roundTrip;
  if (over(BAD)) return 'bad';
  return over(FAIR) || figures.limitation === 'bandwidth' ? 'fair' : 'good';
}
