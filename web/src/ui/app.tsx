import type { JSX } from 'preact';
import type { Call } from '../call/call';
import { CallContext } from './call-context';
import { isUncovered } from './dialog';
import { Dialogues } from './dialogues';
import { LoginPage } from './login-page';
import { Room } from './room';
import { Toasts } from './toasts';

/** The group page. */
export function App({ call }: { call: Call }): JSX.Element {
  const phase = call.phase.value;
  return (
    <CallContext.Provider value={call}>
      {phase === 'loading' && <p class="loading" aria-busy="true" />}
      {(phase === 'login' || phase === 'connecting') && <LoginPage />}
      {(phase === 'joined' || phase === 'reconnecting') && <Room />}
      <Dialogues />
      {isUncovered() && <Toasts />}
    </CallContext.Provider>
  );
}
