/** Sizes for people, as Docker prints them: in powers of 1000. Pure. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `0 B`, `1.2 kB`, `219 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}
