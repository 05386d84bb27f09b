import { t } from '../i18n';
import { refusalOf } from './server-refusal';

export interface PasswordChange {
  group: string;
  username: string;
  old: string;
  fresh: string;
}

/** The `Authorization` header for a name and password in any script. */
export function basicCredentials(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** Where a user's password is changed. */
export function passwordAddress(group: string, username: string): string {
  const path = (name: string): string => name.split('/').map(encodeURIComponent).join('/');
  return `/galene-api/v0/.groups/${path(group)}/.users/${path(username)}/.password`;
}

async function explain(response: Response): Promise<string> {
  const { status } = response;
  if (status === 401 || status === 403) return t('password.wrong');
  if (status === 404) return t('password.noUser');
  return (await refusalOf(response)).message;
}

/** Changes a password; the answer is what went wrong, for the user, or undefined. */
export async function changePassword(change: PasswordChange): Promise<string | undefined> {
  const { group, username, old, fresh } = change;
  try {
    const response = await fetch(passwordAddress(group, username), {
      method: 'POST',
      credentials: 'omit',
      headers: {
        'Content-Type': 'text/plain',
        Authorization: basicCredentials(username, old),
      },
      body: fresh,
    });
    return response.ok ? undefined : await explain(response);
  } catch {
    return t('landing.unreachable');
  }
}
