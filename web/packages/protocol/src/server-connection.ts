import { DownStream } from './down-stream.js';
import { Emitter } from './emitter.js';
import { isObject, type JsonObject } from './fields.js';
import { MAX_DOWN_STREAMS, MAX_USERS } from './limits.js';
import { Liveness } from './liveness.js';
import { readServerMessage, type DropReason } from './message-reader.js';
import {
  PRIVILEGED_KINDS,
  PROTOCOL_VERSION,
  type ChatMessage,
  type ClientMessage,
  type Data,
  type GroupStatus,
  type JoinedMessage,
  type OfferMessage,
  type RequestMap,
  type ServerMessage,
  type User,
  type UserMessage,
  type UserMessageMessage,
  type Wanted,
} from './messages.js';
import { randomId } from './random-id.js';
import { RefusalWatch } from './refusal-watch.js';
import type { Stream, StreamPort } from './stream.js';
import { browserPlatform, SOCKET_OPEN, type Platform, type SocketLike } from './transport.js';
import { UpStream, type PublishOptions } from './up-stream.js';

/** Something was to be sent while there is no connection, or the connection could not be made. */
export class ConnectionError extends Error {}

export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'closed';

export interface CloseInfo {
  code: number;
  reason: string;
  /** This side asked for it. */
  requested: boolean;
  /** The server had fallen silent. */
  timedOut: boolean;
}

export interface ConnectionEvents {
  joined: [JoinedMessage];
  user: ['add' | 'change' | 'delete', User];
  /** A chat message, live or (type `chathistory`) from before joining. */
  chat: [ChatMessage];
  /** Kinds reserved to the server arrive here only if the server vouches for them. */
  usermessage: [UserMessageMessage];
  /** File transfer signalling; `from` is a client id. */
  filetransfer: [from: string, username: string, value: JsonObject];
  /** A new received stream. With `replaces`, it takes the place of one that has just ended. */
  downstream: [stream: DownStream, replaces: DownStream | undefined];
  close: [CloseInfo];
  /** A message was ignored. */
  dropped: [reason: DropReason | 'unprivileged' | 'limit', detail: string];
}

export interface JoinCredentials {
  username?: string;
  password?: string;
  token?: string;
  /** The user's initial public data. */
  data?: Data;
}

export interface Addressed {
  /** Recipient's client id; everybody if left out. */
  dest?: string;
  kind?: string;
  id?: string;
  /** Do not send the message back to its author. */
  noecho?: boolean;
}

const CLOSE_NORMAL = 1000;
const CLOSE_PROTOCOL_ERROR = 1002;

/** One client's connection to a server: handshake, membership, users, messages, streams. Use once. */
export class ServerConnection extends Emitter<ConnectionEvents> {
  /** Identifies this client to everybody in the group. */
  readonly id: string;
  readonly users = new Map<string, User>();
  readonly upStreams = new Map<string, UpStream>();
  readonly downStreams = new Map<string, DownStream>();
  readonly #platform: Platform;
  readonly #liveness: Liveness;
  readonly #refusals = new RefusalWatch();
  #socket: SocketLike | undefined;
  #state: ConnectionState = 'idle';
  #group: string | undefined;
  #username = '';
  #permissions: string[] = [];
  #status: GroupStatus = {};
  #data: Data = {};
  #rtcConfiguration: RTCConfiguration = {};
  #requested = false;
  #timedOut = false;
  #opened: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(platform: Platform = browserPlatform, id: string = randomId()) {
    super();
    this.#platform = platform;
    this.id = id;
    this.#liveness = new Liveness({
      ping: () => {
        this.#ping();
      },
      dead: () => {
        this.#timedOut = true;
        this.#socket?.close(CLOSE_NORMAL);
        // A dead network can delay the browser's own event for minutes.
        this.#closed(1006, '');
      },
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Name of the joined group, if any. */
  get group(): string | undefined {
    return this.#group;
  }

  /** The name the server assigned, which may differ from the one asked for. */
  get username(): string {
    return this.#username;
  }

  get permissions(): readonly string[] {
    return this.#permissions;
  }

  /** The group's status, each `joined` merged into the earlier ones. */
  get status(): Readonly<GroupStatus> {
    return this.#status;
  }

  /** The group's data. */
  get data(): Readonly<Data> {
    return this.#data;
  }

  get rtcConfiguration(): RTCConfiguration {
    return this.#rtcConfiguration;
  }

  /** Opens the socket; settles when the handshake is complete. Rejects with ConnectionError. */
  connect(url: string): Promise<void> {
    if (this.#state !== 'idle') return Promise.reject(new ConnectionError('already used'));
    this.#state = 'connecting';
    return new Promise((resolve, reject) => {
      this.#opened = { resolve, reject };
      let socket: SocketLike;
      try {
        socket = this.#platform.webSocket(url);
      } catch (error) {
        this.#closed(1006, error instanceof Error ? error.message : '');
        return;
      }
      this.#socket = socket;
      socket.onopen = () => {
        this.#trySend({ type: 'handshake', version: [PROTOCOL_VERSION], id: this.id });
      };
      socket.onmessage = (event) => {
        this.#received(event.data);
      };
      socket.onclose = (event) => {
        this.#closed(event.code, event.reason);
      };
      this.#liveness.start();
    });
  }

  /** Asks to join; the answer is a `joined` event of kind `join`, `fail` or `redirect`. */
  join(group: string, credentials: JoinCredentials): void {
    this.send({ type: 'join', kind: 'join', group, ...credentials });
  }

  /** Leaves the group, keeping the connection; the answer is a `joined` event of kind `leave`. */
  leave(): void {
    if (this.#group !== undefined) this.send({ type: 'join', kind: 'leave', group: this.#group });
  }

  /** Finds out whether the connection is still alive, after anything that may have cut it: a dead one closes soon. */
  probe(): void {
    if (this.#state === 'connected') this.#liveness.probe();
  }

  /**
   * Sends something that the server answers only when it refuses it, and waits until the server has dealt with it. Gives
   * the refusal in the server's words; undefined if there was none, or if the connection ended first.
   */
  refusalOf(send: () => void): Promise<string | undefined> {
    return this.#refusals.watch((answered) => {
      this.#ping(answered);
    }, send);
  }

  /** Ends the connection. `close` is emitted once the socket says so. */
  close(): void {
    this.#requested = true;
    this.#socket?.close(CLOSE_NORMAL);
    if (!this.#socket) this.#closed(CLOSE_NORMAL, '');
  }

  /** Says which media are wanted, replacing what was said before. */
  request(wanted: RequestMap): void {
    this.send({ type: 'request', request: wanted });
  }

  /** As DownStream.request, by stream id. */
  requestStream(id: string, wanted: Wanted[] | null): void {
    this.send({ type: 'requestStream', id, request: wanted });
  }

  chat(value: unknown, options: Addressed = {}): void {
    this.#say('chat', value, options);
  }

  userMessage(kind: string, value: unknown, options: Omit<Addressed, 'kind'> = {}): void {
    this.#say('usermessage', value, { ...options, kind });
  }

  /** `op`, `unop`, `present`, `unpresent`, `shutup`, `unshutup`, `kick`, `identify`, or `setdata` on oneself. */
  userAction(kind: string, dest: string, value?: unknown): void {
    this.#say('useraction', value, { kind, dest });
  }

  /** Merges keys into one's own public data; null deletes a key. */
  setData(data: Data): void {
    this.userAction('setdata', this.id, data);
  }

  /** `clearchat`, `lock`, `unlock`, `record`, `unrecord`, `subgroups`, `setdata`, and the token kinds. */
  groupAction(kind: string, value?: unknown): void {
    this.#say('groupaction', value, { kind });
  }

  /** Publishes media. Needs the `present` permission, else the stream ends as `aborted`. */
  publish(options: PublishOptions): UpStream {
    if (this.#state !== 'connected') throw new ConnectionError('not connected');
    const stream = new UpStream(this.#port(), options);
    this.upStreams.set(stream.id, stream);
    return stream;
  }

  /** Sends a message. Throws ConnectionError if that is impossible. */
  send(message: ClientMessage): void {
    if (!this.#trySend(message)) throw new ConnectionError('not connected');
  }

  #say(type: string, value: unknown, options: Addressed): void {
    this.send({ type, source: this.id, username: this.#username, ...options, value });
  }

  #trySend(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== SOCKET_OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #ping(answered?: () => void): void {
    if (this.#trySend({ type: 'ping' })) this.#refusals.pinged(answered);
  }

  #port(): StreamPort {
    return {
      send: (message) => this.#trySend(message),
      peerConnection: () => this.#platform.peerConnection(this.#rtcConfiguration),
      forget: (stream) => {
        this.#forget(stream);
      },
      identity: () => ({ source: this.id, username: this.#username }),
      restartsDtls: () => this.#platform.restartsDtls?.() ?? true,
    };
  }

  #forget(stream: Stream): void {
    if (this.upStreams.get(stream.id) === stream) this.upStreams.delete(stream.id);
    if (this.downStreams.get(stream.id) === stream) {
      this.downStreams.delete(stream.id);
    }
  }

  #closed(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#liveness.stop();
    this.#refusals.ended();
    if (this.#socket) {
      this.#socket.onopen = null;
      this.#socket.onmessage = null;
      this.#socket.onclose = null;
    }
    this.#emptyGroup();
    this.#opened?.reject(new ConnectionError(reason || `closed (${String(code)})`));
    this.#opened = undefined;
    this.emit('close', { code, reason, requested: this.#requested, timedOut: this.#timedOut });
  }

  #emptyGroup(): void {
    this.#group = undefined;
    this.#permissions = [];
    for (const stream of [...this.upStreams.values(), ...this.downStreams.values()]) {
      stream.dispose('disconnected');
    }
    for (const user of [...this.users.values()]) {
      this.users.delete(user.id);
      this.emit('user', 'delete', user);
    }
  }

  #received(data: unknown): void {
    if (this.#state === 'closed') return;
    this.#liveness.heard();
    const result = readServerMessage(data);
    if (!result.ok) {
      this.emit('dropped', result.reason, result.detail);
      return;
    }
    if (this.#state === 'connecting') this.#handshake(result.message);
    else this.#dispatch(result.message);
  }

  #handshake(message: ServerMessage): void {
    if (message.type !== 'handshake' || !message.version.includes(PROTOCOL_VERSION)) {
      this.#socket?.close(CLOSE_PROTOCOL_ERROR);
      this.#closed(CLOSE_PROTOCOL_ERROR, 'the server speaks another protocol version');
      return;
    }
    this.#state = 'connected';
    this.#opened?.resolve();
    this.#opened = undefined;
  }

  #dispatch(message: ServerMessage): void {
    switch (message.type) {
      case 'handshake':
        break;
      case 'pong':
        this.#refusals.ponged();
        break;
      case 'ping':
        this.#trySend({ type: 'pong' });
        break;
      case 'joined':
        this.#joined(message);
        break;
      case 'user':
        this.#user(message);
        break;
      case 'offer':
        this.#offer(message);
        break;
      case 'answer':
        this.upStreams.get(message.id)?.handleAnswer(message.sdp);
        break;
      case 'renegotiate':
        this.upStreams.get(message.id)?.handleRenegotiate();
        break;
      case 'abort':
        this.upStreams.get(message.id)?.handleAbort();
        break;
      case 'close':
        this.downStreams.get(message.id)?.dispose('remote');
        break;
      case 'ice':
        (this.upStreams.get(message.id) ?? this.downStreams.get(message.id))?.addRemoteCandidate(
          message.candidate,
        );
        break;
      case 'chat':
      case 'chathistory':
        this.emit('chat', message);
        break;
      case 'usermessage':
        this.#userMessage(message);
        break;
    }
  }

  #joined(message: JoinedMessage): void {
    if (message.kind === 'join' || message.kind === 'change') {
      if (message.kind === 'change' && message.group !== this.#group) return;
      this.#group = message.group;
      this.#username = message.username;
      this.#permissions = message.permissions;
      this.#rtcConfiguration = message.rtcConfiguration ?? this.#rtcConfiguration;
      if (message.data) this.#data = message.data;
      if (message.status) {
        // `locked` is never sent as false: its absence means unlocked.
        this.#status = { ...this.#status, locked: false, ...message.status };
      }
    } else if (message.kind === 'leave') {
      this.#emptyGroup();
    }
    this.emit('joined', message);
  }

  #user(message: UserMessage): void {
    const { id, username, permissions, data } = message;
    if (message.kind === 'delete') {
      const user = this.users.get(id);
      if (!user) return;
      this.users.delete(id);
      this.emit('user', 'delete', user);
      return;
    }
    const known = this.users.has(id);
    if (!known && this.users.size >= MAX_USERS) {
      this.emit('dropped', 'limit', 'users');
      return;
    }
    const user: User = { id, username, permissions, data };
    this.users.set(id, user);
    this.emit('user', known ? 'change' : 'add', user);
  }

  #offer(message: OfferMessage): void {
    const known = this.downStreams.get(message.id);
    if (known) {
      known.handleOffer(message);
      return;
    }
    if (this.upStreams.has(message.id) || this.downStreams.size >= MAX_DOWN_STREAMS) {
      this.#trySend({ type: 'abort', id: message.id });
      this.emit('dropped', 'limit', 'offer');
      return;
    }
    const replaced = message.replace ? this.downStreams.get(message.replace) : undefined;
    let stream: DownStream;
    try {
      stream = new DownStream(this.#port(), message, replaced?.localId);
    } catch (error) {
      this.#trySend({ type: 'abort', id: message.id });
      this.emit('dropped', 'malformed', `offer: ${String(error)}`);
      return;
    }
    this.downStreams.set(stream.id, stream);
    replaced?.dispose('replaced');
    this.emit('downstream', stream, replaced);
    stream.handleOffer(message);
  }

  #userMessage(message: UserMessageMessage): void {
    if (PRIVILEGED_KINDS.has(message.kind) && !message.privileged) {
      this.emit('dropped', 'unprivileged', message.kind);
    } else if (message.kind === 'filetransfer') {
      if (message.source && isObject(message.value)) {
        this.emit('filetransfer', message.source, message.username ?? '', message.value);
      } else {
        this.emit('dropped', 'malformed', 'filetransfer');
      }
    } else {
      const { kind, source, value } = message;
      if (kind === 'error' && source === undefined) this.#refusals.refused(typeof value === 'string' ? value : '');
      this.emit('usermessage', message);
    }
  }
}
