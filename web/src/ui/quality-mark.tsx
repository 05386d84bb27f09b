import type { JSX } from 'preact';
import type { Tile } from '../call/tile';
import { t } from '../i18n';

const texts = { good: 'quality.good', fair: 'quality.fair', bad: 'quality.bad' } as const;

/** Three bars, as many of them lit as the stream gets through well. */
export function QualityMark({ tile }: { tile: Tile }): JSX.Element | null {
  const quality = tile.quality.value;
  if (!quality) return null;
  return (
    <span class={`quality quality-${quality}`} title={t(texts[quality])} data-testid="quality" data-quality={quality}>
      <i />
      <i />
      <i />
      <span class="sr-only">{t(texts[quality])}</span>
    </span>
  );
}
