/** Removes the versions that can go of several funkos, then cuts the engine's build cache. */
import { pruneBuildCache } from '../../docker/buildkit/build-cache.ts';
import { listImages } from '../../docker/images.ts';
import type { BuildPolicy } from '../builds/build-operations.ts';
import type { PruneRequest, PruneResult } from '../../api/funko-api.ts';
import { show } from './list.ts';
import { pruneVersions } from './prune.ts';
import type { KeyedLock } from '../../util/keyed-lock.ts';
import type { OperationContext } from '../context.ts';
import { builtFunkos } from '../state/version-list.ts';

/**
 * Prunes the funkos that are named, else all.
 * @param policy what holds where the request says nothing
 * @param funkos nothing else is done with a funko meanwhile
 * Throws `unknown_funko`, `engine_*`.
 */
export async function pruneAll(
  context: OperationContext,
  policy: Pick<BuildPolicy, 'keepVersions' | 'versionsBytes' | 'cacheBytes'>,
  funkos: KeyedLock,
  request: PruneRequest,
  signal?: AbortSignal,
): Promise<PruneResult> {
  const {
    keep = policy.keepVersions,
    bytes = policy.versionsBytes,
    cacheBytes = policy.cacheBytes,
  } = request;
  const { engine } = context;
  const removed: string[] = [];
  for (const name of await builtOf(context, request.funkos, signal)) {
    const work = async (): Promise<string[]> => pruneVersions(engine, name, { keep, bytes });
    removed.push(...(await funkos.run(name, work, signal)));
  }
  return { removed, cacheBytes: await pruneBuildCache(engine, cacheBytes, { signal }) };
}

async function builtOf(
  context: OperationContext,
  names: readonly string[] | undefined,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (!names) return builtFunkos(await listImages(context.engine, {}, signal));
  for (const name of names) await show(context, name, signal);
  return names;
}
