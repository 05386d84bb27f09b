import type { JSX } from 'preact';
import { t } from '../i18n';
import { settings } from '../settings/settings';
import { useCall } from './call-context';
import { ChatPanel } from './chat-panel';
import { ControlBar } from './control-bar';
import { Divider } from './divider';
import { DropHint } from './drop-hint';
import { useFileDrop } from './file-drop';
import { chatOpen, narrow, peopleOpen, sideOpen } from './panels';
import { PeoplePanel } from './people-panel';
import { SkipLinks } from './skip-links';
import { Stage } from './stage';
import { TopBar } from './top-bar';
import { TransferList } from './transfer-list';

function Reconnecting(): JSX.Element {
  const call = useCall();
  return (
    <div class="reconnecting" role="alert" data-testid="reconnecting">
      <span>{call.waiting.value}</span>
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
  useFileDrop();
  const width = narrow.value ? 0 : settings.value.sideWidth;
  return (
    <div class={`room ${sideOpen.value ? 'with-side' : ''}`}>
      <SkipLinks />
      <TopBar />
      {call.phase.value === 'reconnecting' && <Reconnecting />}
      <main class="workspace">
        <Stage />
        {sideOpen.value && !narrow.value && <Divider />}
        {sideOpen.value && (
          <aside class="side" aria-label={t('side.label')} style={width > 0 ? { width: `${String(width)}px` } : {}}>
            {peopleOpen.value && <PeoplePanel />}
            {chatOpen.value && <ChatPanel />}
          </aside>
        )}
        <TransferList />
        <DropHint />
      </main>
      <ControlBar />
    </div>
  );
}
