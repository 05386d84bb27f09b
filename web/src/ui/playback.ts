import type { Call } from '../call/call';

interface Waiting {
  /** It is to be silent once it may play, too. */
  muted: boolean;
  /** Counts attempts: of several that overlap, the latest decides. */
  attempt: number;
}

/** Elements that wait for the user to do something. */
const waiting = new Map<HTMLMediaElement, Waiting>();

function isRefusal(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotAllowedError';
}

/**
 * Starts an element. Where the browser wants the user to do something first, the picture runs without its sound until
 * then, and the call says so.
 */
export function playOrAsk(call: Call, element: HTMLMediaElement): void {
  // What the user wants; a refusal meanwhile changes what the element says.
  const { muted } = element;
  element.play().catch((error: unknown) => {
    if (!isRefusal(error)) return;
    if (!waiting.has(element)) waiting.set(element, { muted, attempt: 0 });
    call.playbackBlocked.value = true;
    playSilently(element);
  });
}

function playSilently(element: HTMLMediaElement): void {
  element.muted = true;
  // Refused too where a battery is low: then the picture waits as well.
  element.play().catch(() => undefined);
}

async function playAsWanted(element: HTMLMediaElement, wish: Waiting): Promise<void> {
  const attempt = ++wish.attempt;
  // Browsers stop what becomes loud without leave, and tell nobody; what begins anew they refuse.
  element.pause();
  element.muted = wish.muted;
  try {
    await element.play();
    if (attempt === wish.attempt) waiting.delete(element);
  } catch (error) {
    if (attempt !== wish.attempt) return;
    if (isRefusal(error)) playSilently(element);
    else waiting.delete(element);
  }
}

/** The user has done something: starts everything that is waiting. */
export async function playEverything(call: Call): Promise<void> {
  for (const element of waiting.keys()) if (!element.isConnected) waiting.delete(element);
  await Promise.all([...waiting].map(([element, wish]) => playAsWanted(element, wish)));
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
