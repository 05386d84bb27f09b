import type { JSX } from 'preact';
import { t } from '../i18n';
import { Icon } from './icons';
import { LoginForm } from './login-form';
import { dialogue } from './panels';

/** The page in front of the group. */
export function LoginPage(): JSX.Element {
  return (
    <div class="page">
      <main>
        <LoginForm />
      </main>
      <footer class="page-footer">
        <a href="/">{t('notFound.home')}</a>
        <button
          type="button"
          class="quiet"
          data-testid="open-settings"
          onClick={() => {
            dialogue.value = 'settings';
          }}
        >
          <Icon name="settings" />
          {t('settings.label')}
        </button>
      </footer>
    </div>
  );
}
