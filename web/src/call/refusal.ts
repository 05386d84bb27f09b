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

/** What to tell the user about a refusal, with advice. */
export function explainRefusal(text: string | undefined, kind: LoginKind): string {
  if (!text) return t('login.refused');
  if (/^(not authori[sz]ed)\b/i.test(text)) {
    return t(kind === 'password' ? 'login.notAuthorised' : 'login.invitationRefused');
  }
  const meaning = known.find(([pattern]) => pattern.test(text))?.[1];
  return meaning ? t(meaning) : t('login.refusedBecause', { text });
}

/** Whether a server takes this as a user's name; the same rules hold for the names of groups. */
export function isUsableName(name: string): boolean {
  if (name === '') return true;
  return (
    !name.includes('\\') && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
