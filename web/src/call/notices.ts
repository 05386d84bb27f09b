import { signal } from '@preact/signals';

export type Severity = 'error' | 'warning' | 'info';

export interface Notice {
  key: number;
  severity: Severity;
  text: string;
  time: Date;
}

/** Notices shown at once; older ones make room. */
const MAX_NOTICES = 6;
/** Notices that can be read again. */
const MAX_PAST = 100;

/** Messages that pass: errors, warnings, information. */
export class Notices {
  readonly shown = signal<readonly Notice[]>([]);
  /** All of them, the latest last. */
  readonly past = signal<readonly Notice[]>([]);
  #next = 1;

  add(severity: Severity, text: string): void {
    // The same text again would only push others out.
    const others = this.shown.value.filter((notice) => notice.text !== text);
    const notice = { key: this.#next++, severity, text, time: new Date() };
    this.shown.value = [...others, notice].slice(-MAX_NOTICES);
    this.past.value = [...this.past.value, notice].slice(-MAX_PAST);
  }

  error(text: string): void {
    this.add('error', text);
  }

  warn(text: string): void {
    this.add('warning', text);
  }

  info(text: string): void {
    this.add('info', text);
  }

  dismiss(key: number): void {
    this.shown.value = this.shown.value.filter((notice) => notice.key !== key);
  }

  clear(): void {
    this.shown.value = [];
  }
}
