const STORE = 'halcyon-background';
const KEY = '/own-background';
/** Pictures are scaled down to this width, which no camera exceeds by much. */
const MAX_WIDTH = 1920;

/** Keeps a picture of the user's own in this browser. Rejects if the file is none, or storage is forbidden. */
export async function keepOwnBackground(file: File): Promise<void> {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, MAX_WIDTH / whole.width);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(whole.width * scale);
  canvas.height = Math.round(whole.height * scale);
  canvas.getContext('2d')?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', 0.9);
  });
  if (!blob) throw new Error('the picture could not be kept');
  const store = await caches.open(STORE);
  await store.put(KEY, new Response(blob));
}

/** The picture kept; undefined if there is none. */
export async function ownBackground(): Promise<ImageBitmap | undefined> {
  try {
    const kept = await (await caches.open(STORE)).match(KEY);
    return kept ? await createImageBitmap(await kept.blob()) : undefined;
  } catch {
    return undefined;
  }
}
