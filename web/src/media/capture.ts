import { DEFAULT_DEVICE, type Settings } from '../settings/settings';

export type CaptureSettings = Pick<
  Settings,
  | 'video'
  | 'audio'
  | 'resolution'
  | 'blackboardMode'
  | 'preprocessing'
  | 'noiseFilter'
  | 'filter'
  | 'background'
>;

/** Which devices are wanted. */
export interface Devices {
  audio: boolean;
  video: boolean;
}

export function canCapture(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === 'function';
}

export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

export function hasWebRtc(): boolean {
  return typeof RTCPeerConnection === 'function';
}

function device(id: string): MediaTrackConstraints {
  return id === DEFAULT_DEVICE || id === '' ? {} : { deviceId: id };
}

export function videoConstraints(from: CaptureSettings): MediaTrackConstraints {
  const base = device(from.video);
  if (from.resolution) {
    const [width, height] = from.resolution;
    return { ...base, width: { ideal: width }, height: { ideal: height } };
  }
  if (from.blackboardMode) {
    return { ...base, width: { min: 640, ideal: 1920 }, height: { min: 400, ideal: 1080 } };
  }
  return { ...base, aspectRatio: { ideal: 4 / 3 } };
}

export function audioConstraints(from: CaptureSettings): MediaTrackConstraints {
  const base = device(from.audio);
  if (from.preprocessing) return base;
  return { ...base, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
}

/** What could not be done to the media, which are sent without it then. */
export type Shortcoming = 'filter' | 'noise';

/**
 * Opens the devices. Throws what the browser throws; `explainCaptureError` makes advice of it. What processes the media
 * is loaded at its first use; `onShortcoming` hears if that fails.
 */
export async function openDevices(
  devices: Devices,
  from: CaptureSettings,
  onShortcoming: (what: Shortcoming) => void = () => undefined,
): Promise<MediaStream> {
  let media = await navigator.mediaDevices.getUserMedia({
    audio: devices.audio ? audioConstraints(from) : false,
    video: devices.video ? videoConstraints(from) : false,
  });
  if (from.blackboardMode) {
    // Sharp writing matters more than smooth motion.
    for (const track of media.getVideoTracks()) track.contentHint = 'detail';
  }
  const attempt = async (what: Shortcoming, process: () => Promise<MediaStream>): Promise<void> => {
    try {
      media = await process();
    } catch (error) {
      console.warn(what, error);
      onShortcoming(what);
    }
  };
  const { filter, background } = from;
  if (devices.video && filter !== '') {
    await attempt('filter', async () => (await import('./filter')).filtered(media, filter, background));
  }
  if (devices.audio && from.noiseFilter) {
    await attempt('noise', async () => (await import('./noise')).withoutNoise(media));
  }
  return media;
}

export function stopMedia(media: MediaStream | undefined): void {
  for (const track of media?.getTracks() ?? []) {
    track.onended = null;
    track.stop();
  }
}
