import { readGroupStatus, type GroupStatus } from '@halcyon/protocol';

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
