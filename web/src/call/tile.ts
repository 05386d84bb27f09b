import type { DownStream, UpStream } from '@halcyon/protocol';
import { signal } from '@preact/signals';

/** Figures about a stream, refreshed every second. */
export interface TileFigures {
  framesDecoded: number;
  framesEncoded: number;
  /** Sum since the start, as in RTCInboundRtpStreamStats.totalAudioEnergy. */
  audioEnergy: number;
  width: number;
  height: number;
  /** kbit/s of each encoding sent, or of all that is received. */
  rates: number[];
  /** Share of packets lost in the last second, 0 to 1. */
  loss: number;
}

export const noFigures: TileFigures = {
  framesDecoded: 0,
  framesEncoded: 0,
  audioEnergy: 0,
  width: 0,
  height: 0,
  rates: [],
  loss: 0,
};

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
  readonly speaking = signal(false);
  readonly figures = signal<TileFigures>(noFigures);
  /** Loudness chosen by the user, 0 to 1. */
  readonly volume = signal(1);
  readonly silenced = signal(false);

  constructor(key: string, local: boolean, label: string) {
    this.key = key;
    this.local = local;
    this.label = label;
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
