import { signal } from '@preact/signals';
import { t } from '../i18n';

/** Whoever is reported within this time of joining was there before. */
const LIST_ARRIVES_MS = 2000;
/** Arrivals this close together are one piece of news. */
const GATHER_MS = 600;
const SHOWN_MS = 4000;
/** More names than this are not read out. */
const MAX_NAMES = 3;

/** Who has come and who has gone, as one line of text that passes. */
export class Presence {
  readonly line = signal('');
  /** Counts arrivals and departures, for those who only want to know that there was one. */
  readonly arrivals = signal(0);
  readonly departures = signal(0);
  #since = Infinity;
  #came: string[] = [];
  #went: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The group has been joined at `now` (milliseconds): the list of those present follows. */
  entered(now: number = Date.now()): void {
    this.#since = now + LIST_ARRIVES_MS;
  }

  /** The connection is gone, and with it everybody else. */
  ended(): void {
    this.#since = Infinity;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#came = [];
    this.#went = [];
    this.line.value = '';
  }

  came(username: string, now: number = Date.now()): void {
    if (now < this.#since) return;
    this.#came.push(username);
    this.arrivals.value += 1;
    this.#gather();
  }

  went(username: string, now: number = Date.now()): void {
    if (now < this.#since) return;
    this.#went.push(username);
    this.departures.value += 1;
    this.#gather();
  }

  #gather(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const parts = [
        this.#came.length > 0 ? t('presence.came', { names: names(this.#came) }) : '',
        this.#went.length > 0 ? t('presence.went', { names: names(this.#went) }) : '',
      ];
      this.line.value = parts.filter(Boolean).join(' ');
      this.#came = [];
      this.#went = [];
      this.#timer = setTimeout(() => {
        this.line.value = '';
      }, SHOWN_MS);
    }, GATHER_MS);
  }
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, MAX_NAMES).map((name) => name || t('anonymous'));
  const more = all.length - shown.length;
  return more > 0 ? `${shown.join(', ')} +${String(more)}` : shown.join(', ');
}
