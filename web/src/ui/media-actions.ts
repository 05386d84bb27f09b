import type { Call } from '../call/call';
import { hasKind, setMuted } from '../call/publishing';
import { DEFAULT_DEVICE, setSetting, settings } from '../settings/settings';

/** Microphone: mutes and unmutes; if it is not open yet, opens it and lets it be heard. */
export async function toggleMicrophone(call: Call): Promise<void> {
  const { camera } = call.publishing;
  if (hasKind(camera.value, 'audio')) {
    setMuted(!settings.value.localMute);
    return;
  }
  setMuted(false);
  if (settings.value.audio === '') setSetting('audio', DEFAULT_DEVICE);
  await call.publishing.setDevices({ audio: true, video: hasKind(camera.value, 'video') });
}

/**
 * Camera: the first press opens it together with the microphone, unless that is set to off; later presses concern the
 * picture alone.
 */
export async function toggleCamera(call: Call): Promise<void> {
  const { camera } = call.publishing;
  const audio = hasKind(camera.value, 'audio');
  if (hasKind(camera.value, 'video')) {
    await call.publishing.setDevices({ audio, video: false });
    return;
  }
  if (settings.value.video === '') setSetting('video', DEFAULT_DEVICE);
  const withMicrophone = audio || (!camera.value && settings.value.audio !== '');
  await call.publishing.setDevices({ audio: withMicrophone, video: true });
}
