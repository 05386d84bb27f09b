import type { BackgroundName } from '../settings/settings';
import type { FrameFilter } from './filter';
import { ownBackground } from './own-background';
import { paintScene } from './scenes';
import { personSegmenter } from './segmenter';

/** The background is blurred at this fraction of its size, which blurs by itself and costs little. */
const SHRINK = 8;
/**
 * Safari's canvas cannot blur: there the background is shrunk by at least this factor, and enlarged again. Half as much
 * leaves large writing readable.
 */
const COARSE_SHRINK = 48;
/** Softens the edge of the person, in pixels of a picture this wide. */
const EDGE = 3 / 640;

function canBlur(): boolean {
  return 'filter' in CanvasRenderingContext2D.prototype;
}

function surface(): CanvasRenderingContext2D {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) throw new Error('no canvas');
  return context;
}

function fit(context: CanvasRenderingContext2D, width: number, height: number): boolean {
  const { canvas } = context;
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}

/** Draws a picture so that it covers the area, its middle in the middle. */
function cover(context: CanvasRenderingContext2D, picture: ImageBitmap, width: number, height: number): void {
  const scale = Math.max(width / picture.width, height / picture.height);
  const [w, h] = [picture.width * scale, picture.height * scale];
  context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
}

/** Paints what stands behind the person, below what the context holds already. */
type Backdrop = (
  context: CanvasRenderingContext2D,
  video: HTMLVideoElement,
  mask: CanvasImageSource,
  width: number,
  height: number,
) => void;

/** Draws the video, shrunk, with a hole where the person is. */
function drawHollow(
  context: CanvasRenderingContext2D,
  video: HTMLVideoElement,
  mask: CanvasImageSource,
  [width, height]: [number, number],
): void {
  fit(context, width, height);
  context.globalCompositeOperation = 'copy';
  context.drawImage(video, 0, 0, width, height);
  context.globalCompositeOperation = 'destination-out';
  context.drawImage(mask, 0, 0, width, height);
}

/** Cut out first and blurred then, so that the person casts no halo. */
function blurredBackdrop(): Backdrop {
  const small = surface();
  return (context, video, mask, width, height) => {
    const [w, h] = [Math.ceil(width / SHRINK), Math.ceil(height / SHRINK)];
    drawHollow(small, video, mask, [w, h]);
    // Where the person was, something of the surroundings must stand in.
    small.globalCompositeOperation = 'destination-over';
    small.filter = `blur(${String(Math.ceil(w / 12))}px)`;
    small.drawImage(small.canvas, 0, 0, w, h);
    small.filter = 'none';
    context.imageSmoothingQuality = 'high';
    // Strong enough that large writing on a board cannot be read.
    context.filter = `blur(${String(Math.ceil(width / 48))}px)`;
    // A blurred picture fades out at its border, which therefore lies outside.
    const margin = width / 24;
    context.drawImage(small.canvas, -margin, -margin, width + 2 * margin, height + 2 * margin);
    context.filter = 'none';
  };
}

/** The same by shrinking and enlarging alone. */
function coarseBackdrop(): Backdrop {
  const steps: CanvasRenderingContext2D[] = [];
  const average = surface();
  return (context, video, mask, width, height) => {
    const smallest = width / COARSE_SHRINK;
    let [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    let last = (steps[0] ??= surface());
    drawHollow(last, video, mask, [w, h]);
    // Halving takes every pixel into account; when they shrink a picture by more, browsers look at some only.
    for (let step = 1; w > smallest; step++) {
      const next = (steps[step] ??= surface());
      const [toWidth, toHeight] = [Math.max(1, Math.ceil(w / 2)), Math.max(1, Math.ceil(h / 2))];
      fit(next, toWidth, toHeight);
      next.globalCompositeOperation = 'copy';
      next.drawImage(last.canvas, 0, 0, toWidth, toHeight);
      [w, h, last] = [toWidth, toHeight, next];
    }
    // What is left of the surroundings in all fills the place where the person was.
    fit(average, 1, 1);
    average.globalCompositeOperation = 'copy';
    average.imageSmoothingQuality = 'high';
    average.drawImage(last.canvas, 0, 0, 1, 1);
    last.globalCompositeOperation = 'destination-over';
    // The more of the picture is person, the more transparent it is; several layers are opaque enough.
    for (let layer = 0; layer < 4; layer++) last.drawImage(average.canvas, 0, 0, w, h);
    context.imageSmoothingQuality = 'high';
    context.drawImage(last.canvas, 0, 0, width, height);
  };
}

async function pictureBackdrop(name: BackgroundName): Promise<Backdrop> {
  const own = name === 'own' ? await ownBackground() : undefined;
  const scene = surface();
  return (context, _video, _mask, width, height) => {
    if (fit(scene, width, height)) {
      if (own) cover(scene, own, width, height);
      else paintScene(name, scene, width, height);
    }
    context.drawImage(scene.canvas, 0, 0);
  };
}

/** Keeps the person and blurs what is behind, or puts a picture there. */
export async function backgroundFilter(picture: BackgroundName | undefined): Promise<FrameFilter> {
  const [segmenter, backdrop] = await Promise.all([
    personSegmenter(),
    picture === undefined ? (canBlur() ? blurredBackdrop() : coarseBackdrop()) : pictureBackdrop(picture),
  ]);
  return async (context, video, width, height) => {
    const mask = await segmenter.mask(video);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = 'copy';
    context.filter = `blur(${String(Math.ceil(width * EDGE))}px)`;
    context.drawImage(mask, 0, 0, width, height);
    context.filter = 'none';
    context.globalCompositeOperation = 'source-in';
    context.drawImage(video, 0, 0, width, height);
    context.globalCompositeOperation = 'destination-over';
    backdrop(context, video, mask, width, height);
    context.globalCompositeOperation = 'source-over';
  };
}
