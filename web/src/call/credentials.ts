import type { GroupStatus, JoinCredentials } from '@halcyon/protocol';
import { t } from '../i18n';

/** What the user has given to get in. Kept in memory for reconnecting. */
export interface Login {
  username: string;
  password: string;
  token?: string;
  /** The name is sent beside the token, because the token has none. */
  nameWithToken: boolean;
}

/** The credentials could not be had; the message is for the user. */
export class CredentialError extends Error {
  /** Another attempt may well succeed. */
  readonly temporary: boolean;
  /** Name or password are wrong. */
  readonly wrong: boolean;

  constructor(message: string, { temporary = false, wrong = false } = {}) {
    super(message);
    this.temporary = temporary;
    this.wrong = wrong;
  }
}

/** A login server that says nothing for so long will not. */
const PATIENCE_MS = 20_000;
/** Longest token that is taken from an authorisation server. */
const MAX_TOKEN_LENGTH = 65_536;

async function askAuthServer(server: string, login: Login): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch(server, {
      method: 'POST',
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        location: window.location.origin + window.location.pathname,
        username: login.username,
        password: login.password,
      }),
    });
  } catch {
    throw new CredentialError(t('login.authServerUnreachable'), { temporary: true });
  }
  if (response.status === 204) return undefined;
  if (response.status >= 500) {
    throw new CredentialError(t('login.authServerUnreachable'), { temporary: true });
  }
  if ([400, 401, 403].includes(response.status)) {
    throw new CredentialError(t('login.authServerRefused'), { wrong: true });
  }
  const type = (response.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase();
  const token = (await response.text()).trim();
  if (!response.ok || type !== 'application/jwt' || token === '' || token.length > MAX_TOKEN_LENGTH) {
    throw new CredentialError(t('login.authServerConfused'));
  }
  return token;
}

/** What to send with `join`. Throws CredentialError. */
export async function credentialsFor(login: Login, status: GroupStatus): Promise<JoinCredentials> {
  if (login.token) {
    return login.nameWithToken
      ? { token: login.token, username: login.username }
      : { token: login.token };
  }
  if (status.authServer) {
    const token = await askAuthServer(status.authServer, login);
    if (token !== undefined) return { token, username: login.username };
  }
  return { username: login.username, password: login.password };
}
