/** How large a build context is, and what makes it so. Pure. */
import { BLOCK_BYTES } from './tar/tar-header.ts';
import type { ContextItem } from './files/walk.ts';

/** A context above this is most often larger than it was meant to be. */
const LARGE_BYTES = 100_000_000;
const MEGABYTE = 1_000_000;
/** Parts of less are not worth naming. */
const LEAST_SHARE = 0.02;
const MOST_NAMED = 3;
/** A folder is no better named than by its largest parts if these hold so much of it. */
const MOST_OF_IT = 0.8;
/** Folders that are left out as a whole, if at all. */
const WHOLE = /(^|\/)(node_modules|vendor|target|__pycache__|\.[^/]+)$/;

/** The size of the tar of some items, in bytes. */
export function tarBytes(items: readonly ContextItem[]): number {
  return items.reduce((sum, item) => sum + entryBytes(item), 2 * BLOCK_BYTES);
}

/** A warning that names the largest parts of a context above 100 MB; none below. */
export function largeContext(items: readonly ContextItem[]): string[] {
  const bytes = tarBytes(items);
  if (bytes <= LARGE_BYTES) return [];
  const tree = treeOf(items);
  const named = largest(partsOf(tree, '')).filter((part) => part.bytes >= LEAST_SHARE * bytes);
  const list = named.map(({ path, bytes: size }) => `${path}${tree.has(path) ? '/' : ''} ${megabytes(size)}`);
  const fix = 'name in .dockerignore or .funkoignore what the image does not need';
  const parts = list.length === 0 ? '' : `: ${list.join(', ')}`;
  return [`the build context has ${megabytes(bytes)}${parts}; ${fix}`];
}

interface Part {
  readonly path: string;
  readonly bytes: number;
}

/** What is in each folder, all that is below it counted; the root is the empty path. */
type Tree = ReadonlyMap<string, ReadonlyMap<string, number>>;

function treeOf(items: readonly ContextItem[]): Tree {
  const tree = new Map<string, Map<string, number>>();
  for (const item of items) {
    const bytes = entryBytes(item);
    for (let path = item.path; path !== '';) {
      const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
      const there = tree.get(folder) ?? new Map<string, number>();
      tree.set(folder, there.set(path, (there.get(path) ?? 0) + bytes));
      path = folder;
    }
  }
  return tree;
}

function partsOf(tree: Tree, folder: string): Part[] {
  const parts = [...(tree.get(folder) ?? [])].map(([path, bytes]) => ({ path, bytes }));
  return largest(parts).flatMap((part) => {
    const below = WHOLE.test(part.path) ? [] : partsOf(tree, part.path);
    const sum = below.reduce((all, { bytes }) => all + bytes, 0);
    return below.length <= MOST_NAMED && sum >= MOST_OF_IT * part.bytes ? below : [part];
  });
}

function largest(parts: readonly Part[]): Part[] {
  return parts.toSorted((a, b) => b.bytes - a.bytes).slice(0, MOST_NAMED);
}

function entryBytes(item: ContextItem): number {
  return BLOCK_BYTES + Math.ceil(sizeOf(item) / BLOCK_BYTES) * BLOCK_BYTES;
}

function sizeOf(item: ContextItem): number {
  if (item.kind !== 'file') return 0;
  return 'bytes' in item.content ? item.content.bytes.length : item.content.size;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`;
}
