import { afterEach, describe, expect, it, vi } from 'vitest';
import { changePassword } from '../src/pages/password-request';
import { refusalOf } from '../src/pages/server-refusal';

afterEach(() => {
  vi.unstubAllGlobals();
});

const plain = { 'Content-Type': 'text/plain; charset=utf-8' };

describe('an answer that is no success', () => {
  it.each([
    [503, '', {}, /server has a problem \(503\)/, true],
    [500, 'disk full\n', plain, /500 disk full/, true],
    [429, '', {}, /too often/, true],
    [403, '', {}, /did not accept/, false],
    [413, 'password too long', plain, /refused: 413 password too long/, false],
    [400, '<html>no</html>', { 'Content-Type': 'text/html' }, /refused: 400$/, false],
  ])('%i %s is explained without a reason phrase, which HTTP/2 has not', async (status, body, headers, told, temporary) => {
    const refusal = await refusalOf(new Response(body, { status, headers: headers as HeadersInit }));
    expect(refusal.message).toMatch(told);
    expect(refusal.temporary).toBe(temporary);
  });
});

describe('a change of password', () => {
  it.each([
    [401, /old password is wrong/],
    [404, /no such user/],
    [503, /server has a problem/],
  ])('that ends with %i says what is wrong', async (status, told) => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status })));
    expect(await changePassword({ group: 'g', username: 'ü', old: '', fresh: '🔑' })).toMatch(told);
  });

  it('sends an empty old password as what it is, not the browser’s own credentials', async () => {
    const asked: [string, RequestInit][] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      asked.push([url, init]);
      return Promise.resolve(new Response(null, { status: 204 }));
    });
    expect(await changePassword({ group: 'a b/c', username: 'ü?', old: '', fresh: '🔑' })).toBeUndefined();
    const [[url, init] = ['', {}]] = asked;
    expect(url).toBe('/galene-api/v0/.groups/a%20b/c/.users/%C3%BC%3F/.password');
    expect(init).toMatchObject({ credentials: 'omit', body: '🔑' });
    expect((init.headers as Record<string, string>)['Authorization']).toBe(`Basic ${btoa('\xc3\xbc?:')}`);
  });
});
