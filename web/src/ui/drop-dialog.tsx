import type { User } from '@halcyon/protocol';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { currentLanguage, t } from '../i18n';
import { canPlayFiles } from '../media/play-file';
import { useCall } from './call-context';
import { Dialog } from './dialog';
import { dropped } from './file-drop';
import { fileSize } from './transfer-list';

function close(): void {
  dropped.value = [];
}

function SendForm({ files, recipients }: { files: readonly File[]; recipients: User[] }): JSX.Element {
  const call = useCall();
  const [chosen, setChosen] = useState('');
  const user = recipients.find(({ id }) => id === chosen) ?? recipients[0];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        close();
        if (user) for (const file of files) call.transfers.offer(user, file);
      }}
    >
      <label class="field">
        <span>{t('drop.sendTo')}</span>
        <select
          value={user?.id}
          data-testid="drop-recipient"
          onChange={(event) => {
            setChosen(event.currentTarget.value);
          }}
        >
          {recipients.map(({ id, username }) => (
            <option key={id} value={id}>
              {username || t('anonymous')}
            </option>
          ))}
        </select>
      </label>
      <div class="buttons">
        <button type="button" onClick={close}>
          {t('cancel')}
        </button>
        <button type="submit" class="primary" data-testid="drop-send">
          {t('drop.send')}
        </button>
      </div>
    </form>
  );
}

function Choice({ files, first }: { files: readonly File[]; first: File }): JSX.Element {
  const call = useCall();
  const { recipients } = call.transfers;
  const playable =
    files.length === 1 && /^(audio|video)\//.test(first.type) && call.may('present') && canPlayFiles();
  const title =
    files.length === 1
      ? `${first.name} (${fileSize(first.size, currentLanguage.value)})`
      : t('drop.files', { count: files.length });
  return (
    <Dialog title={title} testId="drop-dialog" onClose={close}>
      {playable && (
        <button
          type="button"
          data-testid="drop-play"
          onClick={() => {
            close();
            void call.publishing.playFile(first);
          }}
        >
          {t('file.play')}
        </button>
      )}
      {recipients.length > 0 && <SendForm files={files} recipients={recipients} />}
      {!playable && recipients.length === 0 && <p>{t('drop.nothing')}</p>}
    </Dialog>
  );
}

/** What to do with files that were dropped on no one in particular. */
export function DropDialog(): JSX.Element | null {
  const [first] = dropped.value;
  return first ? <Choice files={dropped.value} first={first} /> : null;
}
