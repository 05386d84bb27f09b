import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Tile } from '../call/tile';
import { t } from '../i18n';
import { settings } from '../settings/settings';
import { useCall } from './call-context';
import { CaptionLines } from './caption-lines';
import { bestColumns } from './grid';
import { narrow, sideOpen } from './panels';
import { playEverything } from './playback';
import { TileView } from './tile-view';

function useBoxSize(): [preact.RefObject<HTMLDivElement>, { width: number; height: number }] {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(box.current);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [box, size];
}

/** People without a picture are heard, but seen only if the user wants it. */
function isShown(tile: Tile): boolean {
  return tile.local || tile.hasVideo.value || settings.value.displayAll;
}

/** All tiles: a grid, or one large and the others in a strip. */
export function Stage(): JSX.Element {
  const call = useCall();
  const tiles = call.tiles.all.value;
  const spotlight = call.tiles.spotlight.value;
  const [box, size] = useBoxSize();
  const shown = tiles.filter(isShown);
  // What the side panel covers is not shown at all, so that no good pictures are asked for.
  const covered = narrow.value && sideOpen.value;
  const alone = shown.length === 1 && shown[0] === spotlight;
  const layout = spotlight && !alone ? 'with-spotlight' : 'grid';
  const columns = bestColumns(shown.length, size.width, size.height);
  return (
    <section class={`stage ${covered ? 'covered' : ''}`} aria-label={t('stage.label')}>
      {shown.length === 0 && <p class="stage-empty">{t('stage.empty')}</p>}
      <div
        ref={box}
        class={`tiles ${layout}`}
        style={{ '--columns': columns, '--rows': Math.ceil(shown.length / columns) || 1 }}
      >
        {tiles.map((tile) => (
          <div
            key={tile.key}
            class={`cell ${tile === spotlight ? 'cell-spotlight' : ''}`}
            hidden={!isShown(tile)}
          >
            <TileView tile={tile} />
          </div>
        ))}
      </div>
      {call.playbackBlocked.value && (
        <button
          type="button"
          class="primary play-all"
          onClick={() => {
            playEverything(call);
          }}
        >
          {t('stage.play')}
        </button>
      )}
      <CaptionLines />
    </section>
  );
}
