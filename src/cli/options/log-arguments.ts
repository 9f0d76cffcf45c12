/** Values of the options of `faaso logs`. */
import { InvalidArgumentError } from 'commander';

const MOST_LINES = 100_000;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A number of lines. Throws InvalidArgumentError. */
export function tailArgument(text: string): number {
  const lines = /^[0-9]{1,6}$/.test(text) ? Number(text) : NaN;
  if (lines <= MOST_LINES) return lines;
  throw new InvalidArgumentError(`It must be a number of lines from 0 to ${MOST_LINES}.`);
}

/** A time, or how long ago it was, as ISO 8601. Throws InvalidArgumentError. */
export function sinceArgument(text: string): string {
  const time = timeAgo(text) ?? timeAt(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  const hint = /^[0-9]+$/.test(text) ? `A number needs its unit, as in ${text}m. ` : '';
  throw new InvalidArgumentError(
    `${hint}It must be 30s, 10m, 2h, 1d, or a time such as 2026-01-31T12:00:00Z or 2026-01-31.`,
  );
}

function timeAgo(text: string): number | undefined {
  const [, number, unit = ''] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  return number === undefined ? undefined : Date.now() - Number(number) * 1000 * (UNIT_SECONDS[unit] ?? 1);
}

/** A day or a time by ISO 8601, of this machine where it names no zone; NaN for all else that Date.parse would guess at. */
function timeAt(text: string): number {
  const [, day, time] =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?$/.exec(
      text,
    ) ?? [];
  return day === undefined ? NaN : Date.parse(day + (time ?? 'T00:00'));
}
