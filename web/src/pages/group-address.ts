/** The address of a group's page; slashes separate sub-groups and stay. */
export function groupAddress(name: string): string {
  return `/group/${name.split('/').map(encodeURIComponent).join('/')}/`;
}

/** The group that somebody means who writes a name, or pastes the address of a group on this server. */
export function groupFromInput(text: string, origin: string): string {
  const given = text.trim();
  const path = given.startsWith(`${origin}/`) ? given.slice(origin.length).replace(/[?#].*$/, '') : given;
  const named = path.startsWith('/group/') ? groupInAddress(path) : undefined;
  return named ?? given.replace(/^\/+|\/+$/g, '');
}

/** The name in the address of a group's page; undefined for other addresses. */
export function groupInAddress(path: string): string | undefined {
  const name = /^\/group\/(.*?)\/*$/.exec(path)?.[1];
  if (!name) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
