import type { BackgroundName } from '../settings/settings';
import type { FrameFilter } from './filter';
import { ownBackground } from './own-background';
import { paintScene } from './scenes';
import { personSegmenter } from './segmenter';

/** The background is blurred at this fraction of its size, which blurs by itself and costs little. */
const SHRINK = 8;
/** Softens the edge of the person, in pixels of a picture this wide. */
const EDGE = 3 / 640;

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

/** Cut out first and blurred then, so that the person casts no halo. */
function blurredBackdrop(): Backdrop {
  const small = surface();
  return (context, video, mask, width, height) => {
    const [w, h] = [Math.ceil(width / SHRINK), Math.ceil(height / SHRINK)];
    fit(small, w, h);
    small.globalCompositeOperation = 'copy';
    small.drawImage(video, 0, 0, w, h);
    small.globalCompositeOperation = 'destination-out';
    small.drawImage(mask, 0, 0, w, h);
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
    picture === undefined ? blurredBackdrop() : pictureBackdrop(picture),
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
