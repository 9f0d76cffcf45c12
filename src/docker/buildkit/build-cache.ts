/** The engine's build cache. It is one cache for all builds of the engine, also those that FaaSO did not start. */
import { dial } from '../engine/dial.ts';
import type { Engine } from '../engine/engine.ts';

/** Removing many gigabytes takes its time. */
const PRUNE_WITHIN_MS = 5 * 60_000;

export interface PruneCacheOptions {
  /** Keeps what was used within this many hours. */
  readonly unusedHours?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Removes the entries that were unused for the longest time until the rest fits into `bytes`. Entries that a build uses stay.
 * @returns the bytes that were freed
 * Throws `engine_*`.
 */
export async function pruneBuildCache(
  engine: Engine,
  keepBytes: number,
  { unusedHours, signal }: PruneCacheOptions = {},
): Promise<number> {
  const filters =
    unusedHours === undefined ? {} : { filters: JSON.stringify({ until: [`${unusedHours}h`] }) };
  const prune = { 'keep-storage': keepBytes, all: true, ...filters };
  const answer = await engine.call(
    'pruning the build cache',
    async (docker, abortSignal) =>
      dial(docker, {
        method: 'POST',
        path: '/build/prune?',
        options: { _query: prune, _body: {} },
        abortSignal,
        statusCodes: { 200: true, 500: 'server error' },
      }),
    { timeoutMs: PRUNE_WITHIN_MS, signal },
  );
  return (answer as { readonly SpaceReclaimed?: number }).SpaceReclaimed ?? 0;
}
