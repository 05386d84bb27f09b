import { effect, untracked } from '@preact/signals';
import { t } from '../i18n';
import { LevelMeter } from '../media/level-meter';
import { settings } from '../settings/settings';
import type { Call } from './call';

/** On the scale of the level meter: speech close to the microphone, not a keyboard. */
const SPEECH_LEVEL = 0.6;
/** Loud samples of a tenth of a second in a row that make it speech. */
const SPEECH_SAMPLES = 5;
/** Who has been told is not told again for this long. */
const QUIET_MS = 60_000;

/** Tells somebody who speaks while muted that nobody hears it. */
export function installMutedHint(call: Call): void {
  let toldAt = -Infinity;
  effect(() => {
    const [microphone] = call.publishing.camera.value?.media.getAudioTracks() ?? [];
    if (!microphone || !settings.value.localMute || call.phase.value !== 'joined') return;
    // The track itself is silent now; a copy has a switch of its own.
    const copy = microphone.clone();
    copy.enabled = true;
    let loud = 0;
    const meter = new LevelMeter(new MediaStream([copy]), (level) => {
      loud = level > SPEECH_LEVEL ? loud + 1 : 0;
      const now = performance.now();
      if (loud < SPEECH_SAMPLES || now - toldAt < QUIET_MS) return;
      toldAt = now;
      untracked(() => {
        call.notices.info(t('notice.speakingMuted'));
      });
    });
    return () => {
      meter.stop();
      copy.stop();
    };
  });
}
