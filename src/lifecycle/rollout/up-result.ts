/** What is answered when a version goes into service. */
import { inspectContainer, type ContainerRow } from '../../docker/containers.ts';
import { workerContainerName } from '../../funko/naming/process.ts';
import type { UpResult } from '../../api/funko-api.ts';
import { nextInstanceNumber, nextWorkerNumber } from '../state/managed.ts';
import { isReleasePending } from './release-command.ts';
import { startsAny, type RollOutPlan, type Started } from './roll-out.ts';
import type { OperationContext } from '../context.ts';
import type { Version } from '../state/version-list.ts';
import { instanceName } from '../../funko/naming/container-names.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/** The names of new containers. */
export interface StartedNames {
  readonly instances: readonly string[];
  readonly workers: readonly string[];
}

/** What the containers that a plan starts will be called. @param stem as in StartRequest */
export function nextNames(
  stem: string,
  rows: readonly ContainerRow[],
  { start, workers }: RollOutPlan,
): StartedNames {
  const first = nextInstanceNumber(stem, rows);
  return {
    instances: Array.from({ length: start }, (_, index) => instanceName(stem, first + index)),
    workers: workers.start.map(({ name }, index) => {
      const before = workers.start.slice(0, index).filter((one) => one.name === name).length;
      return workerContainerName(stem, name, nextWorkerNumber(stem, name, rows) + before);
    }),
  };
}

/** What they are called. */
export function namesOf({ instances, workers }: Started): StartedNames {
  return { instances: instances.map(({ name }) => name), workers: workers.map(({ name }) => name) };
}

/** The result of what was done, or would be. */
export async function resultOf(
  context: OperationContext,
  { funko, version }: { readonly funko: string; readonly version: Version },
  plan: RollOutPlan,
  started: StartedNames,
): Promise<UpResult> {
  const instances = [...plan.keep.map(({ name }) => name), ...started.instances];
  const workers = [...plan.workers.keep.map(({ name }) => name), ...started.workers];
  const replaced = [...plan.retire, ...plan.workers.retire].map(({ name }) => name);
  const instance = instances[0] ?? '';
  const container = context.host.publishes ? await inspectContainer(context.engine, instance) : undefined;
  return {
    funko,
    version: formatVersion(version.number),
    instance,
    instances,
    ...(workers.length === 0 ? {} : { workers }),
    replaced,
    unchanged: !startsAny(plan) && replaced.length === 0,
    ...(startsAny(plan) && isReleasePending(funko, version) ? { released: true } : {}),
    url: container ? context.host.urlOf(container) : null,
  };
}
