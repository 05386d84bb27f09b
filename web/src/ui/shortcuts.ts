import type { Call } from '../call/call';
import { handRaisedAt } from '../call/members';
import { hasKind, setMuted } from '../call/publishing';
import { canShareScreen } from '../media/capture';
import { setSetting, settings } from '../settings/settings';
import { toggleCamera, toggleMicrophone } from './media-actions';
import { dialogue, showStatistics, toggleChat, togglePeople } from './panels';

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches('input, textarea, select') || target.isContentEditable;
}

/** Behind an open menu or dialogue nothing happens by a key meant for that. */
function isCovered(): boolean {
  return document.querySelector('dialog[open], [role=menu]') !== null;
}

function actions(call: Call): Record<string, () => void> {
  const mayPresent = call.may('present');
  return {
    m: () => void (mayPresent && toggleMicrophone(call)),
    v: () => void (mayPresent && toggleCamera(call)),
    h: () => {
      const { own } = call.members;
      const raised = own !== undefined && handRaisedAt(own) !== undefined;
      call.raiseHand(!raised);
    },
    d: () => void (mayPresent && canShareScreen() && call.publishing.shareScreen()),
    l: () => {
      setSetting('layout', settings.value.layout === 'speaker' ? 'auto' : 'speaker');
    },
    i: () => {
      showStatistics.value = !showStatistics.value;
    },
    c: toggleChat,
    p: togglePeople,
    s: () => {
      dialogue.value = 'settings';
    },
    '?': () => {
      dialogue.value = 'help';
    },
  };
}

/** Single keys while nothing is being written; the space bar held down is push-to-talk. */
export function installShortcuts(call: Call): void {
  let talking = false;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (call.phase.value !== 'joined' || !settings.value.shortcuts) return;
    if (isCovered() || isWriting(event.target)) return;
    if (event.key === ' ') {
      // A button in focus is pressed with the space bar; at that of the microphone, talking is what is meant.
      if (event.target instanceof HTMLButtonElement && event.target.dataset['testid'] !== 'mute') return;
      const muted = hasKind(call.publishing.camera.value, 'audio') && settings.value.localMute;
      if (!muted) return;
      event.preventDefault();
      talking = true;
      setMuted(false);
      return;
    }
    const action = actions(call)[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
  const release = (): void => {
    if (talking) setMuted(true);
    talking = false;
  };
  document.addEventListener('keyup', (event) => {
    if (event.key !== ' ') return;
    // The end of talking must not press the button.
    if (talking) event.preventDefault();
    release();
  });
  window.addEventListener('blur', release);
}
