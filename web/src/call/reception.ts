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

/** What a stream shown at a size should be asked for; null is what the setting says. */
export function wantedAt(wish: Wish, label: string, width: number, height: number): Wanted[] | null {
  const map = requestFor(wish);
  const base = map[label] ?? map[''] ?? [];
  if (!base.includes('video')) return null;
  // A picture that is not shown at all has no size, and needs no quality either.
  return width * height <= SMALL_AREA ? ['audio', 'video-low'] : null;
}

/** Received streams: their tiles and their quality. */
export class ReceptionModel {
  readonly #tiles: Tiles;
  readonly #notices: Notices;
  readonly #sizes = new Map<string, { width: number; height: number }>();
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

  /** Whether anybody can see the page. */
  watched(watched: boolean): void {
    this.#watched = watched;
    this.#evaluate();
  }

  evaluateSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#evaluate();
    }, SETTLE_MS);
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
      this.#tiles.remove(tile);
    });
  }

  #evaluate(): void {
    if (this.#connection?.state !== 'connected') return;
    for (const tile of this.#tiles.all.value) {
      const stream = tile.stream.value;
      if (!stream || tile.local || !tile.media.value || stream.ended) continue;
      const size = this.#sizes.get(tile.key);
      if (!size) continue;
      const { width, height } = this.#watched ? size : { width: 0, height: 0 };
      this.#ask(stream as DownStream, width, height);
    }
  }

  #ask(stream: DownStream, width: number, height: number): void {
    const wanted = wantedAt(settings.value.request, stream.label, width, height);
    const text = JSON.stringify(wanted);
    if ((this.#asked.get(stream) ?? 'null') === text) return;
    this.#asked.set(stream, text);
    stream.request(wanted);
  }
}
