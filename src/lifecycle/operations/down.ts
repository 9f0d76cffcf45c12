/** Takes a funko out of service; its versions stay. */
import type { ContainerRow } from '../../docker/containers.ts';
import { FaasoError } from '../../errors.ts';
import { checkName } from '../state/check-name.ts';
import type { DownResult } from '../../api/funko-api.ts';
import { interruptedReleases, removeRelease } from '../rollout/interrupted-release.ts';
import { removePreviews } from '../rollout/remove-preview.ts';
import { managedPreviews, presentOf } from '../state/managed.ts';
import { beginRemoval, endRemoval, removalOf, type Removal } from '../state/desired-state.ts';
import { drainAndRemove } from '../rollout/stop-instance.ts';
import type { OperationContext } from '../context.ts';
import { dropSplit } from '../state/split-state.ts';
import { nothingOwn } from '../state/not-found.ts';
import { versionsOf } from '../state/version-list.ts';
import { observe } from '../state/observe.ts';
import { parsePreview } from '../../funko/naming/container-names.ts';

/**
 * Retires what FaaSO started of a funko, its previews included; of `NAME@vN` just the preview of that version. Once begun
 * it is finished, by somebody else if need be: the signal ends only the looking.
 * Throws `bad_name`, `unknown_funko`, `conflict` if all of it is unmanaged, `engine_*`.
 */
export async function down(
  context: OperationContext,
  name: string,
  signal?: AbortSignal,
): Promise<DownResult> {
  const { version } = parsePreview(name);
  if (version !== undefined) return downPreview(context, name, signal);
  const result = await leave(context, name, 'down', signal);
  await endRemoval(context, name);
  return result;
}

/** The first half of `down`, and of more than that: what is to happen is remembered, and the instances are gone. */
export async function leave(
  context: OperationContext,
  name: string,
  how: Removal,
  signal?: AbortSignal,
): Promise<DownResult> {
  const funko = checkName(name);
  const { rows, images } = await observe(context.engine, signal, funko);
  const { instances, workers } = presentOf(funko, rows);
  const own = [...instances, ...workers, ...managedPreviews(funko, rows)];
  const isThere = own.length > 0 || versionsOf(funko, images).length > 0;
  // An interrupted one may have left nothing but its marker tag.
  if (!isThere && removalOf(context, funko, images) === undefined)
    throw await nothingOwn(context, funko, signal);
  await beginRemoval(context, funko, how, images);
  for (const row of interruptedReleases(context, funko, rows)) await removeRelease(context, row);
  await retireAll(context, own);
  await dropSplit(context, funko, images);
  return { funko, removed: own.map((row) => row.name) };
}

async function downPreview(
  context: OperationContext,
  name: string,
  signal: AbortSignal | undefined,
): Promise<DownResult> {
  const { funko, version = 0 } = parsePreview(name);
  const picture = await observe(context.engine, signal, checkName(funko));
  if (managedPreviews(funko, picture.rows, version).length === 0)
    throw new FaasoError('unknown_funko', `There is no preview "${name}". See: faaso status`);
  return { funko: name, removed: await removePreviews(context, funko, [version], picture) };
}

async function retireAll(context: OperationContext, rows: readonly ContainerRow[]): Promise<void> {
  await Promise.all(rows.map(async (row) => drainAndRemove(context, row)));
}
