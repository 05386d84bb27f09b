import { isObject, readGroupStatus } from '@halcyon/protocol';

export interface PublicGroup {
  name: string;
  displayName?: string;
  description?: string;
  location?: string;
  locked: boolean;
  /** Lives on another server. */
  remote: boolean;
  clientCount: number;
}

/** Rows that are shown. */
const MAX_GROUPS = 500;

function isWebAddress(address: string | undefined): address is string {
  return address !== undefined && /^(https?:\/\/|\/)/i.test(address);
}

/** One entry of the list; undefined if it is none. */
export function readPublicGroup(value: unknown): PublicGroup | undefined {
  const status = isObject(value) ? readGroupStatus(value) : undefined;
  if (!status?.name) return undefined;
  const { name, displayName, description, location } = status;
  return {
    name,
    ...(displayName ? { displayName } : {}),
    ...(description ? { description } : {}),
    ...(isWebAddress(location) ? { location } : {}),
    locked: status.locked ?? false,
    remote: status.redirect !== undefined,
    clientCount: status.clientCount ?? 0,
  };
}

/** The public groups. Rejects if the list cannot be had. */
export async function fetchPublicGroups(): Promise<PublicGroup[]> {
  const response = await fetch('/public-groups.json');
  if (!response.ok) throw new Error(response.statusText);
  const list: unknown = await response.json();
  if (!Array.isArray(list)) throw new Error('not a list');
  return list
    .slice(0, MAX_GROUPS)
    .map(readPublicGroup)
    .filter((group) => group !== undefined);
}
