import { t } from '../../i18n';
import { CommandError } from './command';

const UNITS: Record<string, number> = {
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  mon: 31 * 86_400_000,
  yr: 365 * 86_400_000,
};

export const ONE_DAY_MS = 86_400_000;

/** A time limit: `2h` becomes milliseconds from now, a date a time stamp. Throws CommandError. */
export function parseExpiration(text: string): number | string {
  const match = /^(\d+)\s*([a-z]+)$/i.exec(text.trim());
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
  if (match && unit !== undefined) return Number(match[1]) * unit;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new CommandError(t('command.badExpiration'));
  return date.toISOString();
}

/** The token in an invitation link, or the text itself. Throws CommandError for other addresses. */
export function tokenFrom(linkOrToken: string): string {
  if (!/^https?:/i.test(linkOrToken)) return linkOrToken;
  let token: string | null = null;
  try {
    token = new URL(linkOrToken).searchParams.get('token');
  } catch {
    // Not an address after all; reported below.
  }
  if (!token) throw new CommandError(t('command.badLink'));
  return token;
}
