const PREFIXES = ['', 'k', 'M', 'G', 'T'];

/** Three digits and a unit: 1530000 and "bit/s" give "1.53 Mbit/s". */
export function withUnit(value: number, unit: string): string {
  let scaled = value;
  let prefix = 0;
  // What rounds to a thousand gets the next prefix too.
  while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
    scaled /= 1000;
    prefix += 1;
  }
  const digits = prefix === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.max(0, Math.log10(scaled))));
  return `${scaled.toFixed(digits)} ${PREFIXES[prefix] ?? ''}${unit}`;
}

export function percent(share: number): string {
  return `${String(Math.round(share * 100))} %`;
}

/** "3 d 4 h", "4 h 5 min" or "5 min". */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${String(days)} d ${String(hours % 24)} h`;
  if (hours > 0) return `${String(hours)} h ${String(minutes % 60)} min`;
  return `${String(minutes)} min`;
}
