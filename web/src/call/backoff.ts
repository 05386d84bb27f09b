const FIRST_MS = 1000;
const LONGEST_MS = 15_000;

/** How long to wait before the nth attempt (from 0) to reconnect: doubling, with up to a quarter of it at random. */
export function reconnectDelay(attempt: number, random: number = Math.random()): number {
  const base = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return base * (1 + random / 4);
}

/** After this many attempts the user is asked; about ten minutes. */
export const MAX_RECONNECT_ATTEMPTS = 40;
