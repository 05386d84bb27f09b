import { render } from 'preact';
import { describe, expect, it } from 'vitest';
import { trimAddress, withLinks } from '../src/ui/links';

describe('an address in a sentence', () => {
  it.each([
    ['https://example.org/.', 'https://example.org/'],
    ['https://example.org/a?b=c,d;e!', 'https://example.org/a?b=c,d;e'],
    ['https://example.org/a_(b)', 'https://example.org/a_(b)'],
    ['https://example.org/a)', 'https://example.org/a'],
    ['https://example.org/a_(b)).', 'https://example.org/a_(b)'],
    ['https://exämple.org/größe', 'https://exämple.org/größe'],
  ])('%s ends before the punctuation', (found, address) => {
    expect(trimAddress(found)).toBe(address);
  });
});

describe('chat text', () => {
  it('is shown literally, with links that tell nothing about this page', () => {
    const host = document.createElement('div');
    render(<p>{withLinks('<b>see</b> http://a.org, javascript:x')}</p>, host);
    expect(host.textContent).toBe('<b>see</b> http://a.org, javascript:x');
    expect(host.querySelectorAll('b')).toHaveLength(0);
    const links = [...host.querySelectorAll('a')];
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['http://a.org']);
    expect(links[0]?.rel).toBe('noopener noreferrer');
  });
});
