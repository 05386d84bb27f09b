import { isObject, type Token, type UserMessageMessage } from '@halcyon/protocol';
import { t } from '../i18n';
import type { Call } from './call';

export interface InvitationWish {
  username: string;
  /** Milliseconds from now, or a time stamp. */
  expires: number | string;
  notBefore?: string;
}

/** Tokens of one list that are shown. */
const MAX_TOKENS = 200;

/** Asks the server for a token that gives what the inviter may do himself, moderation excepted. */
export function makeInvitation(call: Call, wish: InvitationWish): void {
  call.act((connection) => {
    connection.groupAction('maketoken', {
      group: call.group.value,
      permissions: ['present', 'message'].filter((permission) => call.may(permission)),
      expires: wish.expires,
      ...(wish.username ? { username: wish.username } : {}),
      ...(wish.notBefore ? { 'not-before': wish.notBefore } : {}),
    });
  });
}

export function invitationLink(token: string): string {
  return `${window.location.origin}${window.location.pathname}?token=${encodeURIComponent(token)}`;
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

function date(text: string | undefined): Date | undefined {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export function hasExpired(token: Token, now: Date = new Date()): boolean {
  const expires = date(token.expires);
  return expires !== undefined && expires <= now;
}

function describe(token: Token): string {
  const expires = date(token.expires);
  const start = date(token['not-before']);
  return [
    token.username ? t('invite.for', { name: token.username }) : t('invite.forAnybody'),
    start ? t('invite.from', { time: start.toLocaleString() }) : '',
    hasExpired(token)
      ? t('invite.hasExpired')
      : expires
        ? t('invite.until', { time: expires.toLocaleString() })
        : t('invite.unlimited'),
    token.issuedBy ? t('invite.by', { name: token.issuedBy }) : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Shows the answer to `maketoken`, `edittoken` or `listtokens`. */
export function showTokens(call: Call, message: UserMessageMessage): void {
  if (message.error) {
    const reason = typeof message.value === 'string' ? message.value : message.error;
    call.notices.error(t('invite.failed', { reason }));
    return;
  }
  const values = Array.isArray(message.value) ? (message.value as unknown[]) : [message.value];
  const tokens = values.slice(0, MAX_TOKENS).map(readToken).filter((token) => token !== undefined);
  if (message.kind === 'tokenlist' && tokens.length === 0) call.chat.addLocal(t('invite.none'));
  for (const token of tokens) {
    call.chat.addLocal(`${describe(token)}\n${invitationLink(token.token)}`);
  }
  const [made] = tokens;
  if (message.kind === 'token' && made && !hasExpired(made)) call.invitation.value = made;
}
