import createRnnoise, { type RnnoiseModule } from '@jitsi/rnnoise-wasm/dist/rnnoise.js';
import { SampleQueue } from './sample-queue';

// TypeScript's library does not describe the scope of audio worklets.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
  constructor(options?: AudioWorkletNodeOptions);
}
declare function registerProcessor(
  name: string,
  processor: new (options: AudioWorkletNodeOptions) => AudioWorkletProcessor,
): void;

/** Samples that RNNoise takes at a time: 10 ms at 48 kHz. */
const FRAME = 480;
/** RNNoise wants samples in the range of 16-bit integers. */
const SCALE = 32_768;
const BYTES_PER_SAMPLE = 4;

/** Passes one channel through RNNoise; as it is until the module has been compiled. */
class NoiseProcessor extends AudioWorkletProcessor {
  readonly #input = new SampleQueue();
  readonly #output = new SampleQueue();
  readonly #frame = new Float32Array(FRAME);
  #rnnoise: RnnoiseModule | undefined;
  #state = 0;
  #buffer = 0;

  constructor(options: AudioWorkletNodeOptions) {
    super(options);
    const { wasm } = options.processorOptions as { wasm: ArrayBuffer };
    void createRnnoise({ wasmBinary: wasm }).then((module) => {
      this.#state = module._rnnoise_create(0);
      this.#buffer = module._malloc(FRAME * BYTES_PER_SAMPLE);
      this.#rnnoise = module;
    });
  }

  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    const heard = input?.[0];
    const said = output?.[0];
    if (!heard || !said) return true;
    if (!this.#rnnoise) {
      said.set(heard);
      return true;
    }
    this.#input.push(heard);
    while (this.#input.length >= FRAME) this.#denoise(this.#rnnoise);
    if (this.#output.length >= said.length) this.#output.shiftInto(said);
    return true;
  }

  #denoise(module: RnnoiseModule): void {
    this.#input.shiftInto(this.#frame);
    const at = this.#buffer / BYTES_PER_SAMPLE;
    for (let i = 0; i < FRAME; i++) module.HEAPF32[at + i] = (this.#frame[i] ?? 0) * SCALE;
    module._rnnoise_process_frame(this.#state, this.#buffer, this.#buffer);
    for (let i = 0; i < FRAME; i++) this.#frame[i] = (module.HEAPF32[at + i] ?? 0) / SCALE;
    this.#output.push(this.#frame);
  }
}

registerProcessor('noise', NoiseProcessor);
