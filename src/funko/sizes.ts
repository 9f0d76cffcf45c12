/** Numbers of bytes as a person writes them. Pure. */
const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A number of bytes as `64 MiB`. */
export function inMebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

/**
 * The bytes of a size that a schema let through.
 * @param size bytes, or a text such as `10 MiB`
 */
export function bytesOf(size: string | number): number {
  if (typeof size === 'number') return size;
  const [, digits = '0', unit = 'B'] = /^([0-9]+) ?([A-Za-z]+)?$/.exec(size) ?? [];
  return Number(digits) * (UNITS[unit] ?? 1);
}
