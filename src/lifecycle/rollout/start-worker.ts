/** One new container of a worker: created and started. Others watch whether it keeps running. */
import { imageCommand } from '../../builder/dockerfile/image-command.ts';
import { inspectContainer, type Container } from '../../docker/containers.ts';
import type { InstanceSpec } from '../../docker/create-options.ts';
import { startContainer } from '../../docker/instance-calls.ts';
import { volumeMismatches } from '../../docker/volume-owner.ts';
import { FaasoError } from '../../errors.ts';
import { workerContainerName } from '../../funko/naming/process.ts';
import { createNumbered } from './create-numbered.ts';
import { discardFailed } from './discard-failed.ts';
import { manifestOf } from '../state/manifest-of.ts';
import { describeVolumeMismatch } from './volume-mismatch.ts';
import { nextWorkerNumber } from '../state/managed.ts';
import { secondsSince } from '../../util/seconds.ts';
import type { OperationContext } from '../context.ts';
import type { UpEvent } from '../../api/up-event.ts';
import { trafficLabels, versionSpec } from './version-spec.ts';
import type { Version } from '../state/version-list.ts';
import type { WantedWorker } from '../state/worker-count.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { formatVersion } from '../../funko/naming/version.ts';

export interface WorkerStart {
  readonly funko: string;
  readonly version: Version;
  readonly worker: Pick<WantedWorker, 'name' | 'command'>;
  /** As in StartRequest. */
  readonly logTail?: number | undefined;
  readonly onEvent: (event: UpEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts one.
 * Throws `not_ready`, `cancelled`, `conflict`, `engine_*`; then nothing of it is left, unless the engine can't remove it, which the
 * message says.
 */
export async function startWorker(context: OperationContext, request: WorkerStart): Promise<Container> {
  const { funko, version, worker, onEvent, signal } = request;
  const { engine } = context;
  const created = await createNumbered(context, {
    funko,
    version,
    next: (rows) => nextWorkerNumber(funko, worker.name, rows),
    nameOf: (number) => workerContainerName(funko, worker.name, number),
    specOf: async (number) => Promise.resolve(specOf(context, request, number)),
    signal,
  });
  const { id, name, spec } = created;
  try {
    for (const misfit of await volumeMismatches(engine, id, spec))
      onEvent({ type: 'warning', message: describeVolumeMismatch(misfit, version.tag) });
    signal?.throwIfAborted();
    const startedAt = performance.now();
    onEvent({ type: 'starting', instance: name, version: formatVersion(version.number) });
    await startContainer(engine, id, signal);
    const container = await inspectContainer(engine, id, signal);
    if (!container) throw new FaasoError('not_ready', `${name} was removed by somebody else.`);
    onEvent({ type: 'ready', instance: name, seconds: secondsSince(startedAt) });
    return container;
  } catch (error) {
    throw await discardFailed(context, request, created, error);
  }
}

function specOf(
  context: OperationContext,
  { funko, version, worker }: WorkerStart,
  number: number,
): InstanceSpec {
  const base = versionSpec(context, funko, version);
  const [program = '', ...words] = imageCommand(worker.command);
  return {
    ...base,
    name: workerContainerName(funko, worker.name, number),
    labels: {
      ...base.labels,
      [LABEL.instance]: String(number),
      [LABEL.worker]: worker.name,
      // Its time to end is among the rules for traffic.
      ...trafficLabels(manifestOf(version)),
    },
    // No alias: requests for the funko by name must not get here.
    aliases: [],
    command: [program, ...words],
    init: true,
    noHealthcheck: true,
    rules: { ...base.rules, healthcheck: null },
  };
}
