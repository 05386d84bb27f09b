import type { JSX } from 'preact';
import type { Tile } from '../call/tile';
import type { TileFigures } from '../call/figures';
import { t } from '../i18n';

function lines(figures: TileFigures): [name: string, value: string][] {
  const { width, height, framesPerSecond, rates, loss, roundTrip, jitter } = figures;
  const rows: [string, string][] = [];
  if (width > 0) {
    rows.push([t('figures.picture'), `${String(width)}×${String(height)}, ${String(framesPerSecond)}/s`]);
  }
  rows.push([t('figures.rate'), rates.length > 0 ? `${rates.join(' + ')} kbit/s` : '–']);
  rows.push([t('figures.loss'), `${(loss * 100).toFixed(1)} %`]);
  if (roundTrip > 0) rows.push([t('figures.delay'), `${String(roundTrip)} ± ${String(jitter)} ms`]);
  if (figures.codecs) rows.push([t('figures.codec'), figures.codecs]);
  if (figures.path) rows.push([t('figures.path'), figures.path]);
  if (figures.limitation) rows.push([t('figures.limit'), figures.limitation]);
  return rows;
}

/** The figures of one stream, on top of its picture. */
export function TileStatistics({ tile }: { tile: Tile }): JSX.Element {
  return (
    <dl class="tile-statistics" data-testid="tile-statistics">
      {lines(tile.figures.value).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
