import { effect } from '@preact/signals';
import { LANGUAGES, preferredLanguage, switchLanguage } from '../i18n';
import { settings } from '../settings/settings';
import '../styles/base.css';

/** Theme and language, as on every page. Settles when the texts are there. */
export async function setUpPage(): Promise<void> {
  effect(() => {
    document.documentElement.dataset['theme'] = settings.value.theme;
  });
  let first: Promise<void> = Promise.resolve();
  effect(() => {
    const chosen = LANGUAGES.find(([code]) => code === settings.value.language)?.[0];
    // Without the dictionary the page stays in English, which beats staying empty.
    first = switchLanguage(chosen ?? preferredLanguage()).catch(() => undefined);
  });
  await first;
}

/** The element pages render into. */
export function root(): HTMLElement {
  const element = document.getElementById('root');
  if (!element) throw new Error('the page has no #root');
  return element;
}
