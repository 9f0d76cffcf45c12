/** Cache mounts of a Dockerfile: a folder of the engine's that outlives builds, by an ID. Pure. */
import { aliasOf } from '../../funko/naming/container-names.ts';

const CACHE_MOUNT = /--mount=((?:[^\s,]+,)*type=cache(?:,[^\s,]+)*)(?=\s)/g;

/** What apt downloads. In the runtimes of FaaSO apt runs before anything that a funko brings. */
const OF_APT = new Set(['/var/cache/apt', '/var/lib/apt/lists']);

/**
 * The text of a Dockerfile whose cache mounts are a funko's own: what one funko's build writes, no other's reads.
 * @param sharesApt leaves apt's caches to all funkos: then equal packages are one layer, and downloaded once. Only for a Dockerfile
 * that runs nothing of a funko's with them.
 */
export function withOwnCaches(
  dockerfile: string,
  funko: string,
  { sharesApt }: { readonly sharesApt: boolean },
): string {
  return dockerfile.replaceAll(CACHE_MOUNT, (mount, settings: string) => {
    const all = settings.split(',');
    const target = valueOf(all, ['target', 'dst', 'destination']);
    const given = valueOf(all, ['id']);
    if (sharesApt && given === undefined && OF_APT.has(target ?? '')) return mount;
    const own = (given ?? target ?? '').replace(/^\//, '');
    const others = all.filter((each) => !each.startsWith('id='));
    return `--mount=${[...others, `id=${aliasOf(funko)}/${own}`].join(',')}`;
  });
}

function valueOf(settings: readonly string[], keys: readonly string[]): string | undefined {
  const found = settings.findLast((each) => keys.includes(each.slice(0, each.indexOf('='))));
  return found?.slice(found.indexOf('=') + 1);
}
