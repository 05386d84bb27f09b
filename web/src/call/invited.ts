import { isObject } from '@halcyon/protocol';

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
