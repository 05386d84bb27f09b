import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Tile } from '../call/tile';
import { t } from '../i18n';
import { settings } from '../settings/settings';
import { useCall } from './call-context';
import { Icon } from './icons';
import { playOrAsk } from './playback';
import { TileControls } from './tile-controls';

function useMedia(tile: Tile): preact.RefObject<HTMLVideoElement> {
  const call = useCall();
  const element = useRef<HTMLVideoElement>(null);
  const media = tile.media.value;
  const generation = tile.generation.value;
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    // Assigning again after a negotiation frees a frozen picture.
    video.srcObject = media ?? null;
    if (media) playOrAsk(call, video);
  }, [media, generation]);
  const loudness = tile.volume.value;
  const silent = tile.local || tile.silenced.value;
  useEffect(() => {
    if (!element.current) return;
    element.current.volume = loudness;
    element.current.muted = silent;
  }, [loudness, silent]);
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

function useSize(tile: Tile, element: preact.RefObject<HTMLElement>): void {
  const call = useCall();
  useEffect(() => {
    if (!element.current || tile.local) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) call.reception.sized(tile, entry.contentRect.width, entry.contentRect.height);
    });
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [tile]);
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
      {tile.label === 'screenshare' && <Icon name="screen" />}
      {user?.data['raisehand'] ? <Icon name="hand" /> : null}
      {muted && <Icon name="micOff" />}
      <span>{tile.local ? t('tile.you', { name }) : name}</span>
    </figcaption>
  );
}

/** One stream on screen. */
export function TileView({ tile }: { tile: Tile }): JSX.Element {
  const frame = useRef<HTMLElement>(null);
  const video = useMedia(tile);
  useSize(tile, frame);
  const figures = tile.figures.value;
  const hasVideo = tile.hasVideo.value;
  const ice = tile.ice.value;
  const mirrored = tile.local && tile.label === 'camera' && settings.value.mirrorView;
  const classes = [
    'tile',
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
      data-has-video={String(hasVideo)}
      data-has-audio={String(tile.hasAudio.value)}
      data-frames-decoded={figures.framesDecoded}
      data-frames-encoded={figures.framesEncoded}
      data-audio-energy={figures.audioEnergy}
      data-frame-width={figures.width}
      data-frame-height={figures.height}
    >
      <video
        ref={video}
        class={`${mirrored ? 'mirrored' : ''} ${hasVideo ? '' : 'pictureless'}`}
        autoplay
        playsInline
      />
      {!hasVideo && <div class="avatar">{initials(tile.username.value)}</div>}
      <TileLabel tile={tile} />
      <TileControls tile={tile} video={video} />
    </figure>
  );
}
