/** What funkos there are, and how they stand. */
import { inspectContainer, listContainers } from '../docker/containers.ts';
import { listImages } from '../docker/images.ts';
import { isFunkoName } from '../funko/naming.ts';
import { checkName } from './check-name.ts';
import type { FunkoStatus } from './funkos.ts';
import type { Site } from './site.ts';
import { allFunkos, standingOf, type Findings } from './standing.ts';
import { unknownFunko } from './unknown.ts';

/** All funkos, sorted by name. Throws `engine_*`. */
export async function list(site: Site, signal?: AbortSignal): Promise<FunkoStatus[]> {
  const findings = await look(site, signal);
  const names = allFunkos(findings);
  return Promise.all(names.map(async (name) => withUrl(site, standingOf(name, findings), signal)));
}

/**
 * One funko. A funko made by hand can have a name that FaaSO would not give.
 * Throws `unknown_funko`, `bad_name`, `engine_*`.
 */
export async function show(site: Site, name: string, signal?: AbortSignal): Promise<FunkoStatus> {
  const findings = await look(site, signal);
  const names = allFunkos(findings);
  if (names.includes(name)) return withUrl(site, standingOf(name, findings), signal);
  throw unknownFunko(isFunkoName(name) ? name : checkName(name), names);
}

async function look({ engine, traffic }: Site, signal?: AbortSignal): Promise<Findings> {
  const [images, rows, carried] = await Promise.all([
    listImages(engine, {}, signal),
    listContainers(engine, {}, signal),
    traffic.instances(signal),
  ]);
  return { images, rows, carried };
}

async function withUrl(
  { engine, host }: Site,
  standing: Omit<FunkoStatus, 'url'>,
  signal?: AbortSignal,
): Promise<FunkoStatus> {
  for (const { id, state } of standing.instances) {
    const container =
      state === 'ready' && host.publishes ? await inspectContainer(engine, id, signal) : undefined;
    const url = container ? host.urlOf(container) : null;
    if (url !== null) return { ...standing, url };
  }
  return { ...standing, url: null };
}
