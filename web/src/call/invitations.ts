import { isObject, type Token, type UserMessageMessage } from '@halcyon/protocol';
import { t } from '../i18n';
import type { Call } from './call';

export interface InvitationWish {
  username: string;
  /** Milliseconds from now, or a time stamp. */
  expires: number | string;
  notBefore?: string;
  /** What the guest may do; the inviter must have every one of these rights. */
  permissions?: readonly string[];
}

/** Invitations of one list that are written into the chat. */
const MAX_LINES = 50;

/** Asks the server for a token that gives, unless said otherwise, what the inviter may do, moderation excepted. */
export function makeInvitation(call: Call, wish: InvitationWish): void {
  call.act((connection) => {
    connection.groupAction('maketoken', {
      group: call.group.value,
      permissions: (wish.permissions ?? ['present', 'message']).filter((right) => call.may(right)),
      expires: wish.expires,
      ...(wish.username ? { username: wish.username } : {}),
      ...(wish.notBefore ? { 'not-before': wish.notBefore } : {}),
    });
  });
}

export function invitationLink(token: string): string {
  return `${window.location.origin}${window.location.pathname}?token=${encodeURIComponent(token)}`;
}

/** Opens the list of the group's invitations. */
export function listInvitations(call: Call): void {
  call.invitationList.value = [];
  call.act((connection) => {
    connection.groupAction('listtokens');
  });
}

/** Gives an invitation another end: milliseconds from now, or a time stamp. One in the past revokes it. */
export function changeInvitation(call: Call, token: Token, expires: number | string): void {
  call.act((connection) => {
    connection.groupAction('edittoken', { token: token.token, expires });
  });
}

function readToken(value: unknown): Token | undefined {
  if (!isObject(value) || typeof value['token'] !== 'string') return undefined;
  const token: Token = { token: value['token'] };
  for (const key of ['group', 'username', 'expires', 'not-before', 'issuedAt', 'issuedBy'] as const) {
    const text = value[key];
    if (typeof text === 'string') token[key] = text;
  }
  return token;
}

/** When the server's time stamp is; undefined if there is none. */
export function date(text: string | undefined): Date | undefined {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export function hasExpired(token: Token, now: Date = new Date()): boolean {
  const expires = date(token.expires);
  return expires !== undefined && expires <= now;
}

/** Until when an invitation is valid, in words. */
export function validity(token: Token): string {
  const expires = date(token.expires);
  if (hasExpired(token)) return t('invite.hasExpired');
  return expires ? t('invite.until', { time: expires.toLocaleString() }) : t('invite.unlimited');
}

function madeBy(token: Token): string {
  const name = token.issuedBy;
  const time = date(token.issuedAt)?.toLocaleString();
  if (name && time) return t('invite.byAt', { name, time });
  if (name) return t('invite.by', { name });
  return time ? t('invite.at', { time }) : '';
}

/** From when and until when an invitation is valid, and who made it, in words. */
export function particulars(token: Token): string {
  const start = date(token['not-before']);
  const from = start ? t('invite.from', { time: start.toLocaleString() }) : '';
  return [from, validity(token), madeBy(token)].filter(Boolean).join(', ');
}

function describe(token: Token): string {
  const whom = token.username ? t('invite.for', { name: token.username }) : t('invite.forAnybody');
  return `${whom}, ${particulars(token)}`;
}

/** Takes tokens over into the open list. False if they are not for it: a new invitation is shown by itself. */
function showInList(call: Call, kind: string, tokens: readonly Token[]): boolean {
  const known = call.invitationList.value ?? [];
  const [changed] = tokens;
  if (kind === 'tokenlist') {
    call.invitationList.value = tokens;
    return true;
  }
  if (!changed || !known.some(({ token }) => token === changed.token)) return false;
  call.invitationList.value = known.map((one) => (one.token === changed.token ? changed : one));
  return true;
}

/** Shows the answer to `maketoken`, `edittoken` or `listtokens`. */
export function showTokens(call: Call, message: UserMessageMessage): void {
  if (message.error) {
    const reason = typeof message.value === 'string' ? message.value : message.error;
    call.notices.error(t('invite.failed', { reason }));
    return;
  }
  const values = Array.isArray(message.value) ? (message.value as unknown[]) : [message.value];
  const tokens = values.map(readToken).filter((token) => token !== undefined);
  if (call.invitationList.value && showInList(call, message.kind, tokens)) return;
  if (message.kind === 'tokenlist' && tokens.length === 0) call.chat.addLocal(t('invite.none'));
  for (const token of tokens.slice(0, MAX_LINES)) {
    call.chat.addLocal(`${describe(token)}\n${invitationLink(token.token)}`);
  }
  const left = tokens.length - MAX_LINES;
  if (left > 0) call.chat.addLocal(t('invite.moreInList', { count: left }));
  const [made] = tokens;
  if (message.kind === 'token' && made && !hasExpired(made)) call.invitation.value = made;
}
