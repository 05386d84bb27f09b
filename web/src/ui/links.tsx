import type { ComponentChildren } from 'preact';

const ADDRESS = /https?:\/\/[^\s<>"]+/giu;
/** Punctuation at the end belongs to the sentence, not to the address. */
const TRAILING = /[.,;:!?'’»]+$/u;

/** Splits an address from what follows it: closing brackets that were not opened inside, and punctuation. */
export function trimAddress(found: string): string {
  let address = found;
  for (;;) {
    const shorter = address.replace(TRAILING, '');
    const closes = shorter.endsWith(')') && count(shorter, ')') > count(shorter, '(');
    const next = closes ? shorter.slice(0, -1) : shorter;
    if (next === address) return address;
    address = next;
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Text with its web addresses made into links that open elsewhere and tell nothing about this page. */
export function withLinks(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimAddress(match[0]);
    parts.push(text.slice(end, match.index));
    parts.push(
      <a href={address} target="_blank" rel="noopener noreferrer">
        {address}
      </a>,
    );
    end = match.index + address.length;
  }
  parts.push(text.slice(end));
  return parts;
}
