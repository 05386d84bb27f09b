import { Fields, isObject, MalformedField } from './fields.js';
import { MAX_CANDIDATE_LENGTH, MAX_MESSAGE_LENGTH } from './limits.js';
import type {
  ChatMessage,
  GroupStatus,
  JoinedMessage,
  OfferMessage,
  ServerMessage,
  UserMessage,
  UserMessageMessage,
  WireCandidate,
} from './messages.js';
import { readRtcConfiguration } from './rtc-configuration.js';

/** Why a message was not used. */
export type DropReason = 'too-long' | 'not-json' | 'not-an-object' | 'unknown-type' | 'malformed';

export type ReadResult =
  | { ok: true; message: ServerMessage }
  | { ok: false; reason: DropReason; detail: string };

const MAX_LINE_INDEX = 65_535;

function readStatus(fields: Fields): GroupStatus {
  const status: GroupStatus = {};
  for (const key of ['name', 'displayName', 'description', 'redirect', 'location', 'endpoint'] as const) {
    const value = fields.text(key);
    if (value !== undefined) status[key] = value;
  }
  for (const key of ['authServer', 'authPortal'] as const) {
    const value = fields.text(key);
    if (value !== undefined) status[key] = value;
  }
  for (const key of ['locked', 'canChangePassword'] as const) {
    const value = fields.boolean(key);
    if (value !== undefined) status[key] = value;
  }
  const count = fields.number('clientCount');
  if (count !== undefined) status.clientCount = count;
  return status;
}

/** Reads the object served at `/group/NAME/.status`; undefined if it is not one. */
export function readGroupStatus(value: unknown): GroupStatus | undefined {
  if (!isObject(value)) return undefined;
  try {
    return readStatus(new Fields(value));
  } catch {
    return undefined;
  }
}

function readJoined(fields: Fields): JoinedMessage {
  const message: JoinedMessage = {
    type: 'joined',
    kind: fields.oneOf('kind', ['join', 'change', 'leave', 'fail', 'redirect']),
    group: fields.name('group') ?? '',
    username: fields.name('username') ?? '',
    permissions: fields.strings('permissions'),
  };
  const status = fields.object('status');
  if (status) message.status = readStatus(new Fields(status));
  const data = fields.data('data');
  if (data) message.data = data;
  const configuration = fields.raw('rtcConfiguration');
  if (configuration !== undefined) message.rtcConfiguration = readRtcConfiguration(configuration);
  const error = fields.identifier('error');
  if (error) message.error = error;
  const value = fields.raw('value');
  if (typeof value === 'string') message.value = value;
  return message;
}

function readUser(fields: Fields): UserMessage {
  return {
    type: 'user',
    kind: fields.oneOf('kind', ['add', 'change', 'delete']),
    id: fields.requiredId('id'),
    username: fields.name('username') ?? '',
    permissions: fields.strings('permissions'),
    data: fields.data('data') ?? {},
  };
}

function readOffer(fields: Fields): OfferMessage {
  const message: OfferMessage = {
    type: 'offer',
    id: fields.requiredId('id'),
    sdp: fields.requiredText('sdp'),
  };
  for (const key of ['label', 'replace', 'source'] as const) {
    const value = fields.identifier(key);
    if (value) message[key] = value;
  }
  const username = fields.name('username');
  if (username !== undefined) message.username = username;
  return message;
}

/** Reads an `ice` candidate object. Throws MalformedField. */
export function readCandidate(value: unknown): WireCandidate {
  if (!isObject(value)) throw new MalformedField('candidate');
  const fields = new Fields(value);
  const index = fields.number('sdpMLineIndex') ?? null;
  if (index !== null && (!Number.isInteger(index) || index < 0 || index > MAX_LINE_INDEX)) {
    throw new MalformedField('sdpMLineIndex');
  }
  return {
    candidate: fields.string('candidate', MAX_CANDIDATE_LENGTH) ?? '',
    sdpMid: fields.identifier('sdpMid') ?? null,
    sdpMLineIndex: index,
    usernameFragment: fields.identifier('usernameFragment') ?? null,
  };
}

function readTime(fields: Fields): Date | undefined {
  const text = fields.identifier('time');
  if (text === undefined) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function readAddressed<T extends ChatMessage | UserMessageMessage>(fields: Fields, message: T): T {
  for (const key of ['id', 'source', 'dest'] as const) {
    const value = fields.identifier(key);
    if (value) message[key] = value;
  }
  const username = fields.name('username');
  if (username !== undefined) message.username = username;
  return message;
}

function readChat(fields: Fields, type: ChatMessage['type']): ChatMessage {
  const message: ChatMessage = {
    type,
    kind: fields.identifier('kind') ?? '',
    privileged: fields.boolean('privileged') ?? false,
    value: fields.raw('value'),
  };
  const time = readTime(fields);
  if (time) message.time = time;
  return readAddressed(fields, message);
}

function readUserMessage(fields: Fields): UserMessageMessage {
  const message: UserMessageMessage = {
    type: 'usermessage',
    kind: fields.identifier('kind') ?? '',
    privileged: fields.boolean('privileged') ?? false,
    value: fields.raw('value'),
  };
  const error = fields.identifier('error');
  if (error) message.error = error;
  return readAddressed(fields, message);
}

function readByType(type: unknown, fields: Fields): ServerMessage | undefined {
  switch (type) {
    case 'handshake':
      return { type, version: fields.strings('version') };
    case 'ping':
    case 'pong':
      return { type };
    case 'joined':
      return readJoined(fields);
    case 'user':
      return readUser(fields);
    case 'offer':
      return readOffer(fields);
    case 'answer':
      return { type, id: fields.requiredId('id'), sdp: fields.requiredText('sdp') };
    case 'ice':
      return { type, id: fields.requiredId('id'), candidate: readCandidate(fields.raw('candidate')) };
    case 'close':
    case 'abort':
    case 'renegotiate':
      return { type, id: fields.requiredId('id') };
    case 'chat':
    case 'chathistory':
      return readChat(fields, type);
    case 'usermessage':
      return readUserMessage(fields);
    default:
      return undefined;
  }
}

/** Validates one text frame from the server. Never throws. */
export function readServerMessage(text: unknown): ReadResult {
  if (typeof text !== 'string') return { ok: false, reason: 'not-json', detail: typeof text };
  if (text.length > MAX_MESSAGE_LENGTH) {
    return { ok: false, reason: 'too-long', detail: String(text.length) };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not-json', detail: '' };
  }
  if (!isObject(json)) return { ok: false, reason: 'not-an-object', detail: '' };
  const type = json['type'];
  try {
    const message = readByType(type, new Fields(json));
    if (message) return { ok: true, message };
    return { ok: false, reason: 'unknown-type', detail: String(type).slice(0, 64) };
  } catch (error) {
    const field = error instanceof MalformedField ? error.message : 'unexpected';
    return { ok: false, reason: 'malformed', detail: `${String(type)}.${field}` };
  }
}
