import type { ChatMessage } from '@halcyon/protocol';
import { signal } from '@preact/signals';
import { messageText } from './chat-log';

export interface Caption {
  key: number;
  username: string;
  text: string;
}

const SHOWN_MS = 5000;
const MAX_LINES = 3;

/** The latest captions, each for five seconds. */
export class Captions {
  readonly lines = signal<readonly Caption[]>([]);
  #next = 1;

  add(message: ChatMessage): void {
    const caption = {
      key: this.#next++,
      username: message.username ?? '',
      text: messageText(message.value),
    };
    this.lines.value = [...this.lines.value, caption].slice(-MAX_LINES);
    setTimeout(() => {
      this.lines.value = this.lines.value.filter((line) => line !== caption);
    }, SHOWN_MS);
  }

  clear(): void {
    this.lines.value = [];
  }
}
