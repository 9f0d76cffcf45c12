/** What Docker's health check of a container says, and whether the engine makes haste with it. */
import { healthOf, inspected, type Health } from './containers.ts';
import type { Engine } from './engine/engine.ts';

export interface HealthReport {
  readonly status: Health;
  /** What the check wrote the last time, or why it could not be run; empty if it never ran or wrote nothing. */
  readonly output: string;
  /** Whether the engine checks more often while the container starts: one older than API 1.44 forgets that it was told to. */
  readonly isHasty: boolean;
}

const LONGEST_OUTPUT = 500;

/** Undefined if there is no such container. Throws `engine_*`, and `cancelled` when the signal aborts. */
export async function inspectHealth(
  engine: Engine,
  id: string,
  signal?: AbortSignal,
): Promise<HealthReport | undefined> {
  const found = await inspected(engine, id, signal);
  if (!found) return undefined;
  // Its types know no null.
  const log = found.State.Health?.Log as readonly { readonly Output: string }[] | null | undefined;
  const output = log?.at(-1)?.Output.trim() ?? '';
  return {
    status: healthOf(found),
    output: output.length > LONGEST_OUTPUT ? `…${output.slice(-LONGEST_OUTPUT)}` : output,
    isHasty: (found.Config.Healthcheck?.StartInterval ?? 0) > 0,
  };
}
