/** Calls `tick` this many times a second, in a hidden page too. The result ends it. */
export function startTicking(rate: number, tick: () => void): () => void {
  const period = 1000 / rate;
  const worker = new Worker(new URL('./ticker-worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = tick;
  worker.postMessage(period);
  return () => {
    worker.terminate();
  };
}
