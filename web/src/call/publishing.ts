import type { ServerConnection, UpStream } from '@halcyon/protocol';
import { computed, signal } from '@preact/signals';
import { t } from '../i18n';
import { openDevices, stopMedia, type Devices } from '../media/capture';
import { closePlayer, openFile } from '../media/play-file';
import { explainCaptureError, explainScreenError, isPickerCancelled } from '../media/capture-advice';
import { listDevices } from '../media/devices';
import { applyLimits, encodingsFor, wantsSimulcast, type SendPolicy } from '../media/send-rates';
import { setSetting, settings } from '../settings/settings';
import type { Members } from './members';
import type { Notices } from './notices';
import { Tile } from './tile';
import type { Tiles } from './tiles';

/** Something this client sends, over however many streams that replace one another. */
export interface Publication {
  label: string;
  media: MediaStream;
  tile: Tile;
  stream: UpStream | undefined;
  simulcast: boolean;
}

/** Falling below three people is acted on after a random delay, so that not all do so at once. */
const SIMULCAST_OFF_MIN_MS = 10_000;
const SIMULCAST_OFF_SPREAD_MS = 10_000;

/** The list of members follows joining within this time. */
const LIST_ARRIVES_MS = 2000;

/** Media that do not get through within this time will not without help. */
const CONNECT_MS = 20_000;

/** Own streams: camera and microphone in one, and any number of others. */
export class Publishing {
  readonly #publications = signal<readonly Publication[]>([]);
  readonly camera = computed(() => this.#publications.value.find((p) => p.label === 'camera'));
  readonly screens = computed(() =>
    this.#publications.value.filter((p) => p.label === 'screenshare'),
  );
  /** Devices are being opened. */
  readonly busy = signal(false);
  /** What is to be opened again once that is over, because settings have changed meanwhile. */
  #stale: Devices = { audio: false, video: false };
  readonly #tiles: Tiles;
  readonly #notices: Notices;
  readonly #members: Members;
  #connection: ServerConnection | undefined;
  #simulcastTimer: ReturnType<typeof setTimeout> | undefined;
  /** People there are according to the server, until the list of them has arrived. */
  #expected = 0;

  constructor(tiles: Tiles, notices: Notices, members: Members) {
    this.#tiles = tiles;
    this.#notices = notices;
    this.#members = members;
  }

  get all(): readonly Publication[] {
    return this.#publications.value;
  }

  /** The group has been joined, perhaps again: what was being sent is sent again. */
  joined(connection: ServerConnection): void {
    this.#connection = connection;
    this.#expected = connection.status.clientCount ?? 0;
    setTimeout(() => {
      this.#expected = 0;
      this.membersChanged();
    }, LIST_ARRIVES_MS);
    for (const publication of this.all) this.#send(publication);
  }

  /** Turns camera and microphone on or off, changing as little as possible of what runs. */
  async setDevices(wanted: Devices): Promise<boolean> {
    if (this.busy.value) return false;
    this.busy.value = true;
    try {
      return await this.#changeDevices(wanted, false);
    } finally {
      this.busy.value = false;
      const stale = this.#stale;
      this.#stale = { audio: false, video: false };
      if (stale.audio || stale.video) void this.reopen(stale);
    }
  }

  /** Opens the devices again, because another one or other constraints were chosen. */
  async reopen(kinds: Devices): Promise<void> {
    const camera = this.camera.value;
    if (this.busy.value) {
      const { audio, video } = this.#stale;
      this.#stale = { audio: audio || kinds.audio, video: video || kinds.video };
      return;
    }
    if (!camera) return;
    const wanted = {
      audio: hasKind(camera, 'audio') && settings.value.audio !== '',
      video: hasKind(camera, 'video') && settings.value.video !== '',
    };
    // Some systems allow a camera to be open only once: the old track goes first.
    for (const track of camera.media.getTracks()) {
      if (kinds[track.kind as keyof Devices]) {
        track.onended = null;
        track.stop();
        camera.media.removeTrack(track);
      }
    }
    await this.setDevices(wanted);
  }

  /** Publishes tracks that are open already, those of the preview before joining. */
  adopt(media: MediaStream): void {
    this.#watchTracks(media);
    this.#publish('camera', media);
  }

  async shareScreen(): Promise<void> {
    let media: MediaStream;
    try {
      media = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
    } catch (error) {
      if (!isPickerCancelled(error)) this.#notices.error(explainScreenError(error));
      return;
    }
    const publication = this.#publish('screenshare', media);
    for (const track of media.getTracks()) {
      track.onended = () => {
        this.stop(publication);
      };
    }
  }

  /** Plays a file to everybody. A microphone that is on is muted, since it would hear the file too. */
  async playFile(file: File): Promise<void> {
    let player: Awaited<ReturnType<typeof openFile>>;
    try {
      player = await openFile(file);
    } catch {
      this.#notices.error(t('file.unplayable', { name: file.name }));
      return;
    }
    const { element, media } = player;
    if (hasKind(this.camera.value, 'audio') && !settings.value.localMute) {
      setMuted(true);
      this.#notices.warn(t('file.muted'));
    }
    const publication = this.#publish('video', media, element);
    element.onended = () => {
      this.stop(publication);
    };
    media.onaddtrack = () => {
      this.#send(publication);
    };
  }

  /** Ends a publication and releases its devices. */
  stop(publication: Publication): void {
    publication.stream?.close();
    this.#drop(publication);
  }

  stopAll(): void {
    for (const publication of this.all) this.stop(publication);
    clearTimeout(this.#simulcastTimer);
    this.#simulcastTimer = undefined;
  }

  /** Sets the microphone's silence to what the setting says. */
  applyMute(): void {
    for (const track of this.camera.value?.media.getAudioTracks() ?? []) {
      track.enabled = !settings.value.localMute;
    }
  }

  applyRates(): void {
    const policy = this.policy();
    for (const { stream } of this.all) {
      if (stream) {
        applyLimits(stream.pc, policy).catch((error: unknown) => {
          console.warn('send limits were not accepted', error);
        });
      }
    }
    this.applySimulcast();
  }

  /** Replaces streams whose number of encodings is no longer right. */
  applySimulcast(): void {
    for (const publication of this.all) {
      const wanted = wantsSimulcast(publication.label, this.policy());
      if (wanted !== publication.simulcast && hasKind(publication, 'video')) {
        this.#send(publication);
      }
    }
  }

  /** The number of people has changed. */
  membersChanged(): void {
    if (settings.value.simulcast !== 'auto') return;
    const wanted = wantsSimulcast('camera', this.policy());
    if (wanted) {
      clearTimeout(this.#simulcastTimer);
      this.#simulcastTimer = undefined;
      this.applySimulcast();
    } else {
      this.#simulcastTimer ??= setTimeout(
        () => {
          this.#simulcastTimer = undefined;
          this.applySimulcast();
        },
        SIMULCAST_OFF_MIN_MS + Math.random() * SIMULCAST_OFF_SPREAD_MS,
      );
    }
  }

  /** Fresh streams in the place of all own ones. */
  replaceAll(): void {
    for (const publication of this.all) this.#send(publication);
  }

  restartIce(): void {
    for (const { stream } of this.all) stream?.restartIce();
  }

  policy(): SendPolicy {
    const { send, simulcast, hqaudio } = settings.value;
    return { send, simulcast, hqaudio, people: Math.max(this.#expected, this.#members.people.value) };
  }

  async #changeDevices(wanted: Devices, retried: boolean): Promise<boolean> {
    const camera = this.camera.value;
    const kept = (camera?.media.getTracks() ?? []).filter(
      (track) => track.readyState === 'live' && wanted[track.kind as keyof Devices],
    );
    const missing = {
      audio: wanted.audio && !kept.some((track) => track.kind === 'audio'),
      video: wanted.video && !kept.some((track) => track.kind === 'video'),
    };
    let opened: MediaStream | undefined;
    let complete = true;
    if (missing.audio || missing.video) {
      try {
        opened = await openDevices(missing, settings.value, (what) => {
          this.#notices.warn(t(what === 'filter' ? 'capture.noFilter' : 'capture.noNoiseFilter'));
        });
      } catch (error) {
        complete = false;
        // Without a camera there may still be a microphone.
        const absent = error instanceof Error && error.name === 'NotFoundError';
        if (absent && missing.audio && missing.video && !retried) {
          this.#notices.warn(t('capture.noCamera'));
          return await this.#changeDevices({ audio: true, video: false }, true);
        }
        this.#notices.error(explainCaptureError(error));
      }
    }
    this.#rebuildCamera([...kept, ...(opened?.getTracks() ?? [])]);
    return complete;
  }

  /** Sends exactly these tracks as `camera`. */
  #rebuildCamera(tracks: MediaStreamTrack[]): void {
    const camera = this.camera.value;
    for (const track of camera?.media.getTracks() ?? []) {
      if (!tracks.includes(track)) {
        track.onended = null;
        track.stop();
      }
    }
    const present = camera?.media.getTracks() ?? [];
    if (present.length === tracks.length && tracks.every((track) => present.includes(track))) return;
    if (tracks.length === 0) {
      if (camera) this.stop(camera);
      return;
    }
    const media = new MediaStream(tracks);
    this.#watchTracks(media);
    if (!camera) {
      this.#publish('camera', media);
      return;
    }
    camera.media = media;
    this.#send(camera);
    this.#publications.value = [...this.all];
  }

  #watchTracks(media: MediaStream): void {
    for (const track of media.getTracks()) {
      if (track.kind === 'audio') track.enabled = !settings.value.localMute;
      track.onended = () => {
        this.#notices.warn(t(track.kind === 'audio' ? 'capture.lostAudio' : 'capture.lostVideo'));
        this.#rebuildCamera(media.getTracks().filter((other) => other.readyState === 'live'));
        void this.#insteadOf(track.kind as keyof Devices);
      };
    }
  }

  /** A device was unplugged: another one of its kind takes over, if there is any. */
  async #insteadOf(kind: keyof Devices): Promise<void> {
    const others = await listDevices(kind);
    const { camera } = this;
    const wanted = { audio: hasKind(camera.value, 'audio'), video: hasKind(camera.value, 'video') };
    if (others.length > 0 && !this.busy.value) await this.setDevices({ ...wanted, [kind]: true });
  }

  #publish(label: string, media: MediaStream, player?: HTMLVideoElement): Publication {
    const tile = new Tile(`own-${label}-${media.id}`, true, label, player);
    const publication: Publication = { label, media, tile, stream: undefined, simulcast: false };
    this.#publications.value = [...this.all, publication];
    this.#tiles.add(tile);
    this.#send(publication);
    return publication;
  }

  /** Offers the publication's media, in the place of its present stream if there is one. */
  #send(publication: Publication): void {
    const { tile, media, label } = publication;
    tile.media.value = media;
    tile.username.value = this.#connection?.username ?? '';
    tile.userId.value = this.#connection?.id ?? '';
    tile.lookAtTracks();
    tile.generation.value += 1;
    if (this.#connection?.state !== 'connected') return;
    const policy = this.policy();
    publication.simulcast = wantsSimulcast(label, policy);
    const old = publication.stream?.ended === false ? publication.stream : undefined;
    const stream = this.#connection.publish({
      label,
      media,
      encodings: (track) => encodingsFor(track.kind, publication.simulcast, policy),
      ...(old ? { replace: old } : {}),
    });
    publication.stream = stream;
    tile.stream.value = stream;
    this.#listen(publication, stream);
  }

  #listen(publication: Publication, stream: UpStream): void {
    let connected = false;
    stream.on('state', (state) => {
      if (publication.stream !== stream) return;
      publication.tile.ice.value = state;
      if (state === 'connected' || state === 'completed') {
        connected = true;
        this.#getsThrough(publication);
      }
      if (state === 'failed' && connected) this.#notices.warn(t('stream.interrupted'));
      else if (state === 'failed') this.#blocked();
    });
    // Where a firewall swallows everything, browsers go on trying for a long time.
    setTimeout(() => {
      if (!stream.ended && /new|checking/.test(stream.pc.iceConnectionState)) this.#blocked();
    }, CONNECT_MS);
    stream.on('lost', () => {
      if (publication.stream === stream) this.#send(publication);
    });
    stream.on('error', (error) => {
      this.#notices.error(t('stream.sendFailed', { detail: String(error) }));
    });
    stream.on('end', (reason) => {
      if (publication.stream !== stream) return;
      publication.stream = undefined;
      // After a lost connection the same media is sent again; a refusal is final.
      if (reason === 'aborted' || reason === 'failed') this.#drop(publication);
    });
  }

  #getsThrough({ tile }: Publication): void {
    if (!tile.player?.paused || tile.player.currentTime > 0) return;
    tile.player.play().catch(() => {
      // The user can press its play button.
    });
  }

  #blocked(): void {
    this.#notices.warn(t('stream.blocked', { host: window.location.hostname }));
  }

  #drop(publication: Publication): void {
    stopMedia(publication.media);
    if (publication.tile.player) closePlayer(publication.tile.player);
    this.#publications.value = this.all.filter((other) => other !== publication);
    this.#tiles.remove(publication.tile);
  }
}

/** Whether a publication has a live track of a kind. */
export function hasKind(publication: Publication | undefined, kind: 'audio' | 'video'): boolean {
  const tracks = publication?.media.getTracks() ?? [];
  return tracks.some((track) => track.kind === kind && track.readyState === 'live');
}

/** Toggles the microphone's silence. */
export function setMuted(muted: boolean): void {
  setSetting('localMute', muted);
}
