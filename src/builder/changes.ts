/** What has changed in a build context since it was last looked at, and what that asks for. */
import { lstat } from 'node:fs/promises';
import { MANIFEST_FILE } from '../funko/manifest/schema.ts';
import type { DevRules } from './runtime/dev-rules.ts';
import type { ContextItem } from './files/walk.ts';

/** A build context at one moment: each item with something that differs when its content does. */
export type ContextSnapshot = ReadonlyMap<string, { readonly item: ContextItem; readonly print: string }>;

/** What to do: nothing, write these files (their paths are the container's), or build, because of a path. */
export type ContextChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'sync'; readonly items: readonly ContextItem[]; readonly paths: readonly string[] }
  | { readonly kind: 'build'; readonly because: ChangeCause };

/** What happened to a path of the folder, or to a file that the runtime makes of it. */
export interface ChangeCause {
  readonly path: string;
  readonly how: 'changed' | 'added' | 'removed';
}

/** Only a build takes these up, whatever the runtime says. */
const ALWAYS_BUILT = new Set([MANIFEST_FILE, 'Dockerfile']);

/** What editors and desktops write beside the files they edit: swap files, backups, probes, half-written copies. */
const NOISE =
  /(^|\/)(\.[^/]*\.sw[a-z]|\.#[^/]*|#[^/]*#|[^/]*~|4913|\.goutputstream-[^/]*|[^/]*___jb_(tmp|old)___|\.DS_Store)$/;

/** Looks at all items now. What vanishes meanwhile is left out: the watcher will report it. */
export async function snapshotOf(items: readonly ContextItem[]): Promise<ContextSnapshot> {
  const looked = items
    .filter(({ path }) => !NOISE.test(path))
    .map(async (item) => [item.path, { item, print: await printOf(item) }] as const);
  const all = await Promise.all(looked);
  return new Map(all.filter(([, { print }]) => print !== ''));
}

/** A file that was saved has another time or, saved aside and renamed, is another file; it need not be read to know. */
async function printOf(item: ContextItem): Promise<string> {
  if (item.kind === 'directory') return `folder ${item.mode}`;
  if (item.kind === 'symlink') return `link ${item.target}`;
  if ('bytes' in item.content) return `text ${item.mode} ${item.content.bytes.toString('base64')}`;
  const found = await lstat(item.content.file, { bigint: true }).catch(() => undefined);
  return found ? `file ${item.mode} ${found.ino} ${found.size} ${found.mtimeNs}` : '';
}

/** What leads from one snapshot to another. What has gone needs a build: files can only be added to a container. */
export function changeBetween(
  before: ContextSnapshot,
  after: ContextSnapshot,
  rules: DevRules | null,
): ContextChange {
  const gone = [...before.values()].filter(({ item }) => !after.has(item.path)).map(({ item }) => item);
  const changed = [...after.values()]
    .filter(({ item, print }) => before.get(item.path)?.print !== print)
    .map(({ item }) => item);
  if (gone.length === 0 && changed.length === 0) return { kind: 'none' };
  const placed = changed.map((item) => ({ item, place: placeOf(item, before, rules) }));
  const unplaced = placed.filter(({ place }) => place === undefined).map(({ item }) => item);
  if (gone.length + unplaced.length > 0)
    return { kind: 'build', because: causeOf([...gone, ...unplaced, ...changed], before, after) };
  const items = placed.map(({ item, place = '' }) => ({ ...item, path: place.replace(/^\//, '') }));
  return { kind: 'sync', items, paths: changed.map(({ path }) => path) };
}

/** The first that a person has touched: what a runtime makes changes because something else did. */
function causeOf(
  items: readonly ContextItem[],
  before: ContextSnapshot,
  after: ContextSnapshot,
): ChangeCause {
  const { path } = items.find((item) => !isMade(item)) ?? items[0] ?? { path: '' };
  if (!after.has(path)) return { path, how: 'removed' };
  return { path, how: before.has(path) ? 'changed' : 'added' };
}

function isMade(item: ContextItem): boolean {
  return item.kind === 'file' && 'bytes' in item.content && item.path !== MANIFEST_FILE;
}

function placeOf(item: ContextItem, before: ContextSnapshot, rules: DevRules | null): string | undefined {
  const old = before.get(item.path)?.item;
  if (ALWAYS_BUILT.has(item.path) || (old && old.kind !== item.kind)) return undefined;
  return rules?.placeOf(item.path);
}
