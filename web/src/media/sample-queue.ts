/** Samples held at most; a multiple of both RNNoise's 480 and the 128 samples browsers deliver. */
const CAPACITY = 1920;

/** Samples of sound waiting their turn. The caller takes as many as it gives, so that it never overflows. */
export class SampleQueue {
  readonly #samples = new Float32Array(CAPACITY);
  #start = 0;
  length = 0;

  push(samples: Float32Array): void {
    for (const sample of samples) {
      this.#samples[(this.#start + this.length) % CAPACITY] = sample;
      this.length += 1;
    }
  }

  shiftInto(samples: Float32Array): void {
    for (let i = 0; i < samples.length; i++) {
      samples[i] = this.#samples[(this.#start + i) % CAPACITY] ?? 0;
    }
    this.#start = (this.#start + samples.length) % CAPACITY;
    this.length -= samples.length;
  }
}
