import type { JsonObject, User } from '@halcyon/protocol';
import { signal } from '@preact/signals';
import { t } from '../i18n';
import type { Call } from './call';
import { isRecorder } from './members';
import { pickFile } from './pick-file';
import { callPlatform } from './platform';
import { Transfer, type TransferOptions } from './transfer';

/** Transfers that run or wait at once; further offers are refused. */
const MAX_TRANSFERS = 32;
/** Transfers that are over and still shown. */
const MAX_OVER = 3;
const MAX_NAME = 255;

/** A name that is safe to save under. */
export function safeFileName(name: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = name.replace(/[\u0000-\u001f\u007f/\\\u202a-\u202e\u2066-\u2069]/g, '_').slice(-MAX_NAME);
  return plain.replace(/^\.+/, '_') || 'file';
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}

/** All file transfers of this page. */
export class Transfers {
  readonly list = signal<readonly Transfer[]>([]);
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Files are on their way, or may be as soon as somebody answers. */
  get busy(): boolean {
    return this.#running() > 0;
  }

  /** Whether files may be offered to this member. */
  mayOffer(user: User): boolean {
    return this.#call.may('message') && !isRecorder(user) && user.id !== this.#call.members.own?.id;
  }

  /** Those to whom files may be offered. */
  get recipients(): User[] {
    return this.#call.members.list.value.filter((user) => this.mayOffer(user));
  }

  /** Lets the user pick a file and offers it. */
  pickAndOffer(user: User): void {
    pickFile('', (file) => {
      this.offer(user, file);
    });
  }

  offer(user: User, file: File): void {
    if (this.#running() >= MAX_TRANSFERS) {
      this.#call.notices.error(t('transfer.tooMany'));
      return;
    }
    const transfer = new Transfer({
      ...this.#means(user.id),
      peerName: user.username,
      fileName: safeFileName(file.name),
      size: file.size,
      mimeType: file.type,
      file,
    });
    this.#add(transfer);
    const { connection } = this.#call;
    if (!connection) {
      transfer.invite();
      return;
    }
    // A publisher by HTTP, for one, takes no messages, and nothing in the list says so.
    const refusal = connection.refusalOf(() => {
      transfer.invite();
    });
    void refusal.then((words) => {
      if (words !== undefined) transfer.peerGone(words);
    });
  }

  /** A transfer message of another member. */
  handle(from: string, username: string, value: JsonObject): void {
    const { type, id } = value;
    if (typeof id !== 'string' || id === '') return;
    const known = this.list.value.find((one) => one.id === id && one.peerId === from);
    if (known) void known.handle(value);
    else if (type === 'invite') this.#invited(from, username, id, value);
  }

  peerLeft(id: string): void {
    for (const transfer of this.list.value) {
      if (transfer.peerId === id) transfer.peerGone(t('transfer.peerLeft'));
    }
  }

  dismiss(transfer: Transfer): void {
    transfer.cancel();
    this.list.value = this.list.value.filter((other) => other !== transfer);
  }

  #invited(from: string, username: string, id: string, value: JsonObject): void {
    const { version, name, size, mimetype } = value;
    const means = this.#means(from);
    const supported = Array.isArray(version) && version.includes('1');
    const sane = typeof name === 'string' && Number.isSafeInteger(size) && (size as number) >= 0;
    if (!supported || !sane || this.#running() >= MAX_TRANSFERS) {
      means.signal({ type: 'cancel', id, message: supported ? 'refused' : 'unknown version' });
      if (!supported) {
        const file = typeof name === 'string' ? safeFileName(name) : '?';
        this.#call.notices.warn(t('transfer.newer', { name: username || t('anonymous'), file }));
      }
      return;
    }
    const transfer = new Transfer({
      ...means,
      id,
      peerName: username,
      fileName: safeFileName(name),
      size: size as number,
      mimeType: typeof mimetype === 'string' ? mimetype : '',
    });
    transfer.onFile = save;
    this.#add(transfer);
  }

  #running(): number {
    return this.list.value.filter((one) => !one.over).length;
  }

  /** Those that are over stay to be read; the oldest make room. */
  #add(transfer: Transfer): void {
    const over = this.list.value.filter((one) => one.over);
    const gone = new Set(over.slice(0, Math.max(0, over.length - MAX_OVER)));
    this.list.value = [...this.list.value.filter((other) => !gone.has(other)), transfer];
  }

  #means(peerId: string): Pick<TransferOptions, 'peerId' | 'signal' | 'peerConnection'> {
    return {
      peerId,
      signal: (value) => {
        const { connection } = this.#call;
        try {
          connection?.userMessage('filetransfer', value, { dest: peerId });
          return connection !== undefined;
        } catch {
          // An open data channel does without the server; the caller knows whether it has one.
          return false;
        }
      },
      peerConnection: () =>
        callPlatform.peerConnection(this.#call.connection?.rtcConfiguration ?? {}),
    };
  }
}
