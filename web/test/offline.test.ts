import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../src/i18n';
import { isEntrance, offlinePage } from '../src/offline/offline-page';
import { offlineTexts } from '../src/offline/offline-texts';

describe('the page that stands in for a server out of reach', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['pt', 'fr-CA'], 'fr'],
    [['constructor'], 'en'],
    [[], 'en'],
  ])('is for speakers of %j in %s', async (languages, code) => {
    const response = offlinePage(languages);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([503, 'text/html; charset=utf-8']);
    const page = await response.text();
    expect(page).toContain(`<html lang="${code}">`);
    expect(page).toContain(offlineTexts[code]?.[1]);
  });

  it('speaks all languages of the client', () => {
    expect(Object.keys(offlineTexts).sort()).toEqual(LANGUAGES.map(([code]) => code).sort());
  });

  it('is for the entrances only: others may ask for passwords', () => {
    expect(['/', '/group/team/', '/group/a/b/'].map(isEntrance)).toEqual([true, true, true]);
    expect(['/stats.html', '/recordings/team/', '/galene-api/v0/.stats'].map(isEntrance)).toEqual([false, false, false]);
  });
});
