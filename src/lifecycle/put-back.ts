/** The way back from a new version that failed: the old instances serve again, as many as before, and the new ones go. */
import { inspectContainer, type Container, type ContainerRow } from '../docker/containers.ts';
import { removeContainer } from '../docker/instances.ts';
import { FaasoError, messageOf } from '../errors.ts';
import type { UpEvent } from './funkos.ts';
import { retire } from './retire.ts';
import type { Site } from './site.ts';
import { startInstance } from './start-instance.ts';
import type { Version } from './versions.ts';

export interface Damage {
  readonly funko: string;
  /** As in StartRequest. */
  readonly stem?: string;
  readonly versions: readonly Version[];
  /** New ones that are, or were, in service. */
  readonly started: readonly Container[];
  /** Old ones that get no requests, but are still there. */
  readonly drained: ReadonlySet<ContainerRow>;
  /** Old ones that have gone. */
  readonly gone: readonly ContainerRow[];
  /** How many old ones there were to go, drained and gone ones included. */
  readonly before: number;
  readonly timeoutMs: number | undefined;
  readonly onEvent: (event: UpEvent) => void;
}

/**
 * Makes it as it was before.
 * @param error why that has to be
 * @returns the error to throw: the same one, or with what could not be made good added to its message
 */
export async function putBack(site: Site, damage: Damage, error: unknown): Promise<unknown> {
  for (const { id } of damage.drained) site.traffic.resume(id);
  const restored = await Promise.allSettled(damage.gone.map(async (row) => startAgain(site, damage, row)));
  const lost = restored.filter((one) => one.status === 'rejected').map(({ reason }) => messageOf(reason));
  const oldOnesServe = damage.gone.length < damage.before || lost.length < damage.gone.length;
  // New ones that serve are better than none at all.
  if (lost.length === 0 || oldOnesServe) lost.push(...(await takeNewAway(site, damage)));
  if (!(error instanceof FaasoError) || (damage.started.length === 0 && lost.length === 0)) return error;
  const fate =
    lost.length === 0
      ? 'What is new was taken away again.'
      : `It could not all be made as it was before: ${lost.join(' ')}`;
  return new FaasoError(error.code, `${error.message} ${fate}`, { cause: error, details: error.details });
}

/** One whose stop failed may still run: it serves again. What is left of one that has ended goes when another serves. */
async function startAgain(site: Site, damage: Damage, row: ContainerRow): Promise<void> {
  const left = await inspectContainer(site.engine, row.id);
  if (left?.status === 'running') {
    site.traffic.resume(row.id);
    return;
  }
  const version = damage.versions.find(({ image }) => image.id === row.imageId);
  if (!version) throw new FaasoError('unknown_version', `The image of ${row.name} is gone.`);
  const { funko, stem = funko, timeoutMs, onEvent } = damage;
  await startInstance(site, { funko, stem, version, timeoutMs, onEvent });
  if (left) await removeContainer(site.engine, row.id);
}

async function takeNewAway(site: Site, { started, onEvent }: Damage): Promise<string[]> {
  const taken = await Promise.allSettled(started.map(async (row) => retire(site, row, onEvent)));
  return taken.filter((one) => one.status === 'rejected').map(({ reason }) => messageOf(reason));
}
