/** Gap between tiles in CSS pixels; the style sheet has the same. */
export const GAP = 8;
const ASPECT = 4 / 3;

/** The number of columns that makes `count` tiles as large as possible in a space. */
export function bestColumns(count: number, width: number, height: number): number {
  let best = 1;
  let bestWidth = 0;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - GAP * (columns - 1)) / columns;
    const cellHeight = (height - GAP * (rows - 1)) / rows;
    const tileWidth = Math.min(cellWidth, cellHeight * ASPECT);
    if (tileWidth > bestWidth + 0.5) {
      best = columns;
      bestWidth = tileWidth;
    }
  }
  return best;
}
