import { render, type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Call } from '../call/call';
import type { Tile } from '../call/tile';
import { t } from '../i18n';
import { settings } from '../settings/settings';
import { IconButton } from './icon-button';
import { toggleMicrophone } from './media-actions';

interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

/** More than these are too small to see in a window of this kind. */
const MOST_TILES = 4;
const SIZE = { width: 420, height: 300 };

function pictureInPicture(): DocumentPictureInPicture | undefined {
  return (window as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture;
}

/** Whether this browser can show the meeting in a small window above all others. */
export function canFloat(): boolean {
  return pictureInPicture() !== undefined;
}

function Picture({ call, tile }: { call: Call; tile: Tile }): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const media = tile.media.value;
  useEffect(() => {
    if (video.current) video.current.srcObject = media ?? null;
  }, [media, tile.generation.value]);
  useEffect(() => {
    if (!video.current) return;
    // Seen here, so the picture is wanted even while the page itself is hidden.
    const sizes = new ResizeObserver(([entry]) => {
      if (entry) call.reception.standsIn(tile, 'floating', entry.contentRect);
    });
    sizes.observe(video.current);
    return () => {
      sizes.disconnect();
      call.reception.standsIn(tile, 'floating', undefined);
    };
  }, [tile]);
  return (
    <figure class={`tile ${tile.speaking.value ? 'speaking' : ''}`}>
      {/* The page plays the sound. */}
      <video ref={video} autoplay muted playsInline />
      <figcaption class="tile-label">
        <span class="tile-name">{tile.username.value || t('anonymous')}</span>
      </figcaption>
    </figure>
  );
}

function Floating({ call }: { call: Call }): JSX.Element {
  const { spotlight, all } = call.tiles;
  const others = all.value.filter((tile) => !tile.local && (tile.hasVideo.value || tile.paused.value));
  const shown = spotlight.value ? [spotlight.value] : others.slice(0, MOST_TILES);
  const muted = settings.value.localMute;
  return (
    <div class="floating">
      <div class="floating-tiles">
        {shown.length === 0 && <p class="stage-empty">{t('stage.empty')}</p>}
        {shown.map((tile) => (
          <Picture key={tile.key} call={call} tile={tile} />
        ))}
      </div>
      {call.permissions.value.includes('present') && (
        <IconButton
          icon={muted ? 'micOff' : 'mic'}
          label={t(muted ? 'controls.unmute' : 'controls.mute')}
          class={`control ${muted ? 'control-off' : 'control-on'}`}
          onClick={() => void toggleMicrophone(call)}
        />
      )}
    </div>
  );
}

/** Opens the small window. It closes with the call, or by its own button. */
export async function floatMeeting(call: Call): Promise<void> {
  const opened = await pictureInPicture()?.requestWindow(SIZE);
  if (!opened) return;
  for (const sheet of document.querySelectorAll('link[rel=stylesheet]')) {
    opened.document.head.append(sheet.cloneNode());
  }
  const root = opened.document.documentElement;
  root.lang = document.documentElement.lang;
  root.dataset['theme'] = settings.value.theme;
  opened.document.title = call.title.value;
  const { body } = opened.document;
  render(<Floating call={call} />, body);
  const unsubscribe = call.phase.subscribe((phase) => {
    if (phase === 'login') opened.close();
  });
  opened.addEventListener('pagehide', () => {
    unsubscribe();
    render(null, body);
  });
}
