import type { UpStream } from '@halcyon/protocol';
import type { Tile } from './tile';

/** Something this client sends, over however many streams that replace one another. */
export interface Publication {
  label: string;
  media: MediaStream;
  tile: Tile;
  stream: UpStream | undefined;
  simulcast: boolean;
}

export function isLive(track: MediaStreamTrack): boolean {
  return track.readyState === 'live';
}

/** Whether a publication has a live track of a kind. */
export function hasKind(publication: Publication | undefined, kind: 'audio' | 'video'): boolean {
  const tracks = publication?.media.getTracks() ?? [];
  return tracks.some((track) => track.kind === kind && isLive(track));
}
