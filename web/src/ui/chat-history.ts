/** Texts that can be called back; the oldest go first. */
const MAX_TEXTS = 50;

/** What has been written in the chat, to be called back as shells do. */
export class ChatHistory {
  readonly #texts: string[] = [];
  /** Which of them is shown; their number while it is the draft. */
  #at = 0;
  #draft = '';

  /** A text has been sent. */
  add(text: string): void {
    if (this.#texts.at(-1) !== text) this.#texts.push(text);
    if (this.#texts.length > MAX_TEXTS) this.#texts.shift();
    this.#at = this.#texts.length;
    this.#draft = '';
  }

  /** The text before the one shown, which is kept if it is the draft; undefined if there is none. */
  older(shown: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#texts.length) this.#draft = shown;
    this.#at -= 1;
    return this.#texts[this.#at];
  }

  /** The text after the one shown, in the end the draft; undefined if that is shown. */
  newer(): string | undefined {
    if (this.#at === this.#texts.length) return undefined;
    this.#at += 1;
    return this.#texts[this.#at] ?? this.#draft;
  }
}
