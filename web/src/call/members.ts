import type { ServerConnection, User } from '@halcyon/protocol';
import { computed, signal } from '@preact/signals';

/** The recorder is a member of its own kind. */
export function isRecorder(user: User): boolean {
  return user.permissions.includes('system');
}

function order(ownId: string): (a: User, b: User) => number {
  return (a, b) => {
    if (a.id === ownId || b.id === ownId) return a.id === ownId ? -1 : 1;
    if (!a.username !== !b.username) return a.username ? -1 : 1;
    return (
      a.username.localeCompare(b.username, undefined, { sensitivity: 'base', numeric: true }) ||
      (a.username < b.username ? -1 : a.username > b.username ? 1 : a.id < b.id ? -1 : 1)
    );
  };
}

/** When a hand went up; undefined if it is down. Clients that only say `true` count as first. */
export function handRaisedAt(user: User): number | undefined {
  const value = user.data['raisehand'];
  if (!value) return undefined;
  return typeof value === 'number' ? value : 0;
}

/** The people in the group. */
export class Members {
  readonly list = signal<readonly User[]>([]);
  /** People, the recorder not counted. */
  readonly people = computed(() => this.list.value.filter((user) => !isRecorder(user)).length);
  readonly recording = computed(() => this.list.value.some(isRecorder));
  /** Client ids of raised hands, the longest waiting first. */
  readonly hands = computed(() =>
    this.list.value
      .filter((user) => handRaisedAt(user) !== undefined)
      .sort((a, b) => (handRaisedAt(a) ?? 0) - (handRaisedAt(b) ?? 0))
      .map((user) => user.id),
  );
  #ownId = '';
  #stale: ServerConnection | undefined;

  /** Takes the list over from the connection, once for however many changes come in a row. */
  refresh(connection: ServerConnection): void {
    if (this.#stale) {
      this.#stale = connection;
      return;
    }
    this.#stale = connection;
    queueMicrotask(() => {
      const source = this.#stale;
      this.#stale = undefined;
      if (!source) return;
      this.#ownId = source.id;
      this.list.value = [...source.users.values()].sort(order(source.id));
    });
  }

  get own(): User | undefined {
    return this.list.value.find((user) => user.id === this.#ownId);
  }

  byId(id: string): User | undefined {
    return this.list.value.find((user) => user.id === id);
  }

  /** By client id, else the first with that user name. */
  find(nameOrId: string): User | undefined {
    return this.byId(nameOrId) ?? this.list.value.find((user) => user.username === nameOrId);
  }
}
