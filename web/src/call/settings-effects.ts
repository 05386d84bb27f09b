import { effect, untracked } from '@preact/signals';
import { settings, type Settings } from '../settings/settings';
import type { Call } from './call';
import { hasKind } from './publishing';

/** Runs an action whenever what is selected changes; not for the value found at first. */
function onChange<T>(select: (from: Settings) => T, action: () => void): void {
  let previous = JSON.stringify(select(settings.value));
  effect(() => {
    const now = JSON.stringify(select(settings.value));
    if (now === previous) return;
    previous = now;
    untracked(action);
  });
}

/** Tells the others whether the microphone is muted, as long as there is one. */
function announceMute(call: Call): void {
  let announced = false;
  effect(() => {
    const joined = call.phase.value === 'joined';
    const muted = settings.value.localMute && hasKind(call.publishing.camera.value, 'audio');
    if (!joined) {
      // A new connection starts with no data.
      announced = false;
    } else if (muted !== announced) {
      announced = muted;
      untracked(() => {
        call.setData({ muted: muted ? true : null });
      });
    }
  });
}

/** Makes changed settings take effect in a running call. */
export function applySettings(call: Call): void {
  const { publishing, reception } = call;
  onChange(
    (from) => from.localMute,
    () => {
      publishing.applyMute();
    },
  );
  onChange(
    (from) => [from.send, from.hqaudio],
    () => {
      publishing.applyRates();
    },
  );
  onChange(
    (from) => from.simulcast,
    () => {
      publishing.applySimulcast();
    },
  );
  onChange(
    (from) => from.request,
    () => {
      reception.requestAll();
    },
  );
  onChange(
    (from) => [from.video, from.blackboardMode, from.resolution, from.filter, from.background],
    () => void publishing.reopen({ audio: false, video: true }),
  );
  onChange(
    (from) => [from.audio, from.preprocessing, from.noiseFilter],
    () => void publishing.reopen({ audio: true, video: false }),
  );
  announceMute(call);
}
