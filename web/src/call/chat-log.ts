import type { ChatMessage } from '@halcyon/protocol';
import { signal } from '@preact/signals';

export interface ChatEntry {
  /** Unique in this page. */
  key: number;
  /** The server's id; private and local entries have none. */
  id?: string;
  /** Client id of the author; absent if the server or this page speaks. */
  source?: string;
  username: string;
  /** Name of the recipient of a private message. */
  recipient?: string;
  kind: string;
  time: Date;
  text: string;
  own: boolean;
  history: boolean;
  /** The author was an operator. */
  privileged: boolean;
  /** It did not reach its recipient. */
  refused?: boolean;
}

/** Entries kept; the oldest go first. */
const MAX_ENTRIES = 1000;
/** Characters of one message that are shown. */
const MAX_TEXT = 20_000;
/** Messages of one author this close together share a header. */
const GROUPING_MS = 60_000;

/** The text of a message, whatever its value is. */
export function messageText(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** Whether something said stays when all is deleted, all of one author, or one message of one author. */
export function outlives(
  said: { id?: string | undefined; source?: string | undefined },
  userId: string | undefined,
  id: string | undefined,
): boolean {
  return userId !== undefined && (said.source !== userId || (id !== undefined && said.id !== id));
}

/** Whether `entry` needs no header of its own below `previous`. */
export function continues(previous: ChatEntry | undefined, entry: ChatEntry): boolean {
  if (!previous || previous.kind === 'me' || entry.kind === 'me') return false;
  return (
    previous.source === entry.source &&
    previous.username === entry.username &&
    previous.recipient === entry.recipient &&
    previous.history === entry.history &&
    Math.abs(entry.time.getTime() - previous.time.getTime()) <= GROUPING_MS
  );
}

/** What has been said. */
export class ChatLog {
  readonly entries = signal<readonly ChatEntry[]>([]);
  /** Live messages that arrived while nobody looked. */
  readonly unread = signal(0);
  /** Counts live messages of others. */
  readonly arrivals = signal(0);
  /** The chat is on screen. */
  visible = false;
  #next = 1;

  add(message: ChatMessage, ownId: string, nameOf: (id: string) => string): void {
    const history = message.type === 'chathistory';
    // After a reconnection the history holds what is here already.
    if (history && message.id !== undefined && this.#has(message.id, message.source)) return;
    const own = message.source === ownId;
    this.#append({
      id: message.id,
      source: message.source,
      username: message.username ?? '',
      ...(message.dest ? { recipient: nameOf(message.dest) } : {}),
      kind: message.kind,
      time: message.time ?? new Date(),
      text: messageText(message.value),
      own,
      history,
      privileged: message.privileged,
    });
    const seen = this.visible && !document.hidden;
    if (own || history) return;
    this.arrivals.value += 1;
    if (!seen) this.unread.value += 1;
  }

  /** A private message of one's own, which the server does not echo. Gives its key. */
  addOwnPrivate(text: string, ownId: string, username: string, recipient: string): number {
    return this.#append({ ...this.#blank(text), source: ownId, username, recipient, own: true });
  }

  /** The server would not deliver a message. */
  markRefused(key: number): void {
    this.entries.value = this.entries.value.map((entry) =>
      entry.key === key ? { ...entry, refused: true } : entry,
    );
  }

  /** Something this page says: the output of a command. */
  addLocal(text: string): void {
    this.#append(this.#blank(text));
  }

  /** Everything, everything of one author, or one message of one author. */
  clear(userId?: string, id?: string): void {
    this.entries.value = this.entries.value.filter((entry) => outlives(entry, userId, id));
  }

  seen(): void {
    this.unread.value = 0;
  }

  #has(id: string, source: string | undefined): boolean {
    return this.entries.value.some((entry) => entry.id === id && entry.source === source);
  }

  #blank(text: string): Omit<ChatEntry, 'key'> {
    return {
      username: '',
      kind: '',
      time: new Date(),
      text,
      own: false,
      history: false,
      privileged: false,
    };
  }

  #append(entry: Omit<ChatEntry, 'key'>): number {
    const key = this.#next++;
    this.entries.value = [...this.entries.value, { ...entry, key }].slice(-MAX_ENTRIES);
    return key;
  }
}
