/** The way back: an older version into service again, with the settings that it was built with. */
import { listContainers } from '../../docker/containers.ts';
import { listImages } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import { LABEL } from '../../funko/naming/naming.ts';
import { checkName } from '../state/check-name.ts';
import type { RollbackRequest, UpEvent, UpResult } from '../../api/funko-api.ts';
import { ownInstances } from '../state/managed.ts';
import type { Site } from '../context.ts';
import { splitOf } from '../state/splits.ts';
import { nothingBuilt } from '../state/not-found.ts';
import { up } from './up.ts';
import { previousVersion, versionInService, versionsOf } from '../state/versions.ts';

/**
 * Puts the version before the one that runs (of two that share the requests the older one), or the one that is named, into service, the way every version gets there.
 * Image and manifest come from the image and its labels alone, so it needs nothing that a proxy remembered.
 * Throws as `up` does, and `conflict` if no version is named and none runs.
 */
export async function rollback(
  site: Site,
  request: RollbackRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<UpResult> {
  const funko = checkName(request.name);
  const version = request.version ?? (await versionBefore(site, funko, signal));
  return up(site, { ...request, version }, onEvent, signal);
}

async function versionBefore(site: Site, funko: string, signal?: AbortSignal): Promise<string> {
  const [images, rows] = await Promise.all([
    listImages(site.engine, { label: LABEL.funko }, signal),
    listContainers(site.engine, {}, signal),
  ]);
  const versions = versionsOf(funko, images);
  if (versions.length === 0) throw await nothingBuilt(site, funko, images, signal);
  const split = splitOf(funko, images);
  if (split) return `v${split[0].version}`;
  const current = versionInService(ownInstances(funko, rows));
  if (current !== undefined) return `v${previousVersion(funko, versions, current).number}`;
  const message = `No version of "${funko}" runs, so there is none to go back from.`;
  const list = versions.map(({ number }) => `v${number}`).join(', ');
  throw new FaasoError('conflict', `${message} Name the one you want: ${list}.`);
}
