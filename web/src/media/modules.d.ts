declare module '@jitsi/rnnoise-wasm/dist/rnnoise.js' {
  /** The C functions of RNNoise; numbers are addresses in the module's memory. */
  export interface RnnoiseModule {
    HEAPF32: Float32Array;
    _rnnoise_create(model: number): number;
    _rnnoise_process_frame(state: number, output: number, input: number): number;
    _malloc(bytes: number): number;
  }
  export default function createRnnoise(options: { wasmBinary: ArrayBuffer }): Promise<RnnoiseModule>;
}
