import { computed, signal } from '@preact/signals';
import type { Tile } from './tile';

/** All tiles in order of creation, and which one is in the foreground. */
export class Tiles {
  readonly all = signal<readonly Tile[]>([]);
  /** The tile the user has pinned. */
  readonly pinned = signal<string | undefined>(undefined);
  /** A pinned tile, else the latest screen somebody else shares. */
  readonly spotlight = computed(() => {
    const tiles = this.all.value;
    const pinned = tiles.find((tile) => tile.key === this.pinned.value);
    return pinned ?? tiles.findLast((tile) => tile.label === 'screenshare' && !tile.local);
  });

  add(tile: Tile): void {
    this.all.value = [...this.all.value, tile];
  }

  remove(tile: Tile): void {
    this.all.value = this.all.value.filter((other) => other !== tile);
    if (this.pinned.value === tile.key) this.pinned.value = undefined;
  }

  byKey(key: string): Tile | undefined {
    return this.all.value.find((tile) => tile.key === key);
  }

  togglePin(tile: Tile): void {
    this.pinned.value = this.pinned.value === tile.key ? undefined : tile.key;
  }
}
