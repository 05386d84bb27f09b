import { t, type TextKey } from '../i18n';
import type { LoginKind } from './invited';

/** What servers say, and what that means to a person. Anything else is said in the server's words. */
const known: readonly (readonly [RegExp, TextKey])[] = [
  [/^(this )?group is locked$/i, 'login.locked'],
  [/^this group is not open yet$/i, 'login.notOpenYet'],
  [/^this group is closed$/i, 'login.closed'],
  [/no operators in this group/i, 'login.noOperator'],
  [/^too many users$/i, 'login.full'],
  [/group does not exist/i, 'login.noGroup'],
  [/^internal server error$/i, 'login.serverTrouble'],
];

/** Whether the credentials are what a server objects to. */
export function isUnauthorised(text: string | undefined): boolean {
  return /^not authori[sz]ed\b/i.test(text ?? '');
}

/** What to tell the user about a refusal, with advice. */
export function explainRefusal(text: string | undefined, kind: LoginKind): string {
  if (!text) return t('login.refused');
  if (isUnauthorised(text)) {
    return t(kind === 'password' ? 'login.notAuthorised' : 'login.invitationRefused');
  }
  const meaning = known.find(([pattern]) => pattern.test(text))?.[1];
  return meaning ? t(meaning) : t('login.refusedBecause', { text });
}

/** Refusals that end by themselves, or by somebody's doing, and what is being waited for until then. */
const passing: readonly (readonly [RegExp, TextKey])[] = [
  [/^server is shutting down$/i, 'connection.reconnecting'],
  [/^(this )?group is locked$/i, 'waiting.unlocked'],
  [/no operators in this group/i, 'waiting.operator'],
  [/^too many users$/i, 'waiting.place'],
  [/^internal server error$/i, 'waiting.server'],
];

/** Refusals that asking again does not change. */
const lasting =
  /^(not authori[sz]ed|this group is (not open yet|closed)|group does not exist|illegal group name|too much user data)\b/i;

/**
 * What somebody who was in the group already, and was cut off, waits for when a server answers like this; undefined if
 * there is nothing to wait for. Whatever else a server says is taken for the message of a lock, which is an operator's text.
 */
export function waitingFor({ error, value }: { error?: string; value?: string }): string | undefined {
  if (error || !value || lasting.test(value)) return undefined;
  const meaning = passing.find(([pattern]) => pattern.test(value))?.[1];
  return meaning ? t(meaning) : t('waiting.other', { text: value });
}

/** Whether a server takes this as a user's name; the same rules hold for the names of groups. */
export function isUsableName(name: string): boolean {
  if (name === '') return true;
  return (
    !name.includes('\\') && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
