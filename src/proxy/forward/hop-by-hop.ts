/** Fields that concern one connection only (RFC 9110, 7.6.1). */

const NOTHING_NAMED = new Set(['keep-alive', 'close', 'upgrade', 'te', '']);

/**
 * The fields that a Connection field names, in lower case, added to those of an earlier Connection field.
 * @returns undefined if there is nothing to take off beyond what always is
 */
export function namedByConnection(
  value: string,
  before: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  const lower = value.toLowerCase();
  if (NOTHING_NAMED.has(lower)) return before;
  const names = lower
    .split(',')
    .map((name) => name.trim())
    .filter((name) => !NOTHING_NAMED.has(name));
  return names.length === 0 ? before : new Set([...(before ?? []), ...names]);
}
