import type { JSX } from 'preact';
import { t, type TextKey } from '../i18n';
import { Dialog } from './dialog';
import { dialogue } from './panels';

const shortcuts: readonly (readonly [string, TextKey])[] = [
  ['M', 'keys.mute'],
  ['V', 'keys.camera'],
  ['H', 'keys.hand'],
  ['D', 'keys.screen'],
  ['L', 'keys.layout'],
  ['I', 'keys.statistics'],
  ['C', 'keys.chat'],
  ['P', 'keys.people'],
  ['S', 'keys.settings'],
  ['␣', 'keys.talk'],
  ['?', 'keys.help'],
];

/** The keyboard shortcuts. */
export function HelpDialog(): JSX.Element {
  return (
    <Dialog
      title={t('keys.label')}
      testId="help-dialog"
      onClose={() => {
        dialogue.value = undefined;
      }}
    >
      <dl class="keys">
        {shortcuts.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <p>{t('keys.commands')}</p>
    </Dialog>
  );
}
