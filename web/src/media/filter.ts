import type { BackgroundName, FilterName } from '../settings/settings';
import { markBroken } from './broken-tracks';
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

/**
 * Makes stopping the result stop the camera, and the loss of the camera end the result. What is returned ends both,
 * because what is in between has failed.
 */
export function tie(result: MediaStreamTrack, source: MediaStreamTrack, end: () => void): () => void {
  const stop = result.stop.bind(result);
  let ended = false;
  const endOnce = (): void => {
    if (!ended) end();
    ended = true;
  };
  const over = (): void => {
    endOnce();
    // A canvas never ends by itself, and stopping a track from here is silent.
    stop();
    result.dispatchEvent(new Event('ended'));
  };
  result.stop = () => {
    endOnce();
    source.onended = null;
    source.stop();
    stop();
  };
  source.onended = over;
  return () => {
    if (result.readyState === 'ended') return;
    markBroken(result);
    source.onended = null;
    source.stop();
    over();
  };
}

/** Frames that fail one after another until a filter counts as broken; a single one may be a hiccup. */
const MAX_FAILURES = 10;
/**
 * A frame that is not done when so many others have been due never will be: the filter has died without a word. At the
 * background filter's rate it is ten seconds; a clock would also count the time that a computer sleeps.
 */
const MAX_WAITING = 10 * BACKGROUND_RATE;

/**
 * Draws frame after frame, leaving out those that come while one is still worked on, or within as much time after it:
 * on a slow computer, half of the time belongs to everything else. A frame that fails is left out, so what was drawn
 * last stays; `onBroken` hears when no more are to be expected.
 */
export function drawing(
  canvas: HTMLCanvasElement,
  video: HTMLVideoElement,
  filter: FrameFilter,
  onBroken: () => void,
): () => void {
  const context = canvas.getContext('2d');
  let working = false;
  let restUntil = 0;
  let failures = 0;
  let waiting = 0;
  return () => {
    const { videoWidth: width, videoHeight: height } = video;
    const now = performance.now();
    waiting = working ? waiting + 1 : 0;
    if (waiting === MAX_WAITING) onBroken();
    if (!context || width === 0 || working || now < restUntil) return;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    working = true;
    // What is thrown at once counts like what fails later.
    (async () => filter(context, video, width, height))()
      .then(
        () => {
          failures = 0;
        },
        (error: unknown) => {
          console.warn('a frame could not be filtered', error);
          failures += 1;
          if (failures >= MAX_FAILURES) onBroken();
        },
      )
      .finally(() => {
        working = false;
        const end = performance.now();
        restUntil = end + (end - now);
      });
  };
}

/**
 * The same media with the picture passed through a filter; sound is left as it is. Rejects if what the filter needs
 * cannot be loaded; the media are untouched then. If the filter fails later, the picture ends.
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
  const canvas = document.createElement('canvas');
  // Firefox captures nothing of a canvas that has no context yet.
  if (!canvas.getContext('2d')) throw new Error('no canvas');
  const [result] = canvas.captureStream(rate).getVideoTracks();
  if (!result) throw new Error('no track came out');
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([source]);
  let stop: () => void = () => undefined;
  const broke = tie(result, source, () => {
    stop();
    video.srcObject = null;
  });
  const draw = drawing(canvas, video, filter, () => {
    broke();
    if (!isTransformation(name)) void import('./segmenter').then(({ forgetSegmenter }) => forgetSegmenter());
  });
  stop = startTicking(rate, draw);
  // Without it playing, nothing is ever drawn. Stopping interrupts it, too, but then the result has ended.
  video.play().catch(broke);
  result.contentHint = source.contentHint;
  return new MediaStream([...media.getAudioTracks(), result]);
}
