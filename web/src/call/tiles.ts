import { computed, signal } from '@preact/signals';
import { settings } from '../settings/settings';
import type { Tile } from './tile';

/** Whoever has come to the foreground by speaking stays there for this long. */
const SPEAKER_STAYS_MS = 2000;

/** All tiles in order of creation, and which one is in the foreground. */
export class Tiles {
  readonly all = signal<readonly Tile[]>([]);
  /** The tile the user has pinned. */
  readonly pinned = signal<string | undefined>(undefined);
  /** Which page of the grid is shown, from 0. It may be beyond the last one, which is then meant. */
  readonly page = signal(0);
  /** Who speaks, or has spoken last. */
  readonly #speaker = signal<Tile | undefined>(undefined);
  #speakerSince = 0;
  /** A pinned tile, else the latest screen somebody else shares, else the speaker, as the layout has it. */
  readonly spotlight = computed(() => {
    const tiles = this.all.value;
    const pinned = tiles.find((tile) => tile.key === this.pinned.value);
    if (pinned) return pinned;
    const { layout } = settings.value;
    if (layout === 'grid') return undefined;
    const screen = tiles.findLast((tile) => tile.label === 'screenshare' && !tile.local);
    return screen ?? (layout === 'speaker' ? this.#foremost(tiles) : undefined);
  });

  add(tile: Tile): void {
    this.all.value = [...this.all.value, tile];
  }

  remove(tile: Tile): void {
    this.all.value = this.all.value.filter((other) => other !== tile);
    if (this.pinned.value === tile.key) this.pinned.value = undefined;
    if (this.#speaker.value === tile) this.#speaker.value = undefined;
  }

  byKey(key: string): Tile | undefined {
    return this.all.value.find((tile) => tile.key === key);
  }

  togglePin(tile: Tile): void {
    this.pinned.value = this.pinned.value === tile.key ? undefined : tile.key;
  }

  /** Looks who is speaking at `now` (milliseconds). Two who talk at once do not take the place from one another. */
  followSpeaker(now: number): void {
    const current = this.#speaker.value;
    if (current?.speaking.value || now - this.#speakerSince < SPEAKER_STAYS_MS) return;
    const next = this.all.value.find((tile) => !tile.local && tile.speaking.value);
    if (!next || next === current) return;
    this.#speaker.value = next;
    this.#speakerSince = now;
  }

  /** The speaker; until somebody has spoken, the first of the others with a picture. */
  #foremost(tiles: readonly Tile[]): Tile | undefined {
    const others = tiles.filter((tile) => !tile.local);
    return this.#speaker.value ?? others.find((tile) => tile.hasVideo.value) ?? others[0] ?? tiles[0];
  }
}
