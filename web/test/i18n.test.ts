import { afterEach, describe, expect, it } from 'vitest';
import { preferredLanguage, switchLanguage, t, type TextKey } from '../src/i18n';
import { de } from '../src/i18n/de';
import { en } from '../src/i18n/en';
import { es } from '../src/i18n/es';
import { fr } from '../src/i18n/fr';

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

afterEach(() => switchLanguage('en'));

describe.each([
  ['German', de],
  ['Spanish', es],
  ['French', fr],
])('%s', (_name, texts) => {
  it('has the placeholders of the English texts, and no empty text', () => {
    for (const key of Object.keys(en) as TextKey[]) {
      expect([key, ...placeholders(texts[key])]).toEqual([key, ...placeholders(en[key])]);
      expect(texts[key].trim()).not.toBe('');
    }
  });
});

describe('texts', () => {
  it('are filled in and follow the language', async () => {
    expect(t('people.count', { count: 3 })).toBe('People (3)');
    await switchLanguage('de');
    expect(t('people.count', { count: 3 })).toBe('Personen (3)');
    expect(document.documentElement.lang).toBe('de');
  });

  it('do not fill in what comes from a parameter', () => {
    expect(t('transfer.to', { name: '{size}', file: 'a', size: 'b' })).toBe('a (b) for {size}');
  });

  it.each([
    [['fr-CA', 'en'], 'fr'],
    [['nl', 'de-AT'], 'de'],
    [['nl'], 'en'],
  ])('for a browser set to %j are %s', (wanted, language) => {
    expect(preferredLanguage(wanted)).toBe(language);
  });
});
