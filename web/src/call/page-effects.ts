import { effect } from '@preact/signals';
import type { Call } from './call';

/** The title names the group, and how much of the chat has not been read. */
function showTitle(call: Call): void {
  effect(() => {
    const unread = call.chat.unread.value;
    document.title = unread > 0 ? `(${String(unread)}) ${call.title.value}` : call.title.value;
  });
}

/** Keeps the screen from going dark while in a group. */
function keepAwake(call: Call): void {
  let lock: Promise<WakeLockSentinel | undefined> | undefined;
  const request = (): void => {
    // Browsers refuse on low battery or in the background; then the screen goes dark as always.
    lock = navigator.wakeLock.request('screen').catch(() => undefined);
  };
  if (!('wakeLock' in navigator)) return;
  effect(() => {
    if (call.phase.value === 'joined') {
      request();
    } else {
      void lock?.then((held) => held?.release());
      lock = undefined;
    }
  });
  document.addEventListener('visibilitychange', () => {
    // The browser drops the lock whenever the page is hidden.
    if (!document.hidden && call.phase.value === 'joined') request();
  });
}

/** A hidden page needs no good pictures, but a glance elsewhere should not disturb them. */
const HIDDEN_MS = 15_000;

function saveWhenHidden(call: Call): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => {
        call.reception.watched(false);
      }, HIDDEN_MS);
    } else {
      call.reception.watched(true);
    }
  });
}

/** What the page as a whole does while there is a call. */
export function installPageEffects(call: Call): void {
  showTitle(call);
  keepAwake(call);
  saveWhenHidden(call);
}
