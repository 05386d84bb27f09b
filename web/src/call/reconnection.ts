import { signal } from '@preact/signals';
import { t } from '../i18n';
import { MAX_RECONNECT_ATTEMPTS, reconnectDelay } from './backoff';

/** The attempts to get back into the group: when the next one is due, and what is being waited for. */
export class Reconnection {
  /** For the user; empty while there is nothing to wait for. */
  readonly waiting = signal('');
  readonly #attempt: () => void;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `attempt` makes one attempt; a failed one calls `schedule()` again. */
  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  /** Attempts have been made since the last `reset()`. */
  get underWay(): boolean {
    return this.#count > 0;
  }

  /** Plans the next attempt; false if there have been enough. */
  schedule(waiting: string = t('connection.reconnecting')): boolean {
    clearTimeout(this.#timer);
    if (this.#count >= MAX_RECONNECT_ATTEMPTS) return false;
    this.waiting.value = waiting;
    this.#timer = setTimeout(() => {
      this.now();
    }, reconnectDelay(this.#count));
    this.#count += 1;
    return true;
  }

  /** Makes the next attempt at once. */
  now(): void {
    clearTimeout(this.#timer);
    this.#attempt();
  }

  /** There is nothing to be attempted any more. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#count = 0;
    this.waiting.value = '';
  }
}
