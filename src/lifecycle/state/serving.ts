/** Which instances take traffic, or do so in a moment. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { OperationContext } from '../context.ts';

/** An instance that runs and is not ready yet is given this long before another one is started. */
const READY_WITHIN_MS = 5_000;

/** The IDs of those that are in service. Throws the signal's reason. */
export async function servingOf(
  context: OperationContext,
  rows: readonly ContainerRow[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const running = rows.filter(({ status }) => status === 'running');
  const serving = await Promise.all(running.map(async ({ id }) => isInService(context, id, signal)));
  return new Set(running.filter((_row, index) => serving[index]).map(({ id }) => id));
}

async function isInService(
  { traffic }: OperationContext,
  id: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const limit = AbortSignal.timeout(READY_WITHIN_MS);
  try {
    await traffic.waitReady(id, signal ? AbortSignal.any([signal, limit]) : limit);
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}
