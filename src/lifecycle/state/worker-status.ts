/** How the containers of a funko's workers stand. */
import { inspectContainer, type Container, type ContainerRow } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { LABEL } from '../../funko/naming/naming.ts';
import type { WorkerStatus } from '../../api/funko-api.ts';
import { ownWorkers } from './managed.ts';
import { haltOf } from './reachability.ts';

/** By name and number; what goes meanwhile is left out. Throws `engine_*`. */
export async function workerStatuses(
  engine: Engine,
  funko: string,
  rows: readonly ContainerRow[],
  signal?: AbortSignal,
): Promise<WorkerStatus[]> {
  const found = await Promise.all(
    ownWorkers(funko, rows).map(async ({ id }) => inspectContainer(engine, id, signal)),
  );
  const all = found.filter((container) => container !== undefined).map(statusOf);
  return all.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function statusOf(container: Container): WorkerStatus {
  const { id, name, labels, restartCount, startedAt, createdAt } = container;
  const halt = haltOf(container);
  return {
    id,
    name,
    worker: labels[LABEL.worker] ?? '',
    version: labels[LABEL.version] ?? null,
    state: stateOf(halt?.state),
    reason: halt?.reason ?? null,
    mend: halt?.mend ?? null,
    since: startedAt ?? createdAt,
    restarts: restartCount,
  };
}

function stateOf(halt: string | undefined): WorkerStatus['state'] {
  if (halt === undefined) return 'running';
  return halt === 'starting' || halt === 'paused' ? halt : 'stopped';
}
