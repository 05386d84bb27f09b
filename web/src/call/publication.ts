import type { UpStream } from '@halcyon/protocol';
import { signal, type Signal } from '@preact/signals';
import type { Tile } from './tile';

/** Something this client sends, over however many streams that replace one another. */
export class Publication {
  readonly label: string;
  readonly tile: Tile;
  stream: UpStream | undefined;
  simulcast = false;
  readonly #media: Signal<MediaStream>;

  constructor(label: string, media: MediaStream, tile: Tile) {
    this.label = label;
    this.tile = tile;
    this.#media = signal(media);
  }

  /** What is sent. Whoever reads it in an effect or a component hears when other media take its place. */
  get media(): MediaStream {
    return this.#media.value;
  }

  set media(media: MediaStream) {
    this.#media.value = media;
  }
}

export function isLive(track: MediaStreamTrack): boolean {
  return track.readyState === 'live';
}

/** Whether a publication has a live track of a kind. */
export function hasKind(publication: Publication | undefined, kind: 'audio' | 'video'): boolean {
  const tracks = publication?.media.getTracks() ?? [];
  return tracks.some((track) => track.kind === kind && isLive(track));
}
