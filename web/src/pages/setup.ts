import { effect } from '@preact/signals';
import { LANGUAGES, preferredLanguage, switchLanguage } from '../i18n';
import { settings, type Theme } from '../settings/settings';
import '../styles/base.css';

/** The colours of the ground, as in the style sheet. */
const grounds = { light: '#eef2f4', dark: '#12191d' };

/** Gives the browser's own frame, or that of the installed app, the colour of the page. */
function colourFrame(theme: Theme): void {
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
    const system = meta.media.includes('dark') ? 'dark' : 'light';
    meta.content = grounds[theme === 'auto' ? system : theme];
  }
}

/** Theme and language, as on every page. Settles when the texts are there. */
export async function setUpPage(): Promise<void> {
  effect(() => {
    document.documentElement.dataset['theme'] = settings.value.theme;
    colourFrame(settings.value.theme);
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
