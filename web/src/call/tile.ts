import type { DownStream, UpStream } from '@halcyon/protocol';
import { signal } from '@preact/signals';
import { noFigures, type Quality, type TileFigures } from './figures';

/** One stream on screen, own or received. It outlives replacements of the stream. */
export class Tile {
  /** The streams' common local id. */
  readonly key: string;
  readonly local: boolean;
  readonly label: string;
  readonly stream = signal<UpStream | DownStream | undefined>(undefined);
  readonly media = signal<MediaStream | undefined>(undefined);
  /** Counts completed negotiations, after which a frozen picture needs its source again. */
  readonly generation = signal(0);
  readonly ice = signal<RTCIceConnectionState>('new');
  readonly userId = signal('');
  readonly username = signal('');
  readonly hasVideo = signal(false);
  readonly hasAudio = signal(false);
  /** There is a picture, but nobody sees the tile, so it has not been asked for. */
  readonly paused = signal(false);
  readonly speaking = signal(false);
  readonly figures = signal<TileFigures>(noFigures);
  /** How well the media get through; undefined until that is known. */
  readonly quality = signal<Quality | undefined>(undefined);
  /** Loudness chosen by the user, 0 to 1. */
  readonly volume = signal(1);
  readonly silenced = signal(false);
  /** The element that plays a file of one's own, and is captured. */
  readonly player: HTMLVideoElement | undefined;

  constructor(key: string, local: boolean, label: string, player?: HTMLVideoElement) {
    this.key = key;
    this.local = local;
    this.label = label;
    this.player = player;
  }

  /** Looks at which kinds of track the media has now. */
  lookAtTracks(): void {
    const media = this.media.value;
    this.hasVideo.value = (media?.getVideoTracks() ?? []).some(isLive);
    this.hasAudio.value = (media?.getAudioTracks() ?? []).some(isLive);
  }
}

function isLive(track: MediaStreamTrack): boolean {
  return track.readyState === 'live';
}
