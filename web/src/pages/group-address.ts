/** The address of a group's page; slashes separate sub-groups and stay. */
export function groupAddress(name: string): string {
  return `/group/${name.split('/').map(encodeURIComponent).join('/')}/`;
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
