import type { JSX, RefObject } from 'preact';
import { t } from '../i18n';
import { useCall } from './call-context';

/** The way in that is not being shown: a password instead of the invitation, or the other way round. */
function OtherWay(): JSX.Element | null {
  const call = useCall();
  if (!call.wayIn.invited.value) return null;
  if (call.portal !== undefined) {
    return (
      <a href={call.portal} data-testid="login-portal">
        {t('login.atPortal')}
      </a>
    );
  }
  const withPassword = call.wayIn.kind.value === 'password';
  return (
    <button
      type="button"
      class="quiet"
      data-testid="login-other"
      onClick={() => {
        call.useInvitation(withPassword);
      }}
    >
      {t(withPassword ? 'login.withInvitation' : 'login.withPassword')}
    </button>
  );
}

function Cancel(): JSX.Element {
  const call = useCall();
  return (
    <button
      type="button"
      class="quiet"
      data-testid="login-cancel"
      onClick={() => {
        call.leave();
      }}
    >
      {t('cancel')}
    </button>
  );
}

interface Props {
  join: RefObject<HTMLButtonElement>;
  /** Devices are still being opened. */
  waiting: boolean;
}

/** What can be done with the login box; while it is busy, that is said and can be ended. */
export function LoginButtons({ join, waiting }: Props): JSX.Element {
  const call = useCall();
  const connecting = call.phase.value === 'connecting';
  const progress = t(call.waiting.value ? 'login.waiting' : 'login.connecting');
  return (
    <>
      <button
        ref={join}
        class="primary"
        type="submit"
        aria-disabled={connecting || waiting}
        data-testid="login-submit"
      >
        {connecting ? progress : t('login.join')}
      </button>
      {call.mayWait.value && (
        <button type="submit" name="patient" data-testid="login-wait">
          {t('login.wait')}
        </button>
      )}
      <p class="sr-only" role="status">
        {connecting && progress}
      </p>
      {connecting ? <Cancel /> : <OtherWay />}
    </>
  );
}
