/** The way back: an older version into service again, with the settings that it was built with. */
import { FaasoError } from '../../errors.ts';
import { checkName } from '../state/check-name.ts';
import type { RollbackRequest, UpEvent, UpResult } from '../../api/funko-api.ts';
import { managedInstances } from '../state/managed.ts';
import type { OperationContext } from '../context.ts';
import { splitOf } from '../state/split-state.ts';
import { nothingBuilt } from '../state/not-found.ts';
import { up } from './up.ts';
import { previousVersion, versionInService, versionsOf } from '../state/version-list.ts';
import { observe } from '../state/observe.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/**
 * Puts the version before the one that runs (of two that share the requests the older one), or the one that is named, into service, the way every version gets there.
 * Image and manifest come from the image and its labels alone, so it needs nothing that a proxy remembered.
 * Throws as `up` does, and `conflict` if no version is named and none runs.
 */
export async function rollback(
  context: OperationContext,
  request: RollbackRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<UpResult> {
  const funko = checkName(request.name);
  const version = request.version ?? (await versionBefore(context, funko, signal));
  return up(context, { ...request, version }, onEvent, signal);
}

async function versionBefore(
  context: OperationContext,
  funko: string,
  signal?: AbortSignal,
): Promise<string> {
  const { images, rows } = await observe(context.engine, signal);
  const versions = versionsOf(funko, images);
  if (versions.length === 0) throw await nothingBuilt(context, funko, images, signal);
  const split = splitOf(funko, images);
  if (split) return formatVersion(split[0].version);
  const current = versionInService(managedInstances(funko, rows));
  if (current !== undefined) return formatVersion(previousVersion(funko, versions, current).number);
  const message = `No version of "${funko}" runs, so there is nothing to roll back from.`;
  const list = versions.map(({ number }) => formatVersion(number)).join(', ');
  throw new FaasoError('conflict', `${message} Name the one you want: ${list}.`);
}
