/** Tracks that have ended because what processes them has failed, while their device is in order. */
const broken = new WeakSet<MediaStreamTrack>();

/** Says so of a track, before it ends. */
export function markBroken(track: MediaStreamTrack): void {
  broken.add(track);
}

export function hasBroken(track: MediaStreamTrack): boolean {
  return broken.has(track);
}
