/** What Docker's health check of a container says, and whether the engine makes haste with it. */
import type { Health } from './containers.ts';
import { unlessMissing, type Engine } from './engine.ts';

export interface HealthReport {
  readonly status: Health;
  /** What the check wrote the last time, or why it could not be run; empty if it never ran or wrote nothing. */
  readonly output: string;
  /** Whether the engine checks more often while the container starts: one older than API 1.44 forgets that it was told to. */
  readonly isHasty: boolean;
}

interface Inspected {
  readonly State: {
    readonly Health?: {
      readonly Status: Health;
      readonly Log?: readonly { readonly Output: string }[] | null;
    };
  };
  readonly Config: { readonly Healthcheck?: { readonly StartInterval?: number } | null };
}

const LONGEST_OUTPUT = 500;

/** Undefined if there is no such container. Throws `engine_*`, and `cancelled` when the signal aborts. */
export async function inspectHealth(
  engine: Engine,
  id: string,
  signal?: AbortSignal,
): Promise<HealthReport | undefined> {
  const path = `/containers/${encodeURIComponent(id)}/json`;
  const found = await unlessMissing(engine.get(`inspecting container ${id}`, path, signal));
  if (found === undefined) return undefined;
  const { State, Config } = found as Inspected;
  const output = State.Health?.Log?.at(-1)?.Output.trim() ?? '';
  return {
    status: State.Health?.Status ?? 'none',
    output: output.length > LONGEST_OUTPUT ? `…${output.slice(-LONGEST_OUTPUT)}` : output,
    isHasty: (Config.Healthcheck?.StartInterval ?? 0) > 0,
  };
}
