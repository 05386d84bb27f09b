import type { FilterName } from '../settings/settings';

/** Frames per second when the camera does not say. */
const DEFAULT_RATE = 30;

type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

/** Each sets the transformation under which the picture is then drawn at the origin. */
const transformations: Record<Exclude<FilterName, ''>, Draw> = {
  'mirror-h': (context, width) => {
    context.setTransform(-1, 0, 0, 1, width, 0);
  },
  'mirror-v': (context, _width, height) => {
    context.setTransform(1, 0, 0, -1, 0, height);
  },
  rotate: (context, width, height) => {
    context.setTransform(-1, 0, 0, -1, width, height);
  },
};

function drawInto(canvas: HTMLCanvasElement, video: HTMLVideoElement, transform: Draw): void {
  const { videoWidth: width, videoHeight: height } = video;
  const context = canvas.getContext('2d');
  if (!context || width === 0) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  transform(context, width, height);
  context.drawImage(video, 0, 0, width, height);
}

/** Makes stopping the result stop the camera, and the loss of the camera end the result. */
function tie(result: MediaStreamTrack, source: MediaStreamTrack, end: () => void): void {
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

/** The same media with the picture passed through a filter; sound is left as it is. */
export function filtered(media: MediaStream, name: Exclude<FilterName, ''>): MediaStream {
  const [source] = media.getVideoTracks();
  if (!source) return media;
  const rate = source.getSettings().frameRate ?? DEFAULT_RATE;
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([source]);
  void video.play();
  const canvas = document.createElement('canvas');
  const timer = setInterval(() => {
    drawInto(canvas, video, transformations[name]);
  }, 1000 / rate);
  const [result] = canvas.captureStream(rate).getVideoTracks();
  if (!result) {
    clearInterval(timer);
    return media;
  }
  result.contentHint = source.contentHint;
  tie(result, source, () => {
    clearInterval(timer);
    video.srcObject = null;
  });
  return new MediaStream([...media.getAudioTracks(), result]);
}
