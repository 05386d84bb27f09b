import { isObject } from '@halcyon/protocol';
import { signal } from '@preact/signals';
import type { Login } from './credentials';

/** Which fields the login box needs: name and password, none but a click, or the name for a token without one. */
export type LoginKind = 'password' | 'token' | 'token-name';

function decodeSegment(segment: string): unknown {
  const base64 = segment.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/**
 * The name in a signed token (RFC 7519, 4.1.2): empty if it has none, undefined if this is not such a token. The signature is
 * the server's business; this only decides what is asked.
 */
export function subjectOf(token: string | undefined): string | undefined {
  const segments = token?.split('.') ?? [];
  if (segments.length !== 3) return undefined;
  try {
    const [header, claims] = [segments[0], segments[1]].map((segment) => decodeSegment(segment ?? ''));
    if (!isObject(header) || !isObject(claims)) return undefined;
    return typeof claims['sub'] === 'string' ? claims['sub'] : '';
  } catch {
    return undefined;
  }
}

/**
 * How to log in with this token. Of the server's own tokens only the server knows whether they hold a name, and asking it
 * would mean to join; a signed one without a name would make the user anonymous, so he is asked at once.
 */
export function loginKindFor(token: string | undefined): LoginKind {
  if (token === undefined) return 'password';
  return subjectOf(token) === '' ? 'token-name' : 'token';
}

/** What a link or a portal has put into the address. */
export interface Invitation {
  token?: string;
  /** The name to begin with, where the token gives none. */
  username?: string;
}

/** Takes the query out of the address, so that a token is neither seen nor kept in the history. */
function takeInvitation(): Invitation {
  const query = new URLSearchParams(window.location.search);
  const token = query.get('token');
  const username = query.get('username')?.trim();
  if (window.location.search) history.replaceState(null, '', window.location.pathname);
  return { ...(token ? { token } : {}), ...(username ? { username } : {}) };
}

const KEPT = 'halcyon-invitation';

/** Keeps an invitation for when this tab loads the page again: phones do so whenever they run out of memory. */
function keepInvitation(invitation: Invitation | undefined): void {
  try {
    if (!invitation) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, JSON.stringify({ path: window.location.pathname, ...invitation }));
  } catch {
    // Storage is forbidden; the link has to be opened again then.
  }
}

/** The invitation by which this tab came to this group before. */
function keptInvitation(): Invitation | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
    if (!isObject(kept) || kept['path'] !== window.location.pathname) return undefined;
    const { token, username } = kept;
    if (typeof token !== 'string') return undefined;
    return { token, ...(typeof username === 'string' ? { username } : {}) };
  } catch {
    return undefined;
  }
}

/** How this page is going to be let in: by name and password, or by an invitation. */
export class WayIn {
  readonly kind = signal<LoginKind>('password');
  /** The page was opened with a token; it is kept until the page goes. */
  readonly invited = signal(false);
  /** The name that the token gives, where that can be told from outside. */
  readonly invitedAs = signal('');
  /** The name that a portal has put into the address. */
  readonly suggestedName = signal('');
  #token: string | undefined;
  /** Taken at once, so that the address is clean before anything else happens. */
  readonly #given = takeInvitation();

  /** The page has been opened with a token in its address. */
  get isFresh(): boolean {
    return this.#given.token !== undefined;
  }

  /** Begins with what the address held, or what this tab came with before; a portal gives a new token at every visit. */
  open(hasPortal: boolean): void {
    if (this.isFresh) keepInvitation(this.#given);
    const { token, username } = this.isFresh || hasPortal ? this.#given : (keptInvitation() ?? this.#given);
    this.#token = token;
    this.invited.value = token !== undefined;
    this.invitedAs.value = subjectOf(token) ?? '';
    this.suggestedName.value = username ?? '';
    this.choose(true);
  }

  /** By invitation, if there is one, or with name and password all the same. */
  choose(byInvitation: boolean): void {
    const kind = byInvitation ? loginKindFor(this.#token) : 'password';
    // A name that came along saves the question for it; the server prefers one in the token.
    const named = kind === 'token' && this.suggestedName.value !== '' && this.invitedAs.value === '';
    this.kind.value = named ? 'token-name' : kind;
  }

  /** What to log in with, of what was typed. */
  login(username: string, password: string): Login {
    const token = this.kind.value === 'password' ? undefined : this.#token;
    return {
      username: username.trim(),
      password,
      nameWithToken: this.kind.value === 'token-name',
      ...(token === undefined ? {} : { token }),
    };
  }

  /** The invitation is of no use, or not needed, at the next visit. */
  forget(): void {
    keepInvitation(undefined);
  }
}
