import type { ChatMessage } from '@halcyon/protocol';
import { signal } from '@preact/signals';
import { messageText, outlives } from './chat-log';

export interface Caption {
  key: number;
  /** The server's id, unique for one author. */
  id: string | undefined;
  /** Client id of the author. */
  source: string | undefined;
  time: Date;
  username: string;
  text: string;
}

/** Lines stay until this long after the latest of them, so that slow readers come to their end. */
const SILENCE_MS = 12_000;
const MAX_LINES = 3;
/** An hour of talk is about this many. */
const MAX_HISTORY = 1500;

/** The latest lines, which move up as more is said and go only when nothing more is, and what was said before. */
export class Captions {
  readonly lines = signal<readonly Caption[]>([]);
  readonly history = signal<readonly Caption[]>([]);
  #next = 1;
  #silence: ReturnType<typeof setTimeout> | undefined;

  add(message: ChatMessage): void {
    const { id, source } = message;
    // After a reconnection the server tells again what is here already.
    if (message.type === 'chathistory' && id !== undefined && this.#has(id, source)) return;
    const caption = {
      key: this.#next++,
      id,
      source,
      time: message.time ?? new Date(),
      username: message.username ?? '',
      text: messageText(message.value),
    };
    this.history.value = [...this.history.value, caption].slice(-MAX_HISTORY);
    // What was said before one came is to be read, but not shown as if it were said now.
    if (message.type === 'chathistory') return;
    this.lines.value = [...this.lines.value, caption].slice(-MAX_LINES);
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.clear();
    }, SILENCE_MS);
  }

  /** Forgets everything, everything of one author, or one caption of one author. */
  forget(userId?: string, id?: string): void {
    const stays = (caption: Caption): boolean => outlives(caption, userId, id);
    this.history.value = this.history.value.filter(stays);
    this.lines.value = this.lines.value.filter(stays);
  }

  #has(id: string, source: string | undefined): boolean {
    return this.history.value.some((caption) => caption.id === id && caption.source === source);
  }

  /** Nothing is being said any more; what was said stays. */
  clear(): void {
    clearTimeout(this.#silence);
    this.lines.value = [];
  }
}
