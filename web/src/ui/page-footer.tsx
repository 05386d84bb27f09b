import type { ComponentChildren, JSX } from 'preact';
import { LANGUAGES, t } from '../i18n';
import { ChoiceSetting } from './settings-fields';

/** Language and colours, at the foot of a page that has no settings of its own. */
export function PageFooter({ children }: { children?: ComponentChildren }): JSX.Element {
  return (
    <footer class="page-footer">
      {children}
      <ChoiceSetting
        setting="language"
        label="settings.language"
        choices={[['', t('settings.languageAuto')], ...LANGUAGES]}
      />
      <ChoiceSetting
        setting="theme"
        label="settings.theme"
        choices={[
          ['auto', t('settings.themeAuto')],
          ['light', t('settings.themeLight')],
          ['dark', t('settings.themeDark')],
        ]}
      />
    </footer>
  );
}
