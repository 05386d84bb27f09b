import type { BackgroundName, FilterName } from '../settings/settings';
import { startTicking } from './ticker';

/** Frames per second when the camera does not say. */
const DEFAULT_RATE = 30;
/** Segmentation takes many milliseconds a frame; more than this no camera picture needs. */
const BACKGROUND_RATE = 24;

/** Draws one frame of the video, `width` by `height`, into the context's canvas. */
export type FrameFilter = (
  context: CanvasRenderingContext2D,
  video: HTMLVideoElement,
  width: number,
  height: number,
) => void | Promise<void>;

/** Each is the transformation under which the picture is then drawn at the origin. */
const transformations = {
  'mirror-h': (width: number) => new DOMMatrix([-1, 0, 0, 1, width, 0]),
  'mirror-v': (_width: number, height: number) => new DOMMatrix([1, 0, 0, -1, 0, height]),
  rotate: (width: number, height: number) => new DOMMatrix([-1, 0, 0, -1, width, height]),
};

function isTransformation(name: string): name is keyof typeof transformations {
  return Object.hasOwn(transformations, name);
}

async function frameFilter(name: FilterName, background: BackgroundName): Promise<FrameFilter> {
  if (!isTransformation(name)) {
    // The segmenter weighs megabytes, so it comes only to those who want it.
    const { backgroundFilter } = await import('./background');
    return backgroundFilter(name === 'background-image' ? background : undefined);
  }
  return (context, video, width, height) => {
    context.setTransform(transformations[name](width, height));
    context.drawImage(video, 0, 0, width, height);
  };
}

/** Makes stopping the result stop the camera, and the loss of the camera end the result. */
export function tie(result: MediaStreamTrack, source: MediaStreamTrack, end: () => void): void {
  const stop = result.stop.bind(result);
  result.stop = () => {
    end();
    source.onended = null;
    source.stop();
    stop();
  };
  source.onended = (event) => {
    end();
    // A canvas never ends by itself, and stopping a track from here is silent.
    stop();
    result.onended?.call(result, event);
  };
}

/**
 * Draws frame after frame, leaving out those that come while one is still worked on, or within as much time after it:
 * on a slow computer, half of the time belongs to everything else.
 */
function drawing(canvas: HTMLCanvasElement, video: HTMLVideoElement, filter: FrameFilter): () => void {
  const context = canvas.getContext('2d');
  let working = false;
  let restUntil = 0;
  return () => {
    const { videoWidth: width, videoHeight: height } = video;
    if (!context || width === 0 || working || performance.now() < restUntil) return;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    working = true;
    const started = performance.now();
    Promise.resolve(filter(context, video, width, height))
      .catch((error: unknown) => {
        console.warn('a frame could not be filtered', error);
      })
      .finally(() => {
        working = false;
        const now = performance.now();
        restUntil = now + (now - started);
      });
  };
}

/**
 * The same media with the picture passed through a filter; sound is left as it is. Rejects if what the filter needs
 * cannot be loaded; the media are untouched then.
 */
export async function filtered(
  media: MediaStream,
  name: Exclude<FilterName, ''>,
  background: BackgroundName,
): Promise<MediaStream> {
  const [source] = media.getVideoTracks();
  if (!source) return media;
  const filter = await frameFilter(name, background);
  const camera = source.getSettings().frameRate ?? DEFAULT_RATE;
  const rate = isTransformation(name) ? camera : Math.min(camera, BACKGROUND_RATE);
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([source]);
  void video.play();
  const canvas = document.createElement('canvas');
  // Firefox captures nothing of a canvas that has no context yet.
  const stop = startTicking(rate, drawing(canvas, video, filter));
  const [result] = canvas.captureStream(rate).getVideoTracks();
  if (!result) {
    stop();
    return media;
  }
  result.contentHint = source.contentHint;
  tie(result, source, () => {
    stop();
    video.srcObject = null;
  });
  return new MediaStream([...media.getAudioTracks(), result]);
}
