import {
  ConnectionError,
  ServerConnection,
  type CloseInfo,
  type GroupStatus,
  type JoinedMessage,
  type Platform,
  type Token,
} from '@halcyon/protocol';
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import { t } from '../i18n';
import { hasWebRtc } from '../media/capture';
import { settings } from '../settings/settings';
import { Captions } from './captions';
import { announceChanges, type Standing } from './changes';
import { ChatLog, messageText } from './chat-log';
import { CredentialError, credentialsFor, type Login } from './credentials';
import {
  defaultEndpoint,
  fetchStatus,
  groupFromPath,
  groupTitle,
} from './group-page';
import { WayIn } from './invited';
import { Members } from './members';
import { Notices } from './notices';
import { callPlatform } from './platform';
import { Presence } from './presence';
import { Publishing } from './publishing';
import { Reactions } from './reactions';
import { ReceptionModel } from './reception';
import { Reconnection } from './reconnection';
import { explainRefusal, isUnauthorised, waitingFor } from './refusal';
import { Sampler } from './sampler';
import { handleServerMessage, isShutdown } from './server-messages';
import { Tiles } from './tiles';
import { Transfers } from './transfers';

/** `loading` until the status is known, `login` outside, `reconnecting` after an unwanted loss. */
export type Phase = 'loading' | 'login' | 'connecting' | 'joined' | 'reconnecting';

function isWebAddress(address: string | undefined): address is string {
  return address !== undefined && /^(https?:|\/)/i.test(address);
}

/** One visit of a group: what is known, who is there, what is seen and sent. */
export class Call {
  readonly phase = signal<Phase>('loading');
  readonly wayIn = new WayIn();
  /** Why the last attempt to get in failed. */
  readonly loginError = signal('');
  /** It failed because of what was typed, which is of no further use therefore. */
  readonly wrongPassword = signal(false);
  /** The refusal may pass by itself, so that waiting for that is of use. */
  readonly mayWait = signal(false);
  readonly status = signal<GroupStatus>({});
  readonly permissions = signal<readonly string[]>([]);
  readonly username = signal('');
  /** The browser wants a click before it plays sound. */
  readonly playbackBlocked = signal(false);
  /** The latest login was with a password, which may therefore be changed. */
  readonly passwordLogin = signal(false);
  readonly group = computed(() => this.status.value.name ?? groupFromPath(window.location.pathname));
  readonly title = computed(() => groupTitle(this.status.value, this.group.value));

  readonly notices = new Notices();
  readonly chat = new ChatLog();
  readonly captions = new Captions();
  readonly members = new Members();
  readonly presence = new Presence();
  readonly reactions = new Reactions();
  readonly tiles = new Tiles();
  readonly publishing = new Publishing(this.tiles, this.notices, this.members);
  readonly transfers = new Transfers(this);
  /** An invitation just made, to be shown. */
  readonly invitation = signal<Token | undefined>(undefined);
  /** The group's invitations while they are being looked through; undefined otherwise. */
  readonly invitationList = signal<readonly Token[] | undefined>(undefined);
  readonly reception = new ReceptionModel(this.tiles, this.notices);
  readonly #sampler = new Sampler(this.tiles, () => settings.value.activityDetection);
  readonly #platform: Platform;
  #connection: ServerConnection | undefined;
  #login: Login | undefined;
  /** Media opened before joining, to be published after it; until then they belong to the login box. */
  #startMedia: MediaStream | undefined;
  #byPassword = false;
  /** In front of the group, and to be let in as soon as that is possible. */
  #patient = false;
  readonly #reconnection = new Reconnection(() => {
    this.#tryAgain();
  });
  /** The server has said that we must go. */
  #dismissed = false;
  /** Why, as said in the login box, where it stays for whoever looks away. */
  #farewell = '';
  /** When the own hand went up; a new connection starts with it down. */
  #handRaised: number | undefined;

  constructor(platform: Platform = callPlatform) {
    this.#platform = platform;
  }

  /** The present connection; undefined when not in the group. */
  get connection(): ServerConnection | undefined {
    return this.phase.value === 'joined' ? this.#connection : undefined;
  }

  /** What is being waited for after a loss of the connection; empty at other times. */
  get waiting(): ReadonlySignal<string> {
    return this.#reconnection.waiting;
  }

  may(permission: string): boolean {
    return this.permissions.value.includes(permission);
  }

  /** Reads the status and the address, then shows the login box or goes to the portal. */
  async start(): Promise<void> {
    const status = await fetchStatus();
    if (status) this.status.value = status;
    else this.notices.warn(t('status.unavailable'));
    if (!this.wayIn.isFresh && this.portal) {
      // In the place of this page, which on the way back would lead there again.
      window.location.replace(this.portal);
      return;
    }
    this.wayIn.open(this.portal !== undefined);
    if (!hasWebRtc()) this.notices.warn(t('webrtc.missing'));
    this.phase.value = 'login';
    window.addEventListener('online', () => {
      this.networkChanged();
    });
    document.addEventListener('visibilitychange', () => {
      // A phone that slept has missed its timers, and perhaps the end of the connection.
      if (!document.hidden && this.#comesBack) this.networkChanged();
    });
  }

  /** Where one gets a token for this group, if there is such a place. */
  get portal(): string | undefined {
    const { authPortal } = this.status.value;
    return isWebAddress(authPortal) ? authPortal : undefined;
  }

  /** Logs in with name and password although there is a token, or with the token after all. */
  useInvitation(use: boolean): void {
    this.loginError.value = '';
    this.wayIn.choose(use);
  }

  /**
   * Joins with what the login box holds. `media` is published once inside. Who is `patient` waits in front of a group that is
   * full, locked, or without its operator.
   */
  async enter(username: string, password: string, media?: MediaStream, patient = false): Promise<void> {
    this.#patient = patient;
    this.#login = this.wayIn.login(username, password);
    this.#startMedia = media;
    this.loginError.value = '';
    this.wrongPassword.value = false;
    this.mayWait.value = false;
    this.chat.clear();
    this.captions.forget();
    this.#reconnection.reset();
    this.phase.value = 'connecting';
    await this.#connect();
  }

  /** The network, or what it is reached by, may be another one now: finds out at once instead of after a timeout. */
  networkChanged(): void {
    if (this.#comesBack) {
      this.#reconnection.now();
    } else if (this.connection) {
      this.connection.probe();
      this.restartMedia();
    }
  }

  /** Leaves for good. */
  leave(): void {
    this.#dismissed = true;
    this.#connection?.close();
    this.#end();
  }

  /** Looks for new network paths for everything sent and received. */
  restartMedia(): void {
    this.publishing.restartIce();
    for (const stream of this.connection?.downStreams.values() ?? []) stream.renegotiate();
  }

  /** Sends one's own public data; null deletes a key. */
  setData(data: Record<string, unknown>): void {
    this.act((connection) => {
      connection.setData(data);
    });
  }

  /** Raises or lowers the own hand. The time is for the order in which hands went up. */
  raiseHand(raised: boolean): void {
    this.#handRaised = raised ? Date.now() : undefined;
    this.setData({ raisehand: this.#handRaised ?? null });
  }

  /** Does something that needs the connection. False, and a notice, if there is none at the moment. */
  act(action: (connection: ServerConnection) => void): boolean {
    try {
      if (!this.connection) throw new ConnectionError('not in a group');
      action(this.connection);
      return true;
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.notices.error(t('connection.none'));
      return false;
    }
  }

  async #connect(): Promise<void> {
    const login = this.#login;
    if (!login) return;
    const connection = new ServerConnection(this.#platform);
    this.#connection = connection;
    this.#dismissed = false;
    this.#farewell = '';
    this.#listen(connection);
    try {
      const credentials = await credentialsFor(login, this.status.value);
      this.#byPassword = credentials.token === undefined;
      await connection.connect(this.status.value.endpoint ?? defaultEndpoint(window.location));
      connection.join(this.group.value, credentials);
    } catch (error) {
      if (error instanceof CredentialError) {
        // Without a network the authorisation server is out of reach as well.
        if (error.temporary && this.#comesBack) this.#scheduleReconnect(error.message);
        else this.#refused(error.message, error.wrong);
      }
      // A connection that failed reports its close, which is where that is handled.
    }
  }

  #listen(connection: ServerConnection): void {
    connection.on('joined', (message) => {
      this.#joined(connection, message);
    });
    connection.on('user', (kind, user) => {
      // The list stays as it was while the connection is being restored; data channels need no server.
      if (connection.state === 'closed') return;
      if (kind === 'delete') {
        this.transfers.peerLeft(user.id);
        this.presence.went(user.username);
      } else if (kind === 'add' && user.id !== connection.id) {
        this.presence.came(user.username);
      }
      this.members.refresh(connection);
      queueMicrotask(() => {
        if (connection === this.#connection) this.publishing.membersChanged();
      });
    });
    connection.on('chat', (message) => {
      if (message.kind === 'caption') {
        this.captions.add(message);
      } else {
        this.chat.add(message, connection.id, (id) => connection.users.get(id)?.username ?? '');
      }
    });
    connection.on('usermessage', (message) => {
      if (message.kind === 'kicked' && !isShutdown(message)) {
        this.#dismissed = true;
        this.#farewell = t('notice.kicked', { text: messageText(message.value) });
      }
      handleServerMessage(this, message);
    });
    connection.on('filetransfer', (from, username, value) => {
      this.transfers.handle(from, username, value);
    });
    connection.on('downstream', (stream, replaces) => {
      this.reception.add(stream, replaces);
    });
    connection.on('dropped', (reason, detail) => {
      console.warn('message ignored:', reason, detail);
    });
    connection.on('close', (info) => {
      if (connection === this.#connection) this.#closed(info);
    });
  }

  #joined(connection: ServerConnection, message: JoinedMessage): void {
    if (message.kind === 'fail') {
      this.#failed(message);
    } else if (message.kind === 'redirect') {
      this.#refused(isWebAddress(message.value) ? '' : t('login.badRedirect'));
      if (isWebAddress(message.value)) window.location.assign(message.value);
    } else if (message.kind === 'leave') {
      this.leave();
    } else {
      this.#takeOver(connection, message);
    }
  }

  #takeOver(connection: ServerConnection, message: JoinedMessage): void {
    const before = this.#standing();
    batch(() => {
      this.status.value = { ...this.status.value, ...connection.status };
      this.permissions.value = [...connection.permissions];
      this.username.value = connection.username;
    });
    const again = this.#reconnection.underWay && !this.#patient;
    if (message.kind === 'join') this.#entered(connection, again);
    if (message.kind === 'change' || again) announceChanges(this.notices, before, this.#standing());
  }

  #standing(): Standing {
    return { locked: this.status.value.locked === true, permissions: this.permissions.value };
  }

  #entered(connection: ServerConnection, again: boolean): void {
    this.#reconnection.reset();
    this.#patient = false;
    this.passwordLogin.value = this.#byPassword && connection.username !== '';
    // Who has a password does not come by invitation next time either.
    if (this.#login?.token === undefined) this.wayIn.forget();
    this.phase.value = 'joined';
    this.members.refresh(connection);
    this.presence.entered();
    if (this.#handRaised !== undefined) this.setData({ raisehand: this.#handRaised });
    if (again) this.notices.info(t('connection.restored'));
    else if (this.status.value.locked) this.notices.warn(t('group.isLocked'));
    if (!hasWebRtc()) return;
    this.reception.joined(connection);
    // The right to send may have gone while one was away.
    if (!this.may('present')) this.publishing.stopAll();
    this.publishing.joined(connection);
    this.#sampler.start();
    const media = this.#startMedia;
    this.#startMedia = undefined;
    // While one waited to be let in, other devices may have been chosen.
    if (!media?.getTracks().some((track) => track.readyState === 'live')) return;
    if (this.may('present')) this.publishing.adopt(media);
    else this.notices.warn(t('rights.listenOnly'));
  }

  #failed(message: JoinedMessage): void {
    const waiting = waitingFor(message);
    if (waiting !== undefined && this.#comesBack) {
      this.#hangUp();
      this.#scheduleReconnect(waiting, this.#explain(message));
      return;
    }
    const byInvitation = this.#login?.token !== undefined;
    if (message.error === 'need-username' && byInvitation) {
      this.wayIn.kind.value = 'token-name';
      this.#refused('');
    } else if (message.error === 'duplicate-username') {
      if (byInvitation) this.wayIn.kind.value = 'token-name';
      this.#refused(t('login.nameTaken'));
    } else {
      const unauthorised = isUnauthorised(message.value);
      // Of no use to the next visit either.
      if (unauthorised && byInvitation) this.wayIn.forget();
      this.#refused(this.#explain(message), unauthorised);
      this.mayWait.value = waiting !== undefined;
    }
  }

  #explain(message: JoinedMessage): string {
    return explainRefusal(message.value, this.wayIn.kind.value);
  }

  #refused(text: string, wrongPassword = false): void {
    this.#dismissed = true;
    this.#connection?.close();
    this.#end();
    this.loginError.value = text;
    this.wrongPassword.value = wrongPassword;
  }

  /** Ends the connection without leaving: another one takes its place. */
  #hangUp(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }

  /** A failed attempt is not the last one. */
  get #comesBack(): boolean {
    return this.phase.value === 'reconnecting' || (this.phase.value === 'connecting' && this.#patient);
  }

  #closed(info: CloseInfo): void {
    if (this.#dismissed || info.requested) {
      this.#end();
      if (!info.requested) this.loginError.value = this.#farewell;
    } else if (this.phase.value === 'joined' || this.#comesBack) {
      this.#scheduleReconnect();
    } else {
      this.#end();
      this.loginError.value = t('connection.failed');
    }
  }

  /** `waiting` is what the user is told meanwhile, `failure` when it has taken too long. */
  #scheduleReconnect(waiting?: string, failure: string = t('connection.lost')): void {
    this.#sampler.stop();
    this.presence.ended();
    if (!this.#patient) this.phase.value = 'reconnecting';
    if (this.#reconnection.schedule(waiting)) return;
    this.#end();
    this.loginError.value = failure;
  }

  #tryAgain(): void {
    this.#hangUp();
    void this.#connect();
  }

  #end(): void {
    this.#reconnection.reset();
    this.#patient = false;
    this.mayWait.value = false;
    this.#sampler.stop();
    this.#startMedia = undefined;
    this.#connection = undefined;
    this.#handRaised = undefined;
    this.presence.ended();
    batch(() => {
      this.phase.value = 'login';
      this.publishing.stopAll();
      this.members.list.value = [];
      this.permissions.value = [];
      this.captions.clear();
    });
  }
}
