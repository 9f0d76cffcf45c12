/** Takes a funko away for good: its instances, then its secrets, then its images. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { removeImage } from '../../docker/images.ts';
import { removeContainer } from '../../docker/instance-calls.ts';
import { listVolumesNamed } from '../../docker/volumes.ts';
import { FaasoError } from '../../errors.ts';
import { checkName } from '../state/check-name.ts';
import { leave } from './down.ts';
import type { DownResult, RemoveResult } from '../../api/funko-api.ts';
import { removeAllSecrets } from './secret.ts';
import type { OperationContext } from '../context.ts';
import { tagsOf } from '../state/version-list.ts';
import { observe } from '../state/observe.ts';
import { leavingTag, inServiceTag, versionOfTag, latestTag } from '../../funko/naming/version.ts';
import { volumeMakerName, volumeName } from '../../funko/naming/container-names.ts';

/**
 * Removes a funko; of one that was never built that is its secrets. An image that an unmanaged container uses stays, with all
 * its tags. Throws as `down` does.
 */
export async function remove(
  context: OperationContext,
  name: string,
  signal?: AbortSignal,
): Promise<RemoveResult> {
  const funko = checkName(name);
  try {
    return await removeBuilt(context, funko, await leave(context, funko, 'remove', signal));
  } catch (error) {
    const isUnknown = error instanceof FaasoError && error.code === 'unknown_funko';
    if (!isUnknown || !(await removeAllSecrets(context, funko))) throw error;
    return { funko, removed: [], images: [], secrets: true, volumes: [], kept: [] };
  }
}

/** What is left to remove of one that is out of service. */
async function removeBuilt(context: OperationContext, name: string, gone: DownResult): Promise<RemoveResult> {
  const { engine, network } = context;
  await context.keptLogs.forget(name);
  const secrets = await removeAllSecrets(context, name);
  await removeVolumeMakers(engine, name);
  for (const tag of [inServiceTag(name), leavingTag(name, 'down', network)]) await removeImage(engine, tag);
  const { images, rows } = await observe(engine);
  const memory = leavingTag(name, 'remove', network);
  const removed: string[] = [];
  const kept: RemoveResult['kept'][number][] = [];
  for (const { tag, imageId } of tagsOf(name, images)) {
    if (tag === memory) continue;
    const usedBy = userOf(imageId, rows);
    if (usedBy !== undefined) kept.push({ image: tag, usedBy });
    else if (await removeImage(engine, tag)) {
      // The others are FaaSO's own memory, and mean nothing to anybody else.
      if (tag === latestTag(name) || versionOfTag(name, tag) !== undefined) removed.push(tag);
    } else kept.push({ image: tag, usedBy: 'a container that was made meanwhile' });
  }
  // Last of all: an interrupted removal is found again by this tag alone.
  await removeImage(engine, memory);
  const volumes = await listVolumesNamed(engine, volumeName(name, ''));
  return { ...gone, images: removed, secrets, volumes, kept };
}

/** Those that an interrupted start left: they would keep an image and a volume. */
async function removeVolumeMakers(engine: Engine, name: string): Promise<void> {
  for (const volume of await listVolumesNamed(engine, volumeName(name, '')))
    await removeContainer(engine, volumeMakerName(volume));
}

function userOf(imageId: string, rows: readonly ContainerRow[]): string | undefined {
  return rows.find((row) => row.imageId === imageId)?.name;
}
