import type { Call } from '../call/call';

/** Elements that wait for the user to do something, and whether they are to be silent once they may play. */
const waiting = new Map<HTMLMediaElement, boolean>();

function isRefusal(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotAllowedError';
}

/**
 * Starts an element. Where the browser wants the user to do something first, the picture runs without its sound until
 * then, and the call says so.
 */
export function playOrAsk(call: Call, element: HTMLMediaElement): void {
  element.play().catch((error: unknown) => {
    if (!isRefusal(error)) return;
    waiting.set(element, element.muted);
    call.playbackBlocked.value = true;
    playSilently(element);
  });
}

function playSilently(element: HTMLMediaElement): void {
  element.muted = true;
  // Refused too where a battery is low: then the picture waits as well.
  element.play().catch(() => undefined);
}

async function playAsWanted(element: HTMLMediaElement, muted: boolean): Promise<void> {
  // Browsers stop what becomes loud without leave, and tell nobody; what begins anew they refuse.
  element.pause();
  element.muted = muted;
  try {
    await element.play();
    waiting.delete(element);
    // Another attempt may have been refused meanwhile.
    element.muted = muted;
  } catch (error) {
    if (!isRefusal(error)) waiting.delete(element);
    else if (waiting.has(element)) playSilently(element);
  }
}

/** The user has done something: starts everything that is waiting. */
export async function playEverything(call: Call): Promise<void> {
  for (const element of waiting.keys()) if (!element.isConnected) waiting.delete(element);
  await Promise.all([...waiting].map(([element, muted]) => playAsWanted(element, muted)));
  call.playbackBlocked.value = waiting.size > 0;
}

/** What browsers may take for the user's wish to hear something; they do not agree on which. */
const GESTURES = ['pointerup', 'touchend', 'click', 'keydown'] as const;

/** Takes whatever the user does next, wherever on the page, as leave to play. Answers with how to stop that. */
export function playAtNextGesture(call: Call): () => void {
  const listening = new AbortController();
  const play = (): void => void playEverything(call);
  for (const gesture of GESTURES) {
    window.addEventListener(gesture, play, { capture: true, signal: listening.signal });
  }
  return () => {
    listening.abort();
  };
}
