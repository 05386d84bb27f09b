import type { Call } from '../call/call';
import { toggleCamera, toggleMicrophone } from './media-actions';

/** The buttons that systems show for a call: on headsets, on the lock screen, in a floating picture. */
export function installMediaKeys(call: Call): void {
  if (!('mediaSession' in navigator)) return;
  const handle = (action: string, handler: () => void): void => {
    try {
      navigator.mediaSession.setActionHandler(action as MediaSessionAction, handler);
    } catch {
      // A browser that does not know the button does not show it either.
    }
  };
  const presenting = (action: (call: Call) => Promise<void>) => () => {
    if (call.phase.value === 'joined' && call.may('present')) void action(call);
  };
  handle('togglemicrophone', presenting(toggleMicrophone));
  handle('togglecamera', presenting(toggleCamera));
  handle('hangup', () => {
    if (call.phase.value === 'joined') call.leave();
  });
}
