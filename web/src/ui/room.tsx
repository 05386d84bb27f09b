import type { JSX } from 'preact';
import { t } from '../i18n';
import { useCall } from './call-context';
import { ChatPanel } from './chat-panel';
import { ControlBar } from './control-bar';
import { chatOpen, peopleOpen, sideOpen } from './panels';
import { PeoplePanel } from './people-panel';
import { Stage } from './stage';
import { TopBar } from './top-bar';
import { TransferList } from './transfer-list';

function Reconnecting(): JSX.Element {
  const call = useCall();
  return (
    <div class="reconnecting" role="alert" data-testid="reconnecting">
      <span>{t('connection.reconnecting')}</span>
      <button
        type="button"
        onClick={() => {
          call.leave();
        }}
      >
        {t('connection.giveUp')}
      </button>
    </div>
  );
}

/** The page while one is in the group. */
export function Room(): JSX.Element {
  const call = useCall();
  return (
    <div class={`room ${sideOpen.value ? 'with-side' : ''}`}>
      <TopBar />
      {call.phase.value === 'reconnecting' && <Reconnecting />}
      <main class="workspace">
        <Stage />
        {sideOpen.value && (
          <aside class="side">
            {peopleOpen.value && <PeoplePanel />}
            {chatOpen.value && <ChatPanel />}
          </aside>
        )}
        <TransferList />
      </main>
      <ControlBar />
    </div>
  );
}
