import type { JSX } from 'preact';
import { chartPoints } from './stats-history';

const WIDTH = 180;
const HEIGHT = 36;

interface Line {
  values: readonly number[];
  kind: 'in' | 'out';
}

interface ChartProps {
  /** What it shows, with the newest value: for those who cannot see it, and on hovering. */
  label: string;
  lines: readonly Line[];
  /** The value at the upper edge; without it the largest one shown. */
  maximum?: number;
}

/** The last minutes of one or two values as a line. */
export function Chart({ label, lines, maximum }: ChartProps): JSX.Element {
  const top = maximum ?? Math.max(1, ...lines.flatMap(({ values }) => values));
  return (
    <svg class="chart" viewBox={`0 -1 ${String(WIDTH)} ${String(HEIGHT + 2)}`} role="img" aria-label={label}>
      <title>{label}</title>
      {lines.map(({ values, kind }) => (
        <polyline key={kind} class={`chart-${kind}`} points={chartPoints(values, top, WIDTH, HEIGHT)} />
      ))}
    </svg>
  );
}
