/** Measures how loud a microphone is, as a number from 0 to 1, about ten times a second. */
export class LevelMeter {
  readonly #context = new AudioContext();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(media: MediaStream, onLevel: (level: number) => void) {
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(media).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample * sample;
      onLevel(toLevel(Math.sqrt(sum / samples.length)));
    }, 100);
  }

  stop(): void {
    clearInterval(this.#timer);
    void this.#context.close();
  }
}

const QUIETEST_DB = -60;

/** Maps an amplitude to 0…1 on a decibel scale, as ears do. */
export function toLevel(amplitude: number): number {
  if (amplitude <= 0) return 0;
  const decibels = 20 * Math.log10(amplitude);
  return Math.min(1, Math.max(0, 1 - decibels / QUIETEST_DB));
}
