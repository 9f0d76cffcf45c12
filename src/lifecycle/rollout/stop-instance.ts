/** Takes an instance out of service without losing a request (drain, stop, remove), or a worker (stop, remove). */
import { removeContainer, stopContainer } from '../../docker/instance-calls.ts';
import { DEFAULT_DRAIN_SECONDS } from '../../funko/defaults.ts';
import { rulesOf } from '../../funko/traffic-rules.ts';
import type { UpEvent } from '../../api/funko-api.ts';
import { isWorker } from '../state/managed.ts';
import type { OperationContext } from '../context.ts';

/** Between the stop signal and SIGKILL. */
const GRACE_SECONDS = 10;

/** Of a container, what it takes to let go of it. */
export interface StoppableInstance {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

type OnEvent = (event: UpEvent) => void;

/**
 * Retires one instance; one that has gone already is fine.
 * Throws `engine_*`.
 */
export async function drainAndRemove(
  context: OperationContext,
  leaving: StoppableInstance,
  onEvent: OnEvent = () => undefined,
): Promise<void> {
  await drain(context, leaving, onEvent);
  await stopInstance(context, leaving, onEvent);
}

/** Takes the instance out of traffic. Resolves when it has answered the requests in flight, or the time for that is over. */
export async function drain(
  { traffic }: Pick<OperationContext, 'traffic'>,
  leaving: StoppableInstance,
  onEvent: OnEvent,
): Promise<void> {
  const { id, name, labels } = leaving;
  const withinMs = drainMsOf(labels);
  onEvent({ type: 'draining', instance: name, withinSeconds: withinMs / 1000 });
  if (!isWorker(leaving)) await traffic.drain(id, withinMs);
}

/** Its own version's rules hold. */
function drainMsOf(labels: StoppableInstance['labels']): number {
  try {
    return rulesOf(labels)?.drainMs ?? DEFAULT_DRAIN_SECONDS * 1000;
  } catch {
    return DEFAULT_DRAIN_SECONDS * 1000;
  }
}

/** Stops and removes one that is drained; its log is kept. Throws `engine_*`. */
export async function stopInstance(
  { engine, keptLogs }: Pick<OperationContext, 'engine' | 'keptLogs'>,
  leaving: StoppableInstance,
  onEvent: OnEvent,
): Promise<void> {
  const { id, name, labels } = leaving;
  // A worker finishes its job when it is told to stop; an instance has answered its requests before.
  const grace = isWorker(leaving) ? Math.ceil(drainMsOf(labels) / 1000) : GRACE_SECONDS;
  await stopContainer(engine, id, grace);
  await keptLogs.keep(engine, leaving, 'was taken out of service');
  await removeContainer(engine, id);
  onEvent({ type: 'removed', instance: name });
}
