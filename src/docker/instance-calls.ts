/** Changing containers: made with safe defaults, started, stopped, removed. What is gone already is fine. */
import { messageOf } from '../errors.ts';
import { createOptions, type InstanceSpec } from './create-options.ts';
import { statusOf, unlessMissing, type CallOptions, type Engine } from './engine/engine.ts';
import { wantsInit } from './init.ts';

/** The engine's own work may take this long beside the grace period. */
const STOP_MARGIN_MS = 10_000;
const CREATE_WITHIN_MS = 60_000;

/**
 * Creates a container; it does not run yet.
 * @returns its ID
 * Throws `engine_*`; a name in use is `engine_failed` with statusOf(error) 409, a missing image 404.
 */
export async function createContainer(
  engine: Engine,
  spec: InstanceSpec,
  signal?: AbortSignal,
): Promise<string> {
  const options = createOptions({ init: await wantsInit(engine, spec.image, signal), ...spec });
  const made = await engine.call(
    `creating container ${spec.name}`,
    async (docker, abortSignal) => docker.createContainer({ ...options, abortSignal }),
    { signal, timeoutMs: CREATE_WITHIN_MS },
  );
  return made.id;
}

/** Starts a container; one that runs is left as it is. Throws `engine_*`. */
export async function startContainer(engine: Engine, id: string, signal?: AbortSignal): Promise<void> {
  const work = engine.call(
    `starting container ${id}`,
    async (docker, abortSignal) => docker.getContainer(id).start({ abortSignal }) as Promise<unknown>,
    { signal, timeoutMs: CREATE_WITHIN_MS },
  );
  await unlessAlready(work);
}

/** Stops a container: its stop signal, then after `graceSeconds` SIGKILL. Resolves when it has ended. Throws `engine_*`. */
export async function stopContainer(engine: Engine, id: string, graceSeconds: number): Promise<void> {
  const work = engine.call(
    `stopping container ${id}`,
    async (docker) => docker.getContainer(id).stop({ t: graceSeconds }) as Promise<unknown>,
    { timeoutMs: graceSeconds * 1000 + STOP_MARGIN_MS },
  );
  await unlessMissing(unlessAlready(work));
}

/** Sends a signal to the first process of a container. Throws `engine_*`, 409 if it does not run. */
export async function signalContainer(engine: Engine, id: string, name: string): Promise<void> {
  await engine.call(
    `sending ${name} to container ${id}`,
    async (docker) => docker.getContainer(id).kill({ signal: name }) as Promise<unknown>,
  );
}

/** Kills a container, if it runs, and starts it again. Throws `engine_*`. */
export async function restartContainer(engine: Engine, id: string): Promise<void> {
  await engine.call(
    `restarting container ${id}`,
    async (docker) => docker.getContainer(id).restart({ t: 0 }) as Promise<unknown>,
    { timeoutMs: CREATE_WITHIN_MS },
  );
}

/** Removes a container, running or not, with its anonymous volumes. Resolves when it has gone. Throws `engine_*`. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  try {
    await unlessMissing(
      engine.call(
        `removing container ${id}`,
        async (docker) => docker.getContainer(id).remove({ force: true, v: true }) as Promise<unknown>,
        { timeoutMs: CREATE_WITHIN_MS },
      ),
    );
  } catch (error) {
    if (statusOf(error) !== 409 || !messageOf(error).includes('already in progress')) throw error;
    await untilRemoved(engine, id, { timeoutMs: CREATE_WITHIN_MS });
  }
}

/** Waits until a container does not run any more; one that is gone is fine. Throws `engine_*`, `cancelled`. */
export async function untilEnded(engine: Engine, id: string, options: CallOptions): Promise<void> {
  await unlessMissing(
    engine.call(
      `waiting for the end of container ${id}`,
      async (docker, abortSignal) =>
        docker.getContainer(id).wait({ condition: 'not-running', abortSignal }) as Promise<unknown>,
      options,
    ),
  );
}

/** Waits until somebody has removed a container; one that is gone already is fine. Throws `engine_*`, `cancelled`. */
export async function untilRemoved(engine: Engine, id: string, options: CallOptions): Promise<void> {
  await unlessMissing(
    engine.call(
      `waiting for the removal of container ${id}`,
      async (docker, abortSignal) =>
        docker.getContainer(id).wait({ condition: 'removed', abortSignal }) as Promise<unknown>,
      options,
    ),
  );
}

/** 304: it is in the wanted state already. */
async function unlessAlready(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (statusOf(error) !== 304) throw error;
  }
}
