import { signal } from '@preact/signals';

/** What can be said without a word. Anything else that arrives is not shown. */
export const REACTIONS = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;

export type ReactionName = (typeof REACTIONS)[number];

export interface Reaction {
  key: number;
  emoji: ReactionName;
  username: string;
}

/** The kind of `usermessage` that carries one; clients that do not know it ignore it. */
export const REACTION_KIND = 'reaction';

const SHOWN_MS = 5000;
const MAX_SHOWN = 8;
/** One client's reactions come no faster than this, or the rest is dropped. */
const INTERVAL_MS = 300;

function isReaction(value: unknown): value is ReactionName {
  return REACTIONS.includes(value as ReactionName);
}

/** The latest reactions of all members, each for five seconds. */
export class Reactions {
  readonly shown = signal<readonly Reaction[]>([]);
  readonly #latest = new Map<string, number>();
  #next = 1;

  /** A member has sent this. */
  add(source: string, username: string, value: unknown, now: number = Date.now()): void {
    if (!isReaction(value) || now - (this.#latest.get(source) ?? -Infinity) < INTERVAL_MS) return;
    this.#latest.set(source, now);
    const reaction = { key: this.#next++, emoji: value, username };
    this.shown.value = [...this.shown.value, reaction].slice(-MAX_SHOWN);
    setTimeout(() => {
      this.shown.value = this.shown.value.filter((other) => other !== reaction);
      if (this.shown.value.length === 0) this.#latest.clear();
    }, SHOWN_MS);
  }
}
