import { isObject, readGroupStatus, type GroupStatus } from '@halcyon/protocol';

/** The group's name according to the address, for when the server does not say. */
export function groupFromPath(path: string): string {
  const name = path.replace(/^\/[^/]*\//, '').replace(/\/+$/, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The group's title: its display name, else its name with a capital. */
export function groupTitle(status: GroupStatus, name: string): string {
  return status.displayName ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** Fetches `.status` next to the page; an empty status if that fails. */
export async function fetchStatus(): Promise<GroupStatus | undefined> {
  try {
    const response = await fetch('.status', { credentials: 'same-origin' });
    if (!response.ok) return undefined;
    return readGroupStatus(await response.json());
  } catch {
    return undefined;
  }
}

/** Where the WebSocket is, when `.status` does not say. */
export function defaultEndpoint(location: Location): string {
  const scheme = location.protocol === 'http:' ? 'ws:' : 'wss:';
  return `${scheme}//${location.host}/ws`;
}

/** What a link or a portal has put into the address. */
export interface Invitation {
  token?: string;
  /** The name to begin with, where the token gives none. */
  username?: string;
}

/** Takes the query out of the address, so that a token is neither seen nor kept in the history. */
export function takeInvitation(): Invitation {
  const query = new URLSearchParams(window.location.search);
  const token = query.get('token');
  const username = query.get('username')?.trim();
  if (window.location.search) history.replaceState(null, '', window.location.pathname);
  return { ...(token ? { token } : {}), ...(username ? { username } : {}) };
}

const KEPT = 'halcyon-invitation';

/** Keeps an invitation for when this tab loads the page again: phones do so whenever they run out of memory. */
export function keepInvitation(invitation: Invitation | undefined): void {
  try {
    if (!invitation) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, JSON.stringify({ path: window.location.pathname, ...invitation }));
  } catch {
    // Storage is forbidden; the link has to be opened again then.
  }
}

/** The invitation by which this tab came to this group before. */
export function keptInvitation(): Invitation | undefined {
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
