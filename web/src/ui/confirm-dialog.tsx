import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { UserAction } from '../call/moderation';
import { t } from '../i18n';
import { Dialog } from './dialog';
import type { MenuItem } from './menu';

/** What waits for the user's word. */
const pending = signal<UserAction | undefined>(undefined);

/** A menu entry for an action, which asks first if the action wants that. */
export function actionItem(action: UserAction): MenuItem {
  const { key, label, danger } = action;
  return {
    key,
    label,
    danger,
    onChoose: () => {
      if (action.confirmation) pending.value = action;
      else action.run();
    },
  };
}

function close(): void {
  pending.value = undefined;
}

function Question({ action }: { action: UserAction }): JSX.Element {
  const [reason, setReason] = useState('');
  const { confirmation } = action;
  return (
    <Dialog title={action.label} describedBy="confirm-text" testId="confirm-dialog" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          close();
          action.run(confirmation?.reason === undefined ? undefined : reason);
        }}
      >
        <p id="confirm-text">{confirmation?.text}</p>
        {confirmation?.reason !== undefined && (
          <label class="field">
            <span>{confirmation.reason}</span>
            <input
              value={reason}
              maxLength={256}
              data-testid="confirm-reason"
              onInput={(event) => {
                setReason(event.currentTarget.value);
              }}
            />
          </label>
        )}
        <div class="buttons">
          <button type="button" autofocus data-testid="confirm-cancel" onClick={close}>
            {t('cancel')}
          </button>
          <button type="submit" class="danger" data-testid="confirm-action">
            {action.label}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog(): JSX.Element | null {
  return pending.value ? <Question key={pending.value.key} action={pending.value} /> : null;
}
