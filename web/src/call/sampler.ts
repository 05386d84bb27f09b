import type { Tile } from './tile';
import type { Tiles } from './tiles';

const FIGURES_MS = 1000;
const ACTIVITY_MS = 250;
/** Mean square amplitude above which somebody speaks. */
const ACTIVE_ENERGY = 0.002;
/** Somebody goes on speaking for this long after the last loud sample. */
const HOLD_MS = 700;

interface Reading {
  time: number;
  bytes: Map<string, number>;
  lost: number;
  received: number;
}

interface LoudReading {
  energy: number;
  duration: number;
  loudAt: number;
}

type Report = RTCStats & Record<string, unknown>;

function number(report: Report, key: string): number {
  const value = report[key];
  return typeof value === 'number' ? value : 0;
}

/** Reads the statistics of all tiles' streams, every second, and of their sound more often. */
export class Sampler {
  readonly #tiles: Tiles;
  readonly #detectActivity: () => boolean;
  readonly #last = new WeakMap<RTCPeerConnection, Reading>();
  readonly #loud = new WeakMap<Tile, LoudReading>();
  #timers: ReturnType<typeof setInterval>[] = [];

  constructor(tiles: Tiles, detectActivity: () => boolean) {
    this.#tiles = tiles;
    this.#detectActivity = detectActivity;
  }

  start(): void {
    this.stop();
    this.#timers = [
      setInterval(() => void this.#figures(), FIGURES_MS),
      setInterval(() => void this.#activity(), ACTIVITY_MS),
    ];
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  async #figures(): Promise<void> {
    await Promise.all(this.#tiles.all.value.map((tile) => this.#readTile(tile)));
  }

  async #readTile(tile: Tile): Promise<void> {
    const pc = tile.stream.value?.pc;
    if (!pc || pc.signalingState === 'closed') return;
    const reports: Report[] = [];
    (await pc.getStats()).forEach((report: Report) => reports.push(report));
    const wanted = tile.local ? 'outbound-rtp' : 'inbound-rtp';
    const rtp = reports.filter((report) => report.type === wanted);
    const sum = (key: string): number => rtp.reduce((total, report) => total + number(report, key), 0);
    const reading: Reading = {
      time: performance.now(),
      bytes: new Map(
        rtp.map((report) => [
          report.id,
          number(report, tile.local ? 'bytesSent' : 'bytesReceived'),
        ]),
      ),
      lost: sum('packetsLost'),
      received: sum('packetsReceived'),
    };
    const previous = this.#last.get(pc);
    this.#last.set(pc, reading);
    tile.figures.value = {
      framesDecoded: sum('framesDecoded'),
      framesEncoded: sum('framesEncoded'),
      audioEnergy: sum('totalAudioEnergy'),
      width: Math.max(0, ...rtp.map((report) => number(report, 'frameWidth'))),
      height: Math.max(0, ...rtp.map((report) => number(report, 'frameHeight'))),
      rates: previous ? rates(previous, reading) : [],
      loss: previous ? loss(previous, reading) : 0,
    };
  }

  async #activity(): Promise<void> {
    if (!this.#detectActivity()) return;
    await Promise.all(this.#tiles.all.value.map((tile) => this.#listen(tile)));
  }

  async #listen(tile: Tile): Promise<void> {
    const pc = tile.stream.value?.pc;
    if (!pc || tile.local || pc.signalingState === 'closed') return;
    const receiver = pc.getReceivers().find(({ track }) => track.kind === 'audio');
    if (!receiver) return;
    let energy = 0;
    let duration = 0;
    (await receiver.getStats()).forEach((report: Report) => {
      if (report.type !== 'inbound-rtp') return;
      energy = number(report, 'totalAudioEnergy');
      duration = number(report, 'totalSamplesDuration');
    });
    const now = performance.now();
    const last = this.#loud.get(tile);
    const passed = last ? duration - last.duration : 0;
    const active = last !== undefined && passed > 0 && (energy - last.energy) / passed > ACTIVE_ENERGY;
    const loudAt = active ? now : (last?.loudAt ?? -HOLD_MS);
    this.#loud.set(tile, { energy, duration, loudAt });
    tile.speaking.value = now - loudAt < HOLD_MS;
  }
}

function rates(previous: Reading, reading: Reading): number[] {
  const seconds = Math.max(0.001, (reading.time - previous.time) / 1000);
  return [...reading.bytes]
    .map(([id, bytes]) => Math.max(0, bytes - (previous.bytes.get(id) ?? bytes)))
    .map((bytes) => Math.round((bytes * 8) / seconds / 1000))
    .sort((a, b) => a - b);
}

function loss(previous: Reading, reading: Reading): number {
  const lost = Math.max(0, reading.lost - previous.lost);
  const received = Math.max(0, reading.received - previous.received);
  return lost + received === 0 ? 0 : lost / (lost + received);
}
