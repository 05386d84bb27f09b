import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Tile } from '../call/tile';
import { t } from '../i18n';
import { canCapture, hasWebRtc } from '../media/capture';
import { settings } from '../settings/settings';
import { useCall } from './call-context';
import { CaptionLines } from './caption-lines';
import { bestColumns, lastRowOf, pageCapacity } from './grid';
import { IconButton } from './icon-button';
import { narrow, sideOpen } from './panels';
import { playAtNextGesture, playEverything } from './playback';
import { PresenceLine, ReactionBubbles } from './passing';
import { TileView } from './tile-view';

interface Size {
  width: number;
  height: number;
}

function useBoxSize(): [preact.RefObject<HTMLDivElement>, Size] {
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
  return tile.local || tile.hasVideo.value || tile.paused.value || settings.value.displayAll;
}

function Pager({ page, pages }: { page: number; pages: number }): JSX.Element {
  const call = useCall();
  const turn = (step: number) => () => {
    call.tiles.page.value = Math.min(pages - 1, Math.max(0, page + step));
  };
  return (
    <nav class="pager" aria-label={t('stage.pages')}>
      <IconButton icon="back" label={t('stage.previous')} disabled={page === 0} onClick={turn(-1)} />
      <span aria-live="polite">{t('stage.page', { page: page + 1, pages })}</span>
      <IconButton icon="forward" label={t('stage.next')} disabled={page === pages - 1} onClick={turn(1)} />
    </nav>
  );
}

/** All tiles: a grid, in pages if there are many, or one large and the others in a strip. */
export function Stage(): JSX.Element {
  const call = useCall();
  const tiles = call.tiles.all.value;
  const spotlight = call.tiles.spotlight.value;
  const [box, size] = useBoxSize();
  const shown = tiles.filter(isShown);
  // What the side panel covers is not shown at all, so that no good pictures are asked for.
  const covered = narrow.value && sideOpen.value;
  const alone = shown.length === 1 && shown[0] === spotlight;
  const large = spotlight && !alone;
  const capacity = useMemo(() => pageCapacity(size.width, size.height), [size]);
  const pages = large ? 1 : Math.max(1, Math.ceil(shown.length / capacity));
  const page = Math.min(call.tiles.page.value, pages - 1);
  const onPage = large ? shown : shown.slice(page * capacity, (page + 1) * capacity);
  const blocked = call.playbackBlocked.value;
  useEffect(() => (blocked ? playAtNextGesture(call) : undefined), [blocked]);
  const columns = bestColumns(onPage.length, size.width, size.height);
  const [lastRow, indent] = lastRowOf(onPage.length, columns);
  return (
    <section class={`stage ${covered ? 'covered' : ''}`} aria-label={t('stage.label')}>
      {shown.length === 0 && (
        <p class="stage-empty">
          {t('stage.empty')}
          {call.may('present') && hasWebRtc() && canCapture() && <small>{t('stage.begin')}</small>}
        </p>
      )}
      <div
        ref={box}
        class={`tiles ${large ? 'with-spotlight' : 'grid'}`}
        style={{ '--columns': columns, '--rows': Math.ceil(onPage.length / columns) || 1 }}
      >
        {tiles.map((tile) => (
          <div
            key={tile.key}
            class={`cell ${large && tile === spotlight ? 'cell-spotlight' : ''}`}
            hidden={!onPage.includes(tile)}
            style={!large && onPage[lastRow] === tile ? { 'grid-column-start': indent } : {}}
          >
            <TileView tile={tile} />
          </div>
        ))}
      </div>
      {pages > 1 && <Pager page={page} pages={pages} />}
      {blocked && (
        <button
          type="button"
          class="primary play-all"
          data-testid="play-all"
          onClick={() => {
            void playEverything(call);
          }}
        >
          {t('stage.play')}
        </button>
      )}
      <PresenceLine />
      <ReactionBubbles />
      <CaptionLines />
    </section>
  );
}
