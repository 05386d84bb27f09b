import { effect, untracked } from '@preact/signals';
import { settings, type Settings } from '../settings/settings';
import type { Call } from './call';
import { hasKind } from './publishing';

/** Runs an action whenever what is selected changes; not for the value found at first. */
function onChange<T>(select: (from: Settings) => T, action: (before: T) => void): void {
  let before = select(settings.value);
  effect(() => {
    const now = select(settings.value);
    if (JSON.stringify(now) === JSON.stringify(before)) return;
    const previous = before;
    before = now;
    untracked(() => {
      action(previous);
    });
  });
}

/** The background matters only to the filter that shows it. */
function pictureOf(from: Settings): string {
  return from.filter === 'background-image' ? `${from.filter} ${from.background}` : from.filter;
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

const onlyVideo = { audio: false, video: true };
const onlyAudio = { audio: true, video: false };

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
    (from) => from.screenContent,
    () => {
      publishing.applyHints();
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
  // A device chosen in the place of none is turned on, as one given up for none is turned off.
  onChange(
    (from) => from.video,
    (before) => void publishing.reopen(onlyVideo, before === '' ? onlyVideo : undefined),
  );
  onChange(
    (from) => from.audio,
    (before) => void publishing.reopen(onlyAudio, before === '' ? onlyAudio : undefined),
  );
  onChange(
    (from) => [from.blackboardMode, from.resolution, pictureOf(from)],
    () => void publishing.reopen(onlyVideo),
  );
  onChange(
    (from) => [from.preprocessing, from.noiseFilter],
    () => void publishing.reopen(onlyAudio),
  );
  announceMute(call);
}
