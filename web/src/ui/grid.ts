/** Gap between tiles in CSS pixels; the style sheet has the same. */
export const GAP = 8;
const ASPECT = 4 / 3;
/** Faces cannot be told apart in tiles narrower than this. */
const SMALLEST_TILE = 132;
/** More pictures at once than this overwhelm people and computers alike. */
const MOST_TILES = 36;

function tileWidth(count: number, columns: number, width: number, height: number): number {
  const rows = Math.ceil(count / columns);
  const cellWidth = (width - GAP * (columns - 1)) / columns;
  const cellHeight = (height - GAP * (rows - 1)) / rows;
  return Math.min(cellWidth, cellHeight * ASPECT);
}

/** The number of columns that makes `count` tiles as large as possible in a space. */
export function bestColumns(count: number, width: number, height: number): number {
  let best = 1;
  let bestWidth = 0;
  for (let columns = 1; columns <= count; columns++) {
    const candidate = tileWidth(count, columns, width, height);
    if (candidate > bestWidth + 0.5) {
      best = columns;
      bestWidth = candidate;
    }
  }
  return best;
}

/** How many tiles a page of the grid holds, at least one. */
export function pageCapacity(width: number, height: number): number {
  let capacity = 1;
  for (let count = 2; count <= MOST_TILES; count++) {
    if (tileWidth(count, bestColumns(count, width, height), width, height) >= SMALLEST_TILE) capacity = count;
  }
  return capacity;
}

/**
 * Where the last row begins: the index of its first tile, and the line of a grid of half columns (from 1) at which that
 * stands, so that the row is in the middle.
 */
export function lastRowOf(count: number, columns: number): [first: number, line: number] {
  const first = Math.max(0, Math.ceil(count / columns) - 1) * columns;
  return [first, columns - (count - first) + 1];
}
