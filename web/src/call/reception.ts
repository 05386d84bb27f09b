import type { DownStream, RequestMap, ServerConnection, Wanted } from '@halcyon/protocol';
import { t } from '../i18n';
import { settings, type Reception as Wish } from '../settings/settings';
import type { Notices } from './notices';
import { Tile } from './tile';
import type { Tiles } from './tiles';

/** A picture no larger than this, in CSS pixels, is served well by the low quality. */
export const SMALL_AREA = 320 * 240;
/** Sizes are looked at once things have come to rest. */
const SETTLE_MS = 200;
/** A picture that goes out of sight for less than this, in scrolling say, goes on. */
const PAUSE_MS = 2000;

const requests: Record<Wish, RequestMap> = {
  '': { '': [] },
  audio: { '': ['audio'] },
  screenshare: { screenshare: ['audio', 'video'], '': ['audio'] },
  'everything-low': { '': ['audio', 'video-low'] },
  everything: { '': ['audio', 'video'] },
};

/** What a Receive setting means on the wire. */
export function requestFor(wish: Wish): RequestMap {
  return requests[wish];
}

/**
 * What a stream shown at a size should be asked for; null is what the setting says. A picture that nobody sees has no
 * size, and is not asked for at all.
 */
export function wantedAt(wish: Wish, label: string, width: number, height: number): Wanted[] | null {
  const map = requestFor(wish);
  const base = map[label] ?? map[''] ?? [];
  const hears = base.filter((kind) => kind === 'audio');
  if (width * height === 0) return hears.length === base.length ? null : hears;
  if (!base.includes('video')) return null;
  return width * height <= SMALL_AREA ? ['audio', 'video-low'] : null;
}

interface Size {
  width: number;
  height: number;
}

/** Where else than in its tile a picture can stand. */
export type Elsewhere = 'full-screen' | 'picture-in-picture' | 'floating';

const area = ({ width, height }: Size): number => width * height;
const NOWHERE: Size = { width: 0, height: 0 };
/** Of a place whose size is the user's business: the picture is to be as good as can be. */
export const LARGE: Size = { width: Infinity, height: 1 };

/** Received streams: their tiles and their quality. */
export class ReceptionModel {
  readonly #tiles: Tiles;
  readonly #notices: Notices;
  readonly #sizes = new Map<string, Size>();
  /** Tiles that are scrolled out of sight. */
  readonly #unseen = new Set<string>();
  /** Where else pictures stand at the moment, and how large. */
  readonly #elsewhere = new Map<string, Map<Elsewhere, Size>>();
  /** When tiles that nobody sees went out of sight. */
  readonly #hiddenAt = new Map<string, number>();
  /** What each stream was last asked for. */
  readonly #asked = new WeakMap<DownStream, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #connection: ServerConnection | undefined;
  #watched = true;

  constructor(tiles: Tiles, notices: Notices) {
    this.#tiles = tiles;
    this.#notices = notices;
  }

  /** The group has been joined: asks for what the setting says. */
  joined(connection: ServerConnection): void {
    this.#connection = connection;
    this.requestAll();
  }

  /** The Receive setting has changed, or takes effect for the first time. */
  requestAll(): void {
    if (this.#connection?.state !== 'connected' || this.#connection.group === undefined) return;
    this.#connection.request(requestFor(settings.value.request));
    this.#evaluate();
  }

  add(stream: DownStream, replaces: DownStream | undefined): void {
    const old = replaces ? this.#tiles.byKey(replaces.localId) : undefined;
    const tile = old ?? new Tile(stream.localId, false, stream.label);
    tile.stream.value = stream;
    tile.userId.value = stream.source;
    tile.username.value = stream.username;
    tile.ice.value = 'new';
    // What was asked of the old stream chose the tracks of this one, but does not bind it: ask again.
    if (replaces) this.#asked.set(stream, 'unknown');
    if (!old) this.#tiles.add(tile);
    this.#listen(stream, tile);
  }

  /** A tile's picture has this size on screen now, in CSS pixels. */
  sized(tile: Tile, width: number, height: number): void {
    this.#sizes.set(tile.key, { width, height });
    this.evaluateSoon();
  }

  /** Whether a tile is within what can be seen of the page. */
  inView(tile: Tile, seen: boolean): void {
    if (seen) this.#unseen.delete(tile.key);
    else this.#unseen.add(tile.key);
    this.evaluateSoon();
  }

  /**
   * A tile's picture stands somewhere else as well, in this size, or no longer does. It is seen there whatever becomes of
   * the tile and of the page, so this is acted upon at once.
   */
  standsIn(tile: Tile, where: Elsewhere, size: Size | undefined): void {
    const places = this.#elsewhere.get(tile.key) ?? new Map<Elsewhere, Size>();
    if (size) places.set(where, size);
    else places.delete(where);
    this.#elsewhere.set(tile.key, places);
    this.#evaluate();
  }

  /** Whether anybody can see the page. */
  watched(watched: boolean): void {
    this.#watched = watched;
    this.#evaluate();
  }

  evaluateSoon(delay = SETTLE_MS): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#evaluate();
    }, delay);
  }

  #listen(stream: DownStream, tile: Tile): void {
    const show = (): void => {
      if (stream.media && tile.media.value !== stream.media) {
        tile.media.value = stream.media;
        stream.media.onaddtrack = () => {
          tile.lookAtTracks();
        };
        stream.media.onremovetrack = () => {
          tile.lookAtTracks();
        };
      }
      tile.lookAtTracks();
    };
    stream.on('media', show);
    stream.on('negotiated', () => {
      show();
      tile.username.value = stream.username;
      tile.generation.value += 1;
      this.evaluateSoon();
    });
    stream.on('state', (state) => {
      tile.ice.value = state;
      if (state === 'failed') {
        this.#notices.warn(t('stream.failedTrying', { name: stream.username || t('anonymous') }));
      }
    });
    stream.on('error', () => {
      this.#notices.error(t('stream.refused', { name: stream.username || t('anonymous') }));
    });
    stream.on('end', (reason) => {
      if (reason === 'replaced') return;
      this.#sizes.delete(tile.key);
      this.#unseen.delete(tile.key);
      this.#hiddenAt.delete(tile.key);
      this.#elsewhere.delete(tile.key);
      this.#tiles.remove(tile);
    });
  }

  #evaluate(): void {
    if (this.#connection?.state !== 'connected') return;
    for (const tile of this.#tiles.all.value) {
      const stream = tile.stream.value;
      if (!stream || tile.local || !tile.media.value || stream.ended) continue;
      // Without a picture there is none to save.
      if (!tile.hasVideo.value && !tile.paused.value) continue;
      const size = this.#sizeOf(tile);
      if (size && this.#mayPause(tile, size)) this.#ask(tile, stream as DownStream, size);
    }
  }

  /** What is seen of a tile; undefined if that is not known yet. */
  #sizeOf(tile: Tile): Size | undefined {
    const seen = this.#watched && !this.#unseen.has(tile.key);
    const sizes = [...(this.#elsewhere.get(tile.key)?.values() ?? [])];
    const inTile = seen ? this.#sizes.get(tile.key) : NOWHERE;
    if (inTile) sizes.push(inTile);
    return sizes.sort((a, b) => area(b) - area(a))[0];
  }

  /** False while a tile has been out of sight for too short a time to act on it. */
  #mayPause(tile: Tile, { width, height }: Size): boolean {
    if (width * height > 0) {
      this.#hiddenAt.delete(tile.key);
      return true;
    }
    if (!this.#watched) return true;
    const since = this.#hiddenAt.get(tile.key) ?? Date.now();
    this.#hiddenAt.set(tile.key, since);
    const left = since + PAUSE_MS - Date.now();
    if (left > 0) this.evaluateSoon(left);
    return left <= 0;
  }

  #ask(tile: Tile, stream: DownStream, { width, height }: Size): void {
    // The server closes a stream of which nothing is wanted, and offers it no more: a silent one is only made small.
    const least = width * height === 0 && !tile.hasAudio.value ? 1 : 0;
    const wanted = wantedAt(settings.value.request, stream.label, width + least, height + least);
    tile.paused.value = wanted !== null && !wanted.some((kind) => kind !== 'audio');
    const text = JSON.stringify(wanted);
    if ((this.#asked.get(stream) ?? 'null') === text) return;
    this.#asked.set(stream, text);
    stream.request(wanted);
  }
}
