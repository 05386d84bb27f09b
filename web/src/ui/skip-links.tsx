import type { JSX } from 'preact';
import { t } from '../i18n';
import { chatOpen, toggleChat } from './panels';

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** First for the keyboard, past the tiles of however many people; seen only while they have the focus (WCAG 2.4.1). */
export function SkipLinks(): JSX.Element {
  return (
    <nav class="skip-links" aria-label={t('skip.label')}>
      <button
        type="button"
        data-testid="skip-controls"
        onClick={() => {
          focusOn('.controls button');
        }}
      >
        {t('skip.controls')}
      </button>
      <button
        type="button"
        data-testid="skip-chat"
        onClick={() => {
          if (!chatOpen.value) toggleChat();
          requestAnimationFrame(() => {
            focusOn('[data-testid=chat-input]');
          });
        }}
      >
        {t('skip.chat')}
      </button>
    </nav>
  );
}
