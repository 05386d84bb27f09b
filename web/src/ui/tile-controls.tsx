import type { JSX } from 'preact';
import type { Tile } from '../call/tile';
import { t } from '../i18n';
import { useCall } from './call-context';
import { IconButton } from './icon-button';

interface Props {
  tile: Tile;
  video: preact.RefObject<HTMLVideoElement>;
  frame: preact.RefObject<HTMLElement>;
}

interface OldSafariVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

function Volume({ tile }: { tile: Tile }): JSX.Element {
  return (
    <>
      <IconButton
        icon={tile.silenced.value ? 'speakerOff' : 'speaker'}
        label={t(tile.silenced.value ? 'tile.unsilence' : 'tile.silence')}
        onClick={() => {
          tile.silenced.value = !tile.silenced.value;
        }}
      />
      <input
        type="range"
        class="volume"
        min={0}
        max={100}
        step={5}
        disabled={tile.silenced.value}
        value={Math.round(tile.volume.value * 100)}
        aria-label={t('tile.volume')}
        onInput={(event) => {
          tile.volume.value = event.currentTarget.valueAsNumber / 100;
        }}
      />
    </>
  );
}

function PictureControls({ tile, video, frame }: Props): JSX.Element {
  const call = useCall();
  const pinned = call.tiles.pinned.value === tile.key;
  const report = (error: unknown): void => {
    call.notices.warn(String(error));
  };
  return (
    <>
      <IconButton
        icon="pin"
        label={t(pinned ? 'tile.unpin' : 'tile.pin')}
        pressed={pinned}
        testId="pin"
        onClick={() => {
          call.tiles.togglePin(tile);
        }}
      />
      {document.pictureInPictureEnabled && !tile.player && (
        <IconButton
          icon="pip"
          label={t('tile.pip')}
          onClick={() => {
            video.current?.requestPictureInPicture().catch(report);
          }}
        />
      )}
      <IconButton
        icon="expand"
        testId="full-screen"
        label={t('tile.fullScreen')}
        onClick={() => {
          // iPhones show only bare videos on the full screen.
          const element = video.current as OldSafariVideo | null;
          if (document.fullscreenElement) document.exitFullscreen().catch(report);
          else if (document.fullscreenEnabled) frame.current?.requestFullscreen().catch(report);
          else element?.webkitEnterFullscreen?.();
        }}
      />
    </>
  );
}

/** What can be done with one tile; seen when pointing at it, tapping it or tabbing into it. */
export function TileControls({ tile, video, frame }: Props): JSX.Element {
  const call = useCall();
  const publication = call.publishing.all.find((own) => own.tile === tile);
  return (
    <div class="tile-controls">
      {!tile.local && tile.hasAudio.value && <Volume tile={tile} />}
      {tile.hasVideo.value && <PictureControls tile={tile} video={video} frame={frame} />}
      {publication && (
        <IconButton
          icon="close"
          label={t('tile.stop')}
          testId="stop-stream"
          onClick={() => {
            call.publishing.stop(publication);
          }}
        />
      )}
    </div>
  );
}
