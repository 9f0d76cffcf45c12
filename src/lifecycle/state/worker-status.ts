/** How the containers of a funko's workers stand. */
import { inspectContainer, type Container, type ContainerRow } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import type { WorkerStatus } from '../../api/funko-api.ts';
import { managedWorkers } from './managed.ts';
import { haltedObstacleOf } from './reachability.ts';
import { LABEL } from '../../funko/naming/labels.ts';

/** By name and number; what goes meanwhile is left out. Throws `engine_*`. */
export async function workerStatuses(
  engine: Engine,
  funko: string,
  rows: readonly ContainerRow[],
  signal?: AbortSignal,
): Promise<WorkerStatus[]> {
  const found = await Promise.all(
    managedWorkers(funko, rows).map(async ({ id }) => inspectContainer(engine, id, signal)),
  );
  const all = found.filter((container) => container !== undefined).map(statusOf);
  return all.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function statusOf(container: Container): WorkerStatus {
  const { id, name, labels, restartCount, startedAt, createdAt } = container;
  const halt = haltedObstacleOf(container);
  return {
    id,
    name,
    worker: labels[LABEL.worker] ?? '',
    version: labels[LABEL.version] ?? null,
    state: stateOf(halt?.state),
    reason: halt?.reason ?? null,
    fix: halt?.fix ?? null,
    since: startedAt ?? createdAt,
    restarts: restartCount,
  };
}

function stateOf(halt: string | undefined): WorkerStatus['state'] {
  if (halt === undefined) return 'running';
  return halt === 'starting' || halt === 'paused' ? halt : 'stopped';
}
