const ID_BYTES = 16;

/** 32 lower-case hexadecimal digits from 16 random bytes: the usual form of client and stream ids. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
