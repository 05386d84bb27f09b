import type { JSX } from 'preact';
import { currentLanguage, t } from '../i18n';
import { useCall } from './call-context';
import { messageTime } from './chat-message';
import { Dialog } from './dialog';
import { dialogue } from './panels';

/** Everything that has been captioned so far, to be read again. */
export function CaptionDialog(): JSX.Element {
  const { captions } = useCall();
  const now = new Date();
  return (
    <Dialog
      title={t('captions.history')}
      testId="caption-dialog"
      onClose={() => {
        dialogue.value = undefined;
      }}
    >
      <ol class="caption-history" tabIndex={0} aria-label={t('captions.history')}>
        {captions.history.value.map(({ key, time, username, text }) => (
          <li key={key}>
            <time dateTime={time.toISOString()}>{messageTime(time, now, currentLanguage.value)}</time>{' '}
            {username && <b>{username}: </b>}
            {text}
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
