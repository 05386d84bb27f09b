import type { Call } from '../call/call';

/** Starts an element; if the browser wants a click first, the call shows a button for it. */
export function playOrAsk(call: Call, element: HTMLMediaElement): void {
  element.play().catch((error: unknown) => {
    if (error instanceof Error && error.name === 'NotAllowedError') {
      call.playbackBlocked.value = true;
    }
  });
}

/** Called from a click: starts everything that is waiting. */
export function playEverything(call: Call): void {
  call.playbackBlocked.value = false;
  for (const element of document.querySelectorAll('video')) playOrAsk(call, element);
}
