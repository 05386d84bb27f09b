import { listDevices } from '../media/devices';
import { DEFAULT_DEVICE, settings } from '../settings/settings';
import type { Call } from './call';
import { hasKind } from './publication';

const kinds = ['video', 'audio'] as const;

/**
 * Goes back to the chosen camera or microphone when it is plugged in again. Until then another one stands in for it; what
 * is switched off stays so.
 */
export function followPreferredDevices(call: Call): void {
  /** Ids of chosen devices that were looked for in vain. */
  const lacking = new Set<string>();

  const look = async (kind: (typeof kinds)[number]): Promise<void> => {
    const found = await listDevices(kind);
    const chosen = settings.value[kind];
    if (chosen === '' || chosen === DEFAULT_DEVICE) return;
    if (!found.some(({ id }) => id === chosen)) {
      lacking.add(chosen);
      return;
    }
    if (!lacking.delete(chosen)) return;
    const camera = call.publishing.camera.value;
    const track = camera?.media.getTracks().find((candidate) => candidate.kind === kind);
    // Before permission was given no device had a name; it may have been there all the time.
    if (!hasKind(camera, kind) || track?.getSettings().deviceId === chosen) return;
    void call.publishing.reopen({ audio: kind === 'audio', video: kind === 'video' });
  };

  const lookForAll = (): void => {
    for (const kind of kinds) void look(kind);
  };
  lookForAll();
  navigator.mediaDevices?.addEventListener('devicechange', lookForAll);
}
