import type { Token } from '@halcyon/protocol';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { changeInvitation, date, hasExpired, invitationLink, particulars } from '../call/invitations';
import { t } from '../i18n';
import { useCall } from './call-context';
import { copyLink } from './copy-link';
import { Dialog } from './dialog';
import { localMinute } from './invite-dialog';

/** A second ago, as the protocol has it: invitations are not deleted, they end. */
const REVOKED_MS = -1000;
const ONE_DAY_MS = 86_400_000;
/** Entries shown at first, and with each wish for more: thousands at once would make the page wait. */
const PORTION = 100;

function EndForm({ token, onDone }: { token: Token; onDone: () => void }): JSX.Element {
  const call = useCall();
  const now = new Date();
  const [end, setEnd] = useState(localMinute(date(token.expires) ?? new Date(now.getTime() + ONE_DAY_MS)));
  return (
    <form
      class="end-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (end) changeInvitation(call, token, new Date(end).toISOString());
        onDone();
      }}
    >
      <input
        type="datetime-local"
        value={end}
        required
        aria-label={t('invite.expires')}
        onInput={(event) => {
          setEnd(event.currentTarget.value);
        }}
      />
      <button type="submit" class="primary">
        {t('invite.save')}
      </button>
    </form>
  );
}

function Entry({ token }: { token: Token }): JSX.Element {
  const call = useCall();
  const [editing, setEditing] = useState(false);
  const over = hasExpired(token);
  return (
    <li class={`invitation ${over ? 'over' : ''}`} data-testid="invitation-entry" data-expired={String(over)}>
      <p>
        <b>{token.username || t('invite.forAnybody')}</b>
        <small>{particulars(token)}</small>
      </p>
      <div class="buttons">
        {!over && (
          <button
            type="button"
            data-testid="invitation-copy"
            onClick={() => void copyLink(call, invitationLink(token.token))}
          >
            {t('invite.copy')}
          </button>
        )}
        <button
          type="button"
          aria-expanded={editing}
          data-testid="invitation-edit"
          onClick={() => {
            setEditing(!editing);
          }}
        >
          {t('invite.changeEnd')}
        </button>
        {!over && (
          <button
            type="button"
            class="danger"
            data-testid="invitation-revoke"
            onClick={() => {
              changeInvitation(call, token, REVOKED_MS);
            }}
          >
            {t('invite.revoke')}
          </button>
        )}
      </div>
      {editing && (
        <EndForm
          token={token}
          onDone={() => {
            setEditing(false);
          }}
        />
      )}
    </li>
  );
}

/** The group's invitations: copy, prolong, revoke. */
export function InvitationList(): JSX.Element | null {
  const call = useCall();
  const tokens = call.invitationList.value;
  const [shown, setShown] = useState(PORTION);
  if (!tokens) return null;
  const left = Math.max(0, tokens.length - shown);
  return (
    <Dialog
      title={t('invite.list')}
      testId="invitation-list"
      onClose={() => {
        call.invitationList.value = undefined;
      }}
    >
      {tokens.length === 0 && <p>{t('invite.none')}</p>}
      <ul class="invitations">
        {tokens.slice(0, shown).map((token) => (
          <Entry key={token.token} token={token} />
        ))}
      </ul>
      {left > 0 && (
        <button
          type="button"
          data-testid="invitations-more"
          onClick={() => {
            setShown(shown + PORTION);
          }}
        >
          {t('invite.more', { count: left })}
        </button>
      )}
    </Dialog>
  );
}
