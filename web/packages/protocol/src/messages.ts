/** The protocol version this library speaks. */
export const PROTOCOL_VERSION = '2';

export type Permission =
  | 'op'
  | 'present'
  | 'message'
  | 'caption'
  | 'token'
  | 'record'
  | 'admin'
  | 'system';

/** What a receiver wants of a stream. `video-low` is the lowest encoding or spatial layer. */
export type Wanted = 'audio' | 'video' | 'video-low';

/** Wanted media by stream label; the key `''` stands for all labels not named. */
export type RequestMap = Record<string, Wanted[]>;

export type Data = Record<string, unknown>;

export interface GroupStatus {
  name?: string;
  displayName?: string;
  description?: string;
  redirect?: string;
  location?: string;
  endpoint?: string;
  authServer?: string;
  authPortal?: string;
  locked?: boolean;
  clientCount?: number;
  canChangePassword?: boolean;
}

export interface User {
  id: string;
  username: string;
  permissions: string[];
  data: Data;
}

/** A candidate as it is on the wire. */
export interface WireCandidate {
  candidate: string;
  sdpMid: string | null;
  sdpMLineIndex: number | null;
  usernameFragment: string | null;
}

export interface HandshakeMessage {
  type: 'handshake';
  version: string[];
}

export interface LivenessMessage {
  type: 'ping' | 'pong';
}

export interface JoinedMessage {
  type: 'joined';
  kind: 'join' | 'change' | 'leave' | 'fail' | 'redirect';
  group: string;
  username: string;
  permissions: string[];
  status?: GroupStatus;
  /** The group's data. Absent on a change of permissions, which must not be read as "emptied". */
  data?: Data;
  rtcConfiguration?: RTCConfiguration;
  /** `need-username` or `duplicate-username`; refused credentials have none. */
  error?: string;
  /** The reason of a failure, or the address of a redirect. */
  value?: string;
}

export interface UserMessage extends User {
  type: 'user';
  kind: 'add' | 'change' | 'delete';
}

export interface OfferMessage {
  type: 'offer';
  id: string;
  label?: string;
  replace?: string;
  source?: string;
  username?: string;
  sdp: string;
}

export interface AnswerMessage {
  type: 'answer';
  id: string;
  sdp: string;
}

export interface IceMessage {
  type: 'ice';
  id: string;
  candidate: WireCandidate;
}

export interface StreamMessage {
  type: 'close' | 'abort' | 'renegotiate';
  id: string;
}

export interface ChatMessage {
  type: 'chat' | 'chathistory';
  kind: string;
  id?: string;
  source?: string;
  username?: string;
  dest?: string;
  privileged: boolean;
  time?: Date;
  value: unknown;
}

export interface UserMessageMessage {
  type: 'usermessage';
  kind: string;
  id?: string;
  source?: string;
  username?: string;
  dest?: string;
  privileged: boolean;
  error?: string;
  value: unknown;
}

/** Everything a server may send, after validation. */
export type ServerMessage =
  | HandshakeMessage
  | LivenessMessage
  | JoinedMessage
  | UserMessage
  | OfferMessage
  | AnswerMessage
  | IceMessage
  | StreamMessage
  | ChatMessage
  | UserMessageMessage;

/** An invitation, as `token` and `tokenlist` messages carry it. */
export interface Token {
  token: string;
  group?: string;
  username?: string;
  permissions?: string[];
  expires?: string;
  'not-before'?: string;
  issuedAt?: string;
  issuedBy?: string;
}

/** Kinds of `usermessage` that mean something only when the server vouches for them. */
export const PRIVILEGED_KINDS: ReadonlySet<string> = new Set([
  'error',
  'warning',
  'info',
  'kicked',
  'mute',
  'clearchat',
  'token',
  'tokenlist',
  'userinfo',
]);

/** Anything sent to the server: an object whose absent fields are simply left out. */
export interface ClientMessage {
  type: string;
  [field: string]: unknown;
}
