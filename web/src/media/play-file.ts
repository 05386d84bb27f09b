interface CapturingElement extends HTMLVideoElement {
  captureStream?: () => MediaStream;
  mozCaptureStream?: () => MediaStream;
}

/** The first tracks of a file come within this time of its metadata, or not at all. */
const TRACKS_MS = 5000;

export function canPlayFiles(): boolean {
  const element = HTMLVideoElement.prototype as CapturingElement;
  return element.captureStream !== undefined || element.mozCaptureStream !== undefined;
}

function once(target: EventTarget, good: string, bad?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    target.addEventListener(good, () => resolve(), { once: true });
    if (bad) target.addEventListener(bad, () => reject(new Error(bad)), { once: true });
  });
}

/** A player of a file, and what it plays as media to send. */
export interface FilePlayer {
  element: HTMLVideoElement;
  media: MediaStream;
}

/** Opens an audio or video file, paused at its beginning. Rejects if the browser cannot play it. */
export async function openFile(file: File): Promise<FilePlayer> {
  const element = document.createElement('video') as CapturingElement;
  element.controls = true;
  element.playsInline = true;
  element.src = URL.createObjectURL(file);
  try {
    await once(element, 'loadeddata', 'error');
    const media = element.captureStream?.() ?? element.mozCaptureStream?.();
    if (!media) throw new Error('capture');
    if (media.getTracks().length === 0) {
      const arrived = once(media, 'addtrack');
      // Some browsers make tracks only of what plays.
      await element.play();
      await Promise.race([arrived, new Promise((resolve) => setTimeout(resolve, TRACKS_MS))]);
      element.pause();
      element.currentTime = 0;
    }
    if (media.getTracks().length === 0) throw new Error('tracks');
    return { element, media };
  } catch (error) {
    URL.revokeObjectURL(element.src);
    throw error;
  }
}

/** Ends a player and lets go of its file. */
export function closePlayer(element: HTMLVideoElement): void {
  element.pause();
  URL.revokeObjectURL(element.src);
  element.removeAttribute('src');
  element.load();
}
