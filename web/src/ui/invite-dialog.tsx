import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Call } from '../call/call';
import { makeInvitation, invitationLink } from '../call/invitations';
import { t, type TextKey } from '../i18n';
import { useCall } from './call-context';
import { copyLink } from './copy-link';
import { Dialog } from './dialog';
import { dialogue } from './panels';

const TWO_DAYS_MS = 2 * 86_400_000;
const ONE_DAY_MS = 86_400_000;

/** A time as `datetime-local` fields want it: local, without seconds. */
export function localMinute(time: Date): string {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

type Role = 'presenter' | 'listener' | 'operator';

const roles: Record<Role, readonly string[]> = {
  presenter: ['present', 'message'],
  listener: ['message'],
  operator: ['op', 'present', 'message', 'caption', 'token'],
};

const roleTexts = {
  presenter: 'invite.presenter',
  listener: 'invite.listener',
  operator: 'invite.operator',
} as const;

/** The roles an inviter can give away: nobody gives what he has not. */
function rolesOf(call: Call): Role[] {
  const all: Role[] = [];
  if (call.may('present')) all.push('presenter');
  all.push('listener');
  if (call.may('op')) all.push('operator');
  return all;
}

function close(): void {
  dialogue.value = undefined;
}

interface TimeFieldProps {
  label: TextKey;
  value: string;
  onChange: (value: string) => void;
}

/** A local time that does not lie in the past. */
function TimeField({ label, value, onChange }: TimeFieldProps): JSX.Element {
  return (
    <label class="field">
      <span>{t(label)}</span>
      <input
        type="datetime-local"
        min={localMinute(new Date())}
        value={value}
        onInput={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
    </label>
  );
}

function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }): JSX.Element {
  return (
    <label class="field">
      <span>{t('invite.role')}</span>
      <select
        value={role}
        data-testid="invite-role"
        onChange={(event) => {
          onChange(event.currentTarget.value as Role);
        }}
      >
        {rolesOf(useCall()).map((one) => (
          <option key={one} value={one}>
            {t(roleTexts[one])}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Makes an invitation: a link that lets somebody in. */
export function InviteDialog(): JSX.Element {
  const call = useCall();
  const [username, setUsername] = useState('');
  const [notBefore, setNotBefore] = useState('');
  const [expires, setExpires] = useState(localMinute(new Date(Date.now() + TWO_DAYS_MS)));
  const [role, setRole] = useState<Role>(rolesOf(call)[0] ?? 'listener');
  const submit = (event: Event): void => {
    event.preventDefault();
    makeInvitation(call, {
      username: username.trim(),
      permissions: roles[role],
      expires: expires ? new Date(expires).toISOString() : ONE_DAY_MS,
      ...(notBefore ? { notBefore: new Date(notBefore).toISOString() } : {}),
    });
    close();
  };
  return (
    <Dialog title={t('group.invite')} onClose={close} testId="invite-dialog">
      <form onSubmit={submit}>
        <label class="field">
          <span>{t('invite.username')}</span>
          <input
            value={username}
            maxLength={256}
            data-testid="invite-username"
            onInput={(event) => {
              setUsername(event.currentTarget.value);
            }}
          />
        </label>
        <RoleField role={role} onChange={setRole} />
        <TimeField label="invite.notBefore" value={notBefore} onChange={setNotBefore} />
        <TimeField label="invite.expires" value={expires} onChange={setExpires} />
        <div class="buttons">
          <button type="button" onClick={close}>
            {t('cancel')}
          </button>
          <button type="submit" class="primary" data-testid="invite-submit">
            {t('invite.make')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Shows a fresh invitation, to be copied or shared. */
export function InvitationDialog(): JSX.Element | null {
  const call = useCall();
  const token = call.invitation.value;
  if (!token) return null;
  const link = invitationLink(token.token);
  const done = (): void => {
    call.invitation.value = undefined;
  };
  return (
    <Dialog title={t('invite.made')} onClose={done} testId="invitation">
      <p>
        {token.username ? t('invite.for', { name: token.username }) : t('invite.forAnybody')}
      </p>
      <input readOnly value={link} aria-label={t('invite.link')} data-testid="invitation-link" />
      <div class="buttons">
        {'share' in navigator && (
          <button
            type="button"
            onClick={() => {
              // Closing the share sheet is no error.
              navigator.share({ title: call.title.value, url: link }).catch(() => undefined);
            }}
          >
            {t('invite.share')}
          </button>
        )}
        <button
          type="button"
          class="primary"
          data-testid="copy-link"
          onClick={() => {
            void copyLink(call, link).then((copied) => {
              if (copied) done();
            });
          }}
        >
          {t('invite.copy')}
        </button>
      </div>
    </Dialog>
  );
}
