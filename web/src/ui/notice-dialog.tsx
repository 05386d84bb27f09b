import type { JSX } from 'preact';
import { currentLanguage, t } from '../i18n';
import { useCall } from './call-context';
import { messageTime } from './chat-message';
import { Dialog } from './dialog';
import { dialogue } from './panels';

/** The notices that have passed, to be read again. */
export function NoticeDialog(): JSX.Element {
  const { notices } = useCall();
  const past = notices.past.value;
  const now = new Date();
  return (
    <Dialog
      title={t('notices.label')}
      testId="notice-dialog"
      onClose={() => {
        dialogue.value = undefined;
      }}
    >
      {past.length === 0 && <p>{t('notices.none')}</p>}
      {past.length > 0 && (
        <ol class="caption-history" tabIndex={0} aria-label={t('notices.label')}>
          {past.map(({ key, time, severity, text }) => (
            <li key={key} class={`past-${severity}`}>
              <time dateTime={time.toISOString()}>{messageTime(time, now, currentLanguage.value)}</time> {text}
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  );
}
