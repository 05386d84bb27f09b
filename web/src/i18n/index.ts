import { computed, signal } from '@preact/signals';
import { en, type Texts } from './en';

export type TextKey = keyof Texts;
export type Language = 'en' | 'fr' | 'de' | 'es';

/** Languages by their own names, in the order of the menu. */
export const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['fr', 'Français'],
  ['de', 'Deutsch'],
  ['es', 'Español'],
];

const loaders: Record<Exclude<Language, 'en'>, () => Promise<Texts>> = {
  fr: async () => (await import('./fr')).fr,
  de: async () => (await import('./de')).de,
  es: async () => (await import('./es')).es,
};

const texts = signal<Texts>(en);
const language = signal<Language>('en');

/** The language in use. */
export const currentLanguage = computed(() => language.value);

/** The first of the browser's languages that there is a translation for. */
export function preferredLanguage(wanted: readonly string[] = navigator.languages): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    const found = LANGUAGES.find(([code]) => code === primary);
    if (found) return found[0];
  }
  return 'en';
}

/** Switches the language; texts change as soon as the dictionary has arrived. */
export async function switchLanguage(wanted: Language): Promise<void> {
  const dictionary = wanted === 'en' ? en : await loaders[wanted]();
  texts.value = dictionary;
  language.value = wanted;
  document.documentElement.lang = wanted;
}

/** The text for a key in the current language, with `{name}` parameters filled in. */
export function t(key: TextKey, parameters: Record<string, string | number> = {}): string {
  return texts.value[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : whole,
  );
}
