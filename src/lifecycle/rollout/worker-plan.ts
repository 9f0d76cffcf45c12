/** What has to happen so that the workers of a version run as they are asked to. Pure. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { WantedWorker } from '../state/worker-count.ts';
import { LABEL } from '../../funko/naming/labels.ts';

export interface WorkerPlan {
  /** These stay as they are. */
  readonly keep: readonly ContainerRow[];
  /** A container of each is to be started. */
  readonly start: readonly WantedWorker[];
  /** These go, when the new ones have shown themselves. */
  readonly retire: readonly ContainerRow[];
}

export interface WorkerGoal {
  /** The image of the version that is to run. */
  readonly imageId: string;
  readonly workers: readonly WantedWorker[];
  /** Whether those that run are replaced too. */
  readonly isFresh?: boolean;
}

/** @param own the containers of the funko's workers, by number */
export function workerPlanOf(
  { imageId, workers, isFresh = false }: WorkerGoal,
  own: readonly ContainerRow[],
): WorkerPlan {
  const runs = own.filter((row) => !isFresh && row.imageId === imageId && row.status === 'running');
  const keep = workers.flatMap(({ name, count }) => ofWorker(name, runs).slice(0, count));
  const start = workers.flatMap((worker) => {
    const missing = worker.count - ofWorker(worker.name, keep).length;
    return Array.from({ length: missing }, () => worker);
  });
  return { keep, start, retire: own.filter((row) => !keep.includes(row)) };
}

/** Those of a funko's containers that are of one worker. */
export function ofWorker(name: string, own: readonly ContainerRow[]): ContainerRow[] {
  return own.filter(({ labels }) => labels[LABEL.worker] === name);
}

/** Those of another version, those of no worker that the version has, and those that are too many. */
export function wrongWorkers({ imageId, workers }: WorkerGoal, own: readonly ContainerRow[]): ContainerRow[] {
  const ofVersion = own.filter((row) => row.imageId === imageId);
  const right = workers.flatMap(({ name, count }) => ofWorker(name, ofVersion).slice(0, count));
  return own.filter((row) => !right.includes(row));
}
