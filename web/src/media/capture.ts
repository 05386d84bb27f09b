import { DEFAULT_DEVICE, hidesBackground, type Settings } from '../settings/settings';

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

/** Differs whenever devices that are open would have to be opened anew for the settings to be followed. */
export function captureKey(from: CaptureSettings): string {
  const { video, audio, resolution, blackboardMode, preprocessing, noiseFilter, filter } = from;
  const background = filter === 'background-image' ? from.background : '';
  return JSON.stringify([
    [video, audio, resolution, blackboardMode],
    [preprocessing, noiseFilter, filter, background],
  ]);
}

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

/**
 * What could not be done to the media. They are sent without a `filter` that turns or mirrors, or without the `noise`
 * filter; but a picture whose `background` cannot be hidden is not sent at all.
 */
export type Shortcoming = 'filter' | 'noise' | 'background';

/** The media with the picture filtered. Rejects, with the camera as it was, if that is impossible. */
async function withFilter(media: MediaStream, from: CaptureSettings): Promise<MediaStream> {
  if (from.filter === '') return media;
  const { filtered } = await import('./filter');
  return filtered(media, from.filter, from.background);
}

function withoutPicture(media: MediaStream): MediaStream {
  for (const track of media.getVideoTracks()) track.stop();
  return new MediaStream(media.getAudioTracks());
}

/**
 * Opens the devices. Throws what the browser throws; `explainCaptureError` makes advice of it. What processes the media
 * is loaded at its first use; `onShortcoming` hears if that fails. If it fails later, the track concerned ends
 * (`hasBroken`). Without a background that was asked for, the picture is missing from the result.
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
  if (devices.video) {
    try {
      media = await withFilter(media, from);
    } catch (error) {
      const hides = hidesBackground(from.filter);
      console.warn('the picture filter', error);
      if (hides) media = withoutPicture(media);
      onShortcoming(hides ? 'background' : 'filter');
    }
  }
  if (devices.audio && from.noiseFilter) {
    try {
      media = await (await import('./noise')).withoutNoise(media);
    } catch (error) {
      console.warn('the noise filter', error);
      onShortcoming('noise');
    }
  }
  return media;
}

export interface Available {
  media: MediaStream;
  /** What there is none of. */
  absent?: keyof Devices;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotFoundError';
}

/** As openDevices; of two devices, one will do, since a microphone is worth having without a camera and vice versa. */
export async function openAvailable(
  devices: Devices,
  from: CaptureSettings,
  onShortcoming?: (what: Shortcoming) => void,
): Promise<Available> {
  try {
    return { media: await openDevices(devices, from, onShortcoming) };
  } catch (error) {
    if (!isAbsent(error) || !devices.audio || !devices.video) throw error;
  }
  try {
    const media = await openDevices({ audio: true, video: false }, from, onShortcoming);
    return { media, absent: 'video' };
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  const media = await openDevices({ audio: false, video: true }, from, onShortcoming);
  return { media, absent: 'audio' };
}

export function stopMedia(media: MediaStream | undefined): void {
  for (const track of media?.getTracks() ?? []) {
    track.onended = null;
    track.stop();
  }
}
