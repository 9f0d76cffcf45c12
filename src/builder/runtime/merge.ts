/** A runtime's files and a funko's files as one build context. Pure. */
import type { ContextItem } from '../files/walk.ts';

/**
 * Merges two sets of items: where both have a path, the funko's wins; a funko's file in the place of a runtime's
 * folder takes the whole folder's place.
 */
export function mergeItems(runtime: readonly ContextItem[], funko: readonly ContextItem[]): ContextItem[] {
  const solid = new Set(funko.filter((item) => item.kind !== 'directory').map((item) => item.path));
  const merged = new Map<string, ContextItem>();
  for (const item of runtime) {
    if (!isBelow(item.path, solid)) merged.set(item.path, item);
  }
  for (const item of funko) merged.set(item.path, item);
  return [...merged.values()];
}

/** Whether a path is below one of the given ones. */
function isBelow(path: string, solid: ReadonlySet<string>): boolean {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    if (solid.has(path.slice(0, slash))) return true;
  }
  return false;
}
