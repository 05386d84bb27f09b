import { signal } from '@preact/signals';
import { t } from '../i18n';
import { hasBroken } from '../media/broken-tracks';
import { openAvailable, stopMedia, type Devices, type Shortcoming } from '../media/capture';
import { explainCaptureError } from '../media/capture-advice';
import { listDevices } from '../media/devices';
import { settings } from '../settings/settings';
import type { Notices } from './notices';
import { hasKind, isLive, type Publication } from './publication';

/** What the camera needs of whoever publishes it. */
export interface CameraPort {
  /** What is published as `camera` now. */
  present(): Publication | undefined;
  publish(media: MediaStream): void;
  /** Sends other media in the place of what is sent. */
  replace(publication: Publication, media: MediaStream): void;
  stop(publication: Publication): void;
}

type Kind = keyof Devices;

const nothing: Devices = { audio: false, video: false };

function either(one: Devices, other: Devices): Devices {
  return { audio: one.audio || other.audio, video: one.video || other.video };
}

/** Camera and microphone: opens and closes the devices, and has exactly what is open published. */
export class OwnCamera {
  /** Devices are being opened. */
  readonly busy = signal(false);
  /** What is to be opened again, or for the first time, once that is over, because settings have changed meanwhile. */
  #stale = nothing;
  #staleOn = nothing;
  /** Counts visits of groups: what was opened during one is not for the next. */
  #visit = 0;
  readonly #port: CameraPort;
  readonly #notices: Notices;

  constructor(port: CameraPort, notices: Notices) {
    this.#port = port;
    this.#notices = notices;
  }

  /** Turns camera and microphone on or off, changing as little as possible of what runs. */
  async set(wanted: Devices): Promise<boolean> {
    if (this.busy.value) return false;
    this.busy.value = true;
    try {
      return await this.#change(wanted);
    } finally {
      this.busy.value = false;
      const [stale, on] = [this.#stale, this.#staleOn];
      this.#stale = nothing;
      this.#staleOn = nothing;
      if (stale.audio || stale.video) void this.reopen(stale, on);
    }
  }

  /**
   * Opens these kinds again, because another device or other constraints were chosen; of what is off, only those in
   * `on` are turned on. What is set to off is turned off.
   */
  async reopen(kinds: Devices, on: Devices = nothing): Promise<void> {
    if (this.busy.value) {
      this.#stale = either(this.#stale, kinds);
      this.#staleOn = either(this.#staleOn, on);
      return;
    }
    const camera = this.#port.present();
    if (!camera) return;
    const wants = (kind: Kind): boolean =>
      settings.value[kind] !== '' && (hasKind(camera, kind) || on[kind]);
    const wanted = { audio: wants('audio'), video: wants('video') };
    // Some systems allow a camera to be open only once: the old track ends first. It stays among the media, so that
    // what is sent is seen to differ from what is then open.
    for (const track of camera.media.getTracks()) {
      if (!kinds[track.kind as Kind]) continue;
      track.onended = null;
      track.stop();
    }
    await this.set(wanted);
  }

  /** Publishes tracks that are open already. */
  adopt(media: MediaStream): void {
    this.#watch(media);
    this.#port.publish(media);
  }

  /** The visit is over: devices that are still being opened are closed again. */
  left(): void {
    this.#visit += 1;
    this.#stale = nothing;
    this.#staleOn = nothing;
  }

  async #change(wanted: Devices): Promise<boolean> {
    const visit = this.#visit;
    const isWanted = (track: MediaStreamTrack): boolean => isLive(track) && wanted[track.kind as Kind];
    const kept = (this.#port.present()?.media.getTracks() ?? []).filter(isWanted);
    const lacks = (kind: Kind): boolean =>
      wanted[kind] && !kept.some((track) => track.kind === kind);
    const missing = { audio: lacks('audio'), video: lacks('video') };
    const opened = missing.audio || missing.video ? await this.#open(missing, visit) : undefined;
    if (visit !== this.#visit) {
      stopMedia(opened);
      return false;
    }
    const fresh = opened?.getTracks() ?? [];
    this.#rebuild([...kept.filter(isLive), ...fresh]);
    return fresh.length > 0 || !(missing.audio || missing.video);
  }

  /** Opens devices; says what is wrong if that fails. */
  async #open(missing: Devices, visit: number): Promise<MediaStream | undefined> {
    try {
      const { media, absent } = await openAvailable(missing, settings.value, (what) => {
        if (visit === this.#visit) this.#lacking(what);
      });
      if (absent) this.#notices.warn(t(absent === 'video' ? 'capture.noCamera' : 'capture.noMicrophone'));
      return media;
    } catch (error) {
      if (visit === this.#visit) this.#notices.error(explainCaptureError(error));
      return undefined;
    }
  }

  #lacking(what: Shortcoming): void {
    if (what === 'background') this.#notices.error(t('capture.noBackground'));
    else this.#notices.warn(t(what === 'filter' ? 'capture.noFilter' : 'capture.noNoiseFilter'));
  }

  /** Sends exactly these tracks. */
  #rebuild(tracks: MediaStreamTrack[]): void {
    const camera = this.#port.present();
    const present = camera?.media.getTracks() ?? [];
    for (const track of present) {
      if (tracks.includes(track)) continue;
      track.onended = null;
      track.stop();
    }
    if (present.length === tracks.length && tracks.every((track) => present.includes(track))) return;
    if (tracks.length === 0) {
      if (camera) this.#port.stop(camera);
      return;
    }
    const media = new MediaStream(tracks);
    this.#watch(media);
    if (camera) this.#port.replace(camera, media);
    else this.#port.publish(media);
  }

  #watch(media: MediaStream): void {
    for (const track of media.getTracks()) {
      const kind = track.kind as Kind;
      if (kind === 'audio') track.enabled = !settings.value.localMute;
      track.onended = () => {
        const broken = hasBroken(track);
        if (broken) {
          this.#notices.error(t(kind === 'audio' ? 'capture.noiseBroke' : 'capture.filterBroke'));
        } else {
          this.#notices.warn(t(kind === 'audio' ? 'capture.lostAudio' : 'capture.lostVideo'));
        }
        this.#rebuild(media.getTracks().filter(isLive));
        if (!broken) void this.#insteadOf(kind);
      };
    }
  }

  /** A device was unplugged: another one of its kind takes over, if there is any. */
  async #insteadOf(kind: Kind): Promise<void> {
    const visit = this.#visit;
    const others = await listDevices(kind);
    if (others.length === 0 || visit !== this.#visit) return;
    const only = { ...nothing, [kind]: true };
    const camera = this.#port.present();
    const on = { audio: hasKind(camera, 'audio'), video: hasKind(camera, 'video') };
    if (this.busy.value) await this.reopen(only, only);
    else await this.set({ ...on, [kind]: true });
  }
}
