/** How many values a chart shows; at three seconds each, three minutes. */
export const HISTORY_LENGTH = 60;

/** The last values of things that come and go, by key. What is not recorded in a round is forgotten. */
export class History {
  #series = new Map<string, number[]>();

  /** Adds one value to each series. */
  record(values: ReadonlyMap<string, number>): void {
    const next = new Map<string, number[]>();
    for (const [key, value] of values) {
      const series = [...(this.#series.get(key) ?? []), value];
      next.set(key, series.slice(-HISTORY_LENGTH));
    }
    this.#series = next;
  }

  /** Oldest first. */
  of(key: string): readonly number[] {
    return this.#series.get(key) ?? [];
  }
}

/** Points of a line through the values, newest at the right edge, in a box of this size. */
export function chartPoints(
  values: readonly number[],
  maximum: number,
  width: number,
  height: number,
): string {
  const step = width / (HISTORY_LENGTH - 1);
  return values
    .map((value, index) => {
      const x = width - (values.length - 1 - index) * step;
      const share = maximum > 0 ? Math.min(value / maximum, 1) : 0;
      return `${x.toFixed(1)},${(height - share * height).toFixed(1)}`;
    })
    .join(' ');
}
