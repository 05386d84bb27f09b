import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { LARGE, type Elsewhere } from '../call/reception';
import type { Tile } from '../call/tile';
import { t } from '../i18n';
import { settings } from '../settings/settings';
import { useCall } from './call-context';
import { Icon } from './icons';
import { showStatistics } from './panels';
import { playOrAsk } from './playback';
import { QualityMark } from './quality-mark';
import { TileControls } from './tile-controls';
import { TileStatistics } from './tile-statistics';

function useMedia(tile: Tile): preact.RefObject<HTMLVideoElement> {
  const call = useCall();
  const element = useRef<HTMLVideoElement>(null);
  const loudness = tile.volume.value;
  const silent = tile.local || tile.silenced.value;
  // Before anything plays: what is silent may play without being asked for.
  useEffect(() => {
    if (!element.current) return;
    element.current.volume = loudness;
    element.current.muted = silent;
  }, [loudness, silent]);
  const media = tile.media.value;
  const generation = tile.generation.value;
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    // Assigning again after a negotiation frees a frozen picture.
    video.srcObject = media ?? null;
    if (media) playOrAsk(call, video);
  }, [media, generation]);
  const speaker = settings.value.audioOutput;
  useEffect(() => {
    const video = element.current;
    if (!video || tile.local || !('setSinkId' in video)) return;
    video.setSinkId(speaker).catch(() => {
      call.notices.warn(t('speaker.failed'));
    });
  }, [speaker]);
  return element;
}

/** Tells how large the tile is on screen, and whether it is there at all. */
function useVisibility(tile: Tile, element: preact.RefObject<HTMLElement>): void {
  const call = useCall();
  useEffect(() => {
    if (!element.current || tile.local) return;
    const sizes = new ResizeObserver(([entry]) => {
      if (entry) call.reception.sized(tile, entry.contentRect.width, entry.contentRect.height);
    });
    const sights = new IntersectionObserver((entries) => {
      call.reception.inView(tile, entries.at(-1)?.isIntersecting ?? true);
    });
    sizes.observe(element.current);
    sights.observe(element.current);
    return () => {
      sizes.disconnect();
      sights.disconnect();
    };
  }, [tile]);
}

/** Tells when the picture fills the screen or stands in a window of its own. */
function usePlaces(
  tile: Tile,
  frame: preact.RefObject<HTMLElement>,
  video: preact.RefObject<HTMLVideoElement>,
): void {
  const call = useCall();
  useEffect(() => {
    if (tile.local) return;
    const listening = new AbortController();
    const { signal } = listening;
    const note = (where: Elsewhere, stands: () => boolean) => () => {
      call.reception.standsIn(tile, where, stands() ? LARGE : undefined);
    };
    const whole = note('full-screen', () => document.fullscreenElement === frame.current);
    frame.current?.addEventListener('fullscreenchange', whole, { signal });
    const on = (event: string, where: Elsewhere, stands: boolean): void => {
      video.current?.addEventListener(event, note(where, () => stands), { signal });
    };
    on('enterpictureinpicture', 'picture-in-picture', true);
    on('leavepictureinpicture', 'picture-in-picture', false);
    // An iPhone shows the bare video on its full screen, and tells in its own way.
    on('webkitbeginfullscreen', 'full-screen', true);
    on('webkitendfullscreen', 'full-screen', false);
    return () => {
      listening.abort();
      call.reception.standsIn(tile, 'full-screen', undefined);
      call.reception.standsIn(tile, 'picture-in-picture', undefined);
    };
  }, [tile]);
}

/** The figures as attributes, written past the component: they change every second in every tile. */
function useFigures(tile: Tile, element: preact.RefObject<HTMLElement>): void {
  useSignalEffect(() => {
    const figures = tile.figures.value;
    if (!element.current) return;
    const { dataset } = element.current;
    dataset['framesDecoded'] = String(figures.framesDecoded);
    dataset['framesEncoded'] = String(figures.framesEncoded);
    dataset['audioEnergy'] = String(figures.audioEnergy);
    dataset['frameWidth'] = String(figures.width);
    dataset['frameHeight'] = String(figures.height);
  });
}

/** The first letters of a name, for people without a picture. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '?')][0]?.toUpperCase() ?? '?').join('');
}

function TileLabel({ tile }: { tile: Tile }): JSX.Element {
  const call = useCall();
  const user = call.members.list.value.find(({ id }) => id === tile.userId.value);
  const name = tile.username.value || t('anonymous');
  const muted =
    tile.label === 'camera' &&
    (tile.local ? settings.value.localMute : Boolean(user?.data['muted']));
  return (
    <figcaption class="tile-label">
      <QualityMark tile={tile} />
      {tile.label === 'screenshare' && <Icon name="screen" />}
      {tile.label === 'video' && <Icon name="film" />}
      {user?.data['raisehand'] ? (
        <span class="tile-hand">
          <Icon name="hand" />
          <span class="sr-only">{t('user.handRaised')}</span>
        </span>
      ) : null}
      {muted && (
        <span class="tile-muted" data-testid="tile-muted">
          <Icon name="micOff" />
          <span class="sr-only">{t('user.isMuted')}</span>
        </span>
      )}
      <span class="tile-name">{tile.local ? t('tile.you', { name }) : name}</span>
    </figcaption>
  );
}

/** The player of a file of one's own, which plays here and is captured from here. */
function FilePlayer({ element }: { element: HTMLVideoElement }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.append(element);
    return () => {
      element.remove();
    };
  }, [element]);
  return <div ref={place} class="player" />;
}

function Picture({ tile, video }: { tile: Tile; video: preact.RefObject<HTMLVideoElement> }): JSX.Element {
  const mirrored = tile.local && tile.label === 'camera' && settings.value.mirrorView;
  const hasVideo = tile.hasVideo.value;
  return (
    <>
      <video
        ref={video}
        class={`${mirrored ? 'mirrored' : ''} ${hasVideo ? '' : 'pictureless'}`}
        autoplay
        playsInline
        // Firefox would stop at each picture, where there is nothing to be done.
        tabIndex={-1}
      />
      {!hasVideo && (
        <div class="avatar" aria-hidden="true">
          {initials(tile.username.value)}
        </div>
      )}
    </>
  );
}

/** One stream on screen. */
export function TileView({ tile }: { tile: Tile }): JSX.Element {
  const call = useCall();
  const frame = useRef<HTMLElement>(null);
  const video = useMedia(tile);
  useVisibility(tile, frame);
  usePlaces(tile, frame, video);
  useFigures(tile, frame);
  // A finger cannot hover: it taps for the controls, and again to be rid of them.
  const [tapped, setTapped] = useState(false);
  const ice = tile.ice.value;
  const classes = [
    'tile',
    tapped ? 'tapped' : '',
    tile.speaking.value ? 'speaking' : '',
    ice === 'connected' || ice === 'completed' ? '' : 'unconnected',
    tile.label === 'screenshare' ? 'screen' : '',
  ];
  return (
    <figure
      ref={frame}
      class={classes.join(' ')}
      data-testid="tile"
      data-stream-id={tile.stream.value?.id ?? ''}
      data-username={tile.username.value}
      data-label={tile.label}
      data-local={String(tile.local)}
      data-ice-state={ice}
      data-has-video={String(tile.hasVideo.value)}
      data-has-audio={String(tile.hasAudio.value)}
      data-paused={String(tile.paused.value)}
      onPointerUp={(event) => {
        const onButton = (event.target as Element).closest('.tile-controls') !== null;
        if (event.pointerType === 'touch' && !(onButton && tapped)) setTapped(!tapped);
      }}
      onDblClick={() => {
        call.tiles.togglePin(tile);
      }}
    >
      {tile.player ? <FilePlayer element={tile.player} /> : <Picture tile={tile} video={video} />}
      {showStatistics.value && <TileStatistics tile={tile} />}
      <TileLabel tile={tile} />
      <TileControls tile={tile} video={video} frame={frame} />
    </figure>
  );
}
