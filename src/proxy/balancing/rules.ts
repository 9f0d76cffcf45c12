/** Which rules hold for a funko whose instances may be of several versions: those of the newest. Pure. */
import type { TrafficRules } from '../../funko/traffic-rules.ts';
import type { Backend } from './backend.ts';
import { parseVersion } from '../../funko/naming/version.ts';

/**
 * The rules of the newest version among these, of the youngest backend where versions are the same or unknown.
 * @param backends a funko's: those that are ready, or all of them where none is
 */
export function rulesOfNewest(backends: Iterable<Backend>): TrafficRules | null {
  let newest: Backend | undefined;
  for (const backend of backends) if (!newest || isNewer(backend, newest)) newest = backend;
  return newest?.rules ?? null;
}

function isNewer(a: Backend, b: Backend): boolean {
  const difference = numberOf(a) - numberOf(b);
  return difference === 0 ? a.since > b.since : difference > 0;
}

function numberOf({ version }: Backend): number {
  return version === null ? 0 : (parseVersion(version) ?? 0);
}
