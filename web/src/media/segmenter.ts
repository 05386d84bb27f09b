import type { SelfieSegmentation } from '@mediapipe/selfie_segmentation';
import scriptUrl from '@mediapipe/selfie_segmentation/selfie_segmentation.js?url';
import graphUrl from '@mediapipe/selfie_segmentation/selfie_segmentation.binarypb?url';
import modelUrl from '@mediapipe/selfie_segmentation/selfie_segmentation.tflite?url';
import landscapeModelUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url';
import simdScriptUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.js?url';
import simdWasmUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.wasm?url';

/**
 * The package asks for its parts by these names; the build has given them others. Its variant for browsers without SIMD
 * is left out: what is as old as that is too slow for this.
 */
const parts: Record<string, string> = {
  'selfie_segmentation.binarypb': graphUrl,
  'selfie_segmentation.tflite': modelUrl,
  'selfie_segmentation_landscape.tflite': landscapeModelUrl,
  'selfie_segmentation_solution_simd_wasm_bin.js': simdScriptUrl,
  'selfie_segmentation_solution_simd_wasm_bin.wasm': simdWasmUrl,
};

/** The model for wide pictures; it is the faster one. */
const LANDSCAPE = 1;

/** Megabytes over a slow line take a while; a package that has given up without a word does not. */
const LOAD_MS = 45_000;

function within<T>(result: Promise<T>, limit: number): Promise<T> {
  const timeout = new Promise<never>((_resolve, reject) => {
    setTimeout(() => {
      reject(new Error('the segmenter did not start'));
    }, limit);
  });
  return Promise.race([result, timeout]);
}

type Segmenter = InstanceType<typeof SelfieSegmentation>;

/** The package is a classic script that puts its class into the global scope. */
async function loadScript(): Promise<typeof SelfieSegmentation> {
  const scope = globalThis as { SelfieSegmentation?: typeof SelfieSegmentation };
  if (!scope.SelfieSegmentation) {
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement('script');
      script.src = scriptUrl;
      script.onload = () => {
        resolve();
      };
      script.onerror = () => {
        reject(new Error('the segmenter could not be loaded'));
      };
      document.head.append(script);
    });
  }
  if (!scope.SelfieSegmentation) throw new Error('the segmenter is unusable');
  return scope.SelfieSegmentation;
}

/** Tells people from what is behind them. There is one for the page: a second one would take the first one's memory. */
export class PersonSegmenter {
  readonly #segmenter: Segmenter;
  #resolve: ((mask: CanvasImageSource) => void) | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(segmenter: Segmenter) {
    this.#segmenter = segmenter;
    segmenter.setOptions({ modelSelection: LANDSCAPE });
    segmenter.onResults(({ segmentationMask }) => {
      this.#resolve?.(segmentationMask);
    });
  }

  static async load(): Promise<PersonSegmenter> {
    // Without WebGL the package neither starts nor says so.
    if (!document.createElement('canvas').getContext('webgl2')) throw new Error('no WebGL');
    const Class = await loadScript();
    const segmenter = new Class({ locateFile: (name) => parts[name] ?? name });
    await within(segmenter.initialize(), LOAD_MS);
    return new PersonSegmenter(segmenter);
  }

  /** A picture that is opaque where a person is; valid until the next call. */
  mask(video: HTMLVideoElement): Promise<CanvasImageSource> {
    const next = this.#queue.then(async () => {
      const result = new Promise<CanvasImageSource>((resolve) => {
        this.#resolve = resolve;
      });
      await this.#segmenter.send({ image: video });
      return result;
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  /** Gives its memory back. */
  close(): Promise<void> {
    return this.#segmenter.close();
  }
}

let loaded: Promise<PersonSegmenter> | undefined;

/** The page's segmenter, loaded at the first call. Rejects if that fails; the next call tries again. */
export function personSegmenter(): Promise<PersonSegmenter> {
  loaded ??= PersonSegmenter.load().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/** Lets go of a segmenter that has failed, so that the next call loads another one. */
export async function forgetSegmenter(): Promise<void> {
  const failed = loaded;
  loaded = undefined;
  try {
    await (await failed)?.close();
  } catch (error) {
    console.warn('the segmenter could not be closed', error);
  }
}
