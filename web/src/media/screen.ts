import type { ScreenContent } from '../settings/settings';

/** Options that some browsers know already; the others do not look at them. */
interface ScreenOptions extends DisplayMediaStreamOptions {
  systemAudio?: 'include';
  surfaceSwitching?: 'include';
  selfBrowserSurface?: 'exclude';
}

/** What is played is no speech into a microphone; and nobody wants to hear himself in what others share. */
const sound: MediaTrackConstraints & { restrictOwnAudio: boolean } = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  restrictOwnAudio: true,
};

const options: ScreenOptions = {
  video: true,
  audio: sound,
  systemAudio: 'include',
  // Another tab can be shared without ending the stream.
  surfaceSwitching: 'include',
  // This page in itself would be a hall of mirrors.
  selfBrowserSurface: 'exclude',
};

/** Has the user choose a screen, a window or a tab, with its sound if the browser offers that. */
export function openScreen(): Promise<MediaStream> {
  return navigator.mediaDevices.getDisplayMedia(options);
}

/** Says what counts when there is not enough bandwidth for all: that text can be read, or that films move. */
export function hintScreen(media: MediaStream, content: ScreenContent): void {
  for (const track of media.getVideoTracks()) track.contentHint = content;
}
