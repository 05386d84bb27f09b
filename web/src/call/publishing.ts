import type { ServerConnection, UpStream } from '@halcyon/protocol';
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { t } from '../i18n';
import { stopMedia, type Devices } from '../media/capture';
import { explainScreenError, isPickerCancelled } from '../media/capture-advice';
import { closePlayer, openFile, type FilePlayer } from '../media/play-file';
import { hintScreen, openScreen } from '../media/screen';
import { applyLimits, encodingsFor, wantsSimulcast, type SendPolicy } from '../media/send-rates';
import { setSetting, settings } from '../settings/settings';
import type { Members } from './members';
import type { Notices } from './notices';
import { OwnCamera } from './own-camera';
import { hasKind, isLive, Publication } from './publication';
import { Tile } from './tile';
import type { Tiles } from './tiles';

export { hasKind, type Publication } from './publication';

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
  readonly #tiles: Tiles;
  readonly #notices: Notices;
  readonly #members: Members;
  #connection: ServerConnection | undefined;
  #simulcastTimer: ReturnType<typeof setTimeout> | undefined;
  /** People there are according to the server, until the list of them has arrived. */
  #expected = 0;
  readonly #ownCamera: OwnCamera;
  /** Counts visits: a screen or file chosen during one is not for the next. */
  #visit = 0;

  constructor(tiles: Tiles, notices: Notices, members: Members) {
    this.#tiles = tiles;
    this.#notices = notices;
    this.#members = members;
    this.#ownCamera = new OwnCamera(
      {
        present: () => this.camera.value,
        publish: (media) => this.#publish('camera', media),
        replace: (publication, media) => {
          this.#replaceMedia(publication, media);
        },
        stop: (publication) => {
          this.stop(publication);
        },
      },
      notices,
    );
  }

  /** Devices are being opened. */
  get busy(): ReadonlySignal<boolean> {
    return this.#ownCamera.busy;
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
  setDevices(wanted: Devices): Promise<boolean> {
    return this.#ownCamera.set(wanted);
  }

  /** As OwnCamera.reopen. */
  reopen(kinds: Devices, on?: Devices): Promise<void> {
    return this.#ownCamera.reopen(kinds, on);
  }

  /** Publishes tracks that are open already, those of the preview before joining. */
  adopt(media: MediaStream): void {
    this.#ownCamera.adopt(media);
  }

  async shareScreen(): Promise<void> {
    const visit = this.#visit;
    let media: MediaStream;
    try {
      media = await openScreen();
    } catch (error) {
      if (!isPickerCancelled(error)) this.#notices.error(explainScreenError(error));
      return;
    }
    if (visit !== this.#visit) {
      stopMedia(media);
      return;
    }
    hintScreen(media, settings.value.screenContent);
    const publication = this.#publish('screenshare', media);
    for (const track of media.getTracks()) {
      track.onended = () => {
        this.stop(publication);
      };
    }
  }

  /** Plays a file to everybody. A microphone that is on is muted, since it would hear the file too. */
  async playFile(file: File): Promise<void> {
    const visit = this.#visit;
    let player: FilePlayer;
    try {
      player = await openFile(file);
    } catch {
      this.#notices.error(t('file.unplayable', { name: file.name }));
      return;
    }
    if (visit !== this.#visit) {
      stopMedia(player.media);
      closePlayer(player.element);
      return;
    }
    if (hasKind(this.camera.value, 'audio') && !settings.value.localMute) {
      setMuted(true);
      this.#notices.warn(t('file.muted'));
    }
    this.#followPlayer(player, file.name);
  }

  #followPlayer({ element, media }: FilePlayer, name: string): void {
    const publication = this.#publish('video', media, element);
    element.onended = () => {
      this.stop(publication);
    };
    element.onerror = () => {
      this.#notices.error(t('file.broken', { name }));
      this.stop(publication);
    };
    // Several tracks may come or go at once.
    let changed = false;
    media.onaddtrack = media.onremovetrack = () => {
      if (changed) return;
      changed = true;
      queueMicrotask(() => {
        changed = false;
        // Without any, more are to come, or the end.
        if (this.all.includes(publication) && media.getTracks().some(isLive)) this.#send(publication);
      });
    };
  }

  /** Ends a publication and releases its devices. */
  stop(publication: Publication): void {
    publication.stream?.close();
    this.#drop(publication);
  }

  /** Ends everything, and whatever is only being opened. */
  stopAll(): void {
    this.#visit += 1;
    this.#ownCamera.left();
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
    for (const { stream } of this.all) {
      if (stream) this.#applyLimits(stream);
    }
    this.applySimulcast();
  }

  /** Tells shared screens what they show. */
  applyHints(): void {
    for (const { media } of this.screens.value) hintScreen(media, settings.value.screenContent);
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

  #publish(label: string, media: MediaStream, player?: HTMLVideoElement): Publication {
    const tile = new Tile(`own-${label}-${media.id}`, true, label, player);
    const publication = new Publication(label, media, tile);
    this.#publications.value = [...this.all, publication];
    this.#tiles.add(tile);
    this.#send(publication);
    return publication;
  }

  #replaceMedia(publication: Publication, media: MediaStream): void {
    publication.media = media;
    this.#send(publication);
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
    // Firefox before 110 takes no encodings with a transceiver; everywhere else this finds them set.
    stream.on('negotiated', () => {
      this.#applyLimits(stream);
    });
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

  #applyLimits(stream: UpStream): void {
    applyLimits(stream.pc, this.policy()).catch((error: unknown) => {
      // The browser's own limits hold, then; a closed connection needs none.
      if (!stream.ended) console.warn('send limits were not accepted', error);
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

/** Toggles the microphone's silence. */
export function setMuted(muted: boolean): void {
  setSetting('localMute', muted);
}
