import { number, qualityOf, readFigures, type Reading, type Report } from './figures';
import type { Tile } from './tile';
import type { Tiles } from './tiles';

const FIGURES_MS = 1000;
const ACTIVITY_MS = 250;
/** Mean square amplitude above which somebody speaks. */
const ACTIVE_ENERGY = 0.002;
/** Tiles whose sound is looked at together; with more of them, each has its turn less often. */
const PORTION = 10;
/** Somebody goes on speaking for this long after the last loud sample. */
const HOLD_MS = 700;

interface LoudReading {
  energy: number;
  duration: number;
  loudAt: number;
}

/** Reads the statistics of all tiles' streams, every second, and of their sound more often. */
export class Sampler {
  readonly #tiles: Tiles;
  readonly #detectActivity: () => boolean;
  readonly #last = new WeakMap<RTCPeerConnection, Reading>();
  readonly #loud = new WeakMap<Tile, LoudReading>();
  /** Streams whose reports have not come yet are not asked again meanwhile. */
  readonly #asking = new WeakSet<Tile>();
  #turn = 0;
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
    const now = performance.now();
    const [figures, reading] = readFigures(reports, tile.local, this.#last.get(pc), now);
    this.#last.set(pc, reading);
    tile.figures.value = figures;
    tile.quality.value = qualityOf(tile.ice.value, figures, reading.smoothLoss);
  }

  async #activity(): Promise<void> {
    const tiles = this.#tiles.all.value;
    if (!this.#detectActivity()) {
      for (const tile of tiles) tile.speaking.value = false;
      return;
    }
    const portions = Math.max(1, Math.ceil(tiles.length / PORTION));
    const turn = this.#turn++ % portions;
    const hold = HOLD_MS + (portions - 1) * ACTIVITY_MS;
    const due = tiles.filter((_tile, index) => index % portions === turn);
    await Promise.all(due.map((tile) => this.#listen(tile, hold)));
    this.#tiles.followSpeaker(performance.now());
  }

  async #listen(tile: Tile, hold: number): Promise<void> {
    const pc = tile.stream.value?.pc;
    if (!pc || pc.signalingState === 'closed' || this.#asking.has(tile)) return;
    const ends = tile.local ? pc.getSenders() : pc.getReceivers();
    const sound = ends.find(({ track }) => track?.kind === 'audio');
    if (!sound) {
      tile.speaking.value = false;
      return;
    }
    const wanted = tile.local ? 'media-source' : 'inbound-rtp';
    this.#asking.add(tile);
    let energy = 0;
    let duration = 0;
    try {
      (await sound.getStats()).forEach((report: Report) => {
        if (report.type !== wanted) return;
        energy = number(report, 'totalAudioEnergy');
        duration = number(report, 'totalSamplesDuration');
      });
    } finally {
      this.#asking.delete(tile);
    }
    const now = performance.now();
    const last = this.#loud.get(tile);
    const passed = last ? duration - last.duration : 0;
    const active = last !== undefined && passed > 0 && (energy - last.energy) / passed > ACTIVE_ENERGY;
    const loudAt = active ? now : (last?.loudAt ?? -Infinity);
    this.#loud.set(tile, { energy, duration, loudAt });
    tile.speaking.value = now - loudAt < hold;
  }
}
