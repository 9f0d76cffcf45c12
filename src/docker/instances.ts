/** Changing containers: made with safe defaults, started, stopped, removed. What is gone already is fine. */
import type { ContainerCreateOptions } from 'dockerode';
import { messageOf } from '../errors.ts';
import { statusOf, unlessMissing, type Engine } from './engine.ts';

export interface InstanceSpec {
  readonly name: string;
  /** Image ID or tag. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly network: string;
  readonly aliases: readonly string[];
  /** Also publishes this port of the container on a free port of 127.0.0.1. */
  readonly publish?: { readonly containerPort: number };
}

/** The engine's own work may take this long beside the grace period. */
const STOP_MARGIN_MS = 10_000;
const CREATE_WITHIN_MS = 60_000;
const MOST_PROCESSES = 512;

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
  const made = await engine.call(
    `creating container ${spec.name}`,
    async (docker, abortSignal) => docker.createContainer({ ...createOptions(spec), abortSignal }),
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
    await untilRemoved(engine, id);
  }
}

/** Somebody else removes it at this moment: waits for that. */
async function untilRemoved(engine: Engine, id: string): Promise<void> {
  await unlessMissing(
    engine.call(
      `waiting for the removal of container ${id}`,
      async (docker, abortSignal) =>
        docker.getContainer(id).wait({ condition: 'removed', abortSignal }) as Promise<unknown>,
      { timeoutMs: CREATE_WITHIN_MS },
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

function createOptions(spec: InstanceSpec): ContainerCreateOptions {
  const port = spec.publish && `${spec.publish.containerPort}/tcp`;
  return {
    name: spec.name,
    Image: spec.image,
    Labels: { ...spec.labels },
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    ...(port === undefined ? {} : { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      NetworkMode: spec.network,
      Init: false,
      RestartPolicy: { Name: 'unless-stopped' },
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['ALL'],
      PidsLimit: MOST_PROCESSES,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      ...(port === undefined ? {} : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
    },
    NetworkingConfig: { EndpointsConfig: { [spec.network]: { Aliases: [...spec.aliases] } } },
  };
}
