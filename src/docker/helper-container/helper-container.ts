/**
 * Does what the engine has no call for, through the engine alone: writes into a volume, signals processes. A container of our
 * own smallest image has the volume, or shares the processes, and makes the system calls it is told over its stdin
 * (program.ts). What is written goes that way and no other: it is in no image, no label, no environment, no command line and
 * no log. When its stdin ends, the container ends, and the engine removes it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { FaasoError, messageOf } from '../../errors.ts';
import { inspectContainer, listContainers, type ContainerStatus } from '../containers.ts';
import { within } from '../engine/deadline.ts';
import { statusOf, type Engine } from '../engine/engine.ts';
import { stuckStarts } from '../stuck-start.ts';
import { hijack } from '../engine/hijack.ts';
import { removeContainer, startContainer } from '../instance-calls.ts';
import { VolumeFolder } from './volume-files.ts';
import { PROGRAM_PATH, makeHelperImage, helperImageTag } from './helper-image.ts';
import { programFor, type Program } from './program.ts';
import { Syscalls } from './syscalls.ts';
import { LABEL } from '../../funko/naming/labels.ts';

export interface HelperOptions {
  /** The container's name. Names are unique, so the name is the lock for writing into the volume. */
  readonly name: string;
  /** The volume's name. */
  readonly volume: string;
}

const FOLDER = '/volume';
/** The engine's words for a container that is removed while it is started. */
const REMOVED_AT_START = /process is already dead|start a stopped process|marked for removal/;
const WORK_WITHIN_MS = 30_000;
const ATTEMPTS = 5;
/** How long another helper container of the name may take before it is waited for no longer. */
const OTHER_WITHIN_MS = 15_000;
/** A helper that was not started this long after its creation never will be: the process that made it was killed. */
const START_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 50;
const MEMORY_BYTES = 16 * 1024 ** 2;

/**
 * Does the work on the volume's files; the container is gone afterwards.
 * Throws `conflict` if another one has the volume all the time, `engine_*`, and what the work throws.
 */
export async function inVolume<T>(
  engine: Engine,
  options: HelperOptions,
  work: (folder: VolumeFolder) => Promise<T>,
): Promise<T> {
  const optionsOf = (image: string): ContainerCreateOptions => createOptions(options, image);
  const other = (): Other => new Other(engine, options);
  return withScribe(engine, optionsOf, async (calls) => work(new VolumeFolder(calls, FOLDER)), other);
}

/**
 * Does the work in a container's PID namespace: `/proc` shows the processes of all users, and they can be signalled.
 * Throws `engine_*`, also if the container does not run, and what the work throws.
 */
export async function amongProcesses<T>(
  engine: Engine,
  container: string,
  work: (calls: Syscalls) => Promise<T>,
): Promise<T> {
  return withScribe(engine, (image) => processOptions(container, image), work);
}

async function withScribe<T>(
  engine: Engine,
  optionsOf: (image: string) => ContainerCreateOptions,
  work: (calls: Syscalls) => Promise<T>,
  other?: () => Other,
): Promise<T> {
  const program = await programOf(engine);
  for (let attempt = 1; ; attempt += 1) {
    const id = await create(engine, optionsOf(helperImageTag(program)), program, other?.());
    try {
      return await thenRemove(engine, id, async () => run(engine, id, program, work));
    } catch (error) {
      // Before it was started, or at that moment, somebody took it for one that was left behind.
      const isGone = statusOf(error) === 404 || REMOVED_AT_START.test(messageOf(error));
      if (!isGone || attempt === ATTEMPTS) throw error;
    }
  }
}

async function programOf(engine: Engine): Promise<Program> {
  const { processor } = await engine.version();
  return programFor(processor);
}

/**
 * Removes helpers that do nothing: those of processes that were killed before they could start them, and of engines that were
 * killed while they did. Throws `engine_*`.
 */
export async function removeIdleHelpers(engine: Engine): Promise<void> {
  const helpers = await listContainers(engine, { label: LABEL.helper });
  const running = helpers.filter(({ status }) => status === 'running').map(({ id }) => id);
  for (const id of await stuckStarts(engine, running)) await removeContainer(engine, id);
  const idle = helpers.filter(({ status }) => isIdle(status));
  await Promise.all(idle.map(async ({ id }) => removeIdle(engine, id)));
}

/** One that was started since it was looked at stays. */
async function removeIdle(engine: Engine, id: string): Promise<void> {
  try {
    await engine.call(`removing container ${id}`, async (docker): Promise<unknown> =>
      docker.getContainer(id).remove({ v: true }),
    );
  } catch (error) {
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}

async function run<T>(
  engine: Engine,
  id: string,
  program: Program,
  work: (calls: Syscalls) => Promise<T>,
): Promise<T> {
  const socket = await hijack(engine, {
    what: `attaching to container ${id}`,
    path: `/containers/${id}/attach?`,
    query: { stream: true, stdin: true, stdout: true },
    protocol: 'tcp',
  });
  try {
    await startContainer(engine, id);
    const calls = new Syscalls(socket, program.calls);
    return await within('what a helper container does', { timeoutMs: WORK_WITHIN_MS }, async () =>
      work(calls),
    );
  } finally {
    socket.destroy();
  }
}

async function thenRemove<T>(engine: Engine, id: string, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await removeContainer(engine, id).catch(() => undefined);
    throw error;
  }
  await removeContainer(engine, id);
  return result;
}

/** Creates the container, when no other has its name, and the image first if it is not there. Gives the container's ID. */
async function create(
  engine: Engine,
  wanted: ContainerCreateOptions,
  program: Program,
  other?: Other,
): Promise<string> {
  for (let images = 0; ;) {
    try {
      const made = await engine.call(
        `creating container ${wanted.name ?? 'of a helper container'}`,
        async (docker, abortSignal) => docker.createContainer({ ...wanted, abortSignal }),
      );
      return made.id;
    } catch (error) {
      if (statusOf(error) === 409 && other) await other.wait();
      else if (statusOf(error) !== 404 || images === ATTEMPTS) throw error;
      else await makeHelperImage(engine, program);
      images += statusOf(error) === 404 ? 1 : 0;
    }
  }
}

/** Another helper container of the same name. Its name can be taken before it can be looked at, and for a while after it has gone. */
class Other {
  readonly #engine: Engine;
  readonly #options: HelperOptions;
  readonly #begun = performance.now();
  #idleSince: number | undefined;

  constructor(engine: Engine, options: HelperOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** Waits a moment; removes it if it was left behind. Throws `conflict` if it has been waited for long enough. */
  async wait(): Promise<void> {
    const { name, volume } = this.#options;
    if (performance.now() - this.#begun > OTHER_WITHIN_MS) {
      const message = `The volume ${volume} is being changed by the container ${name} all the time; try again when that has gone.`;
      throw new FaasoError('conflict', message);
    }
    await pause(LOOK_EVERY_MS);
    const other = await inspectContainer(this.#engine, name);
    const now = performance.now();
    this.#idleSince = other && isIdle(other.status) ? (this.#idleSince ?? now) : undefined;
    if (other && this.#idleSince !== undefined && now - this.#idleSince > START_WITHIN_MS)
      await removeContainer(this.#engine, other.id);
  }
}

function isIdle(status: ContainerStatus): boolean {
  return ['created', 'exited', 'dead'].includes(status);
}

/** It can do nothing but what its program does, with nothing but the volume. */
function createOptions({ name, volume }: HelperOptions, image: string): ContainerCreateOptions {
  const mount = { Type: 'volume', Source: volume, Target: FOLDER, VolumeOptions: VOLUME_OPTIONS } as const;
  return { name, ...helperOptions(image, { Mounts: [mount] }) };
}

/** It can do nothing but what its program does, to nothing but the container's processes; their users may be any. */
function processOptions(container: string, image: string): ContainerCreateOptions {
  return helperOptions(image, {
    PidMode: `container:${container}`,
    CapAdd: ['DAC_READ_SEARCH', 'KILL', 'SYS_PTRACE'],
  });
}

function helperOptions(image: string, more: HostConfig): ContainerCreateOptions {
  return {
    Image: image,
    Entrypoint: [PROGRAM_PATH],
    Labels: { [LABEL.helper]: '' },
    AttachStdin: true,
    AttachStdout: true,
    OpenStdin: true,
    // The writer is gone: end the program's input.
    StdinOnce: true,
    NetworkDisabled: true,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: MEMORY_BYTES,
      MemorySwap: MEMORY_BYTES,
      PidsLimit: 1,
      LogConfig: { Type: 'none', Config: {} },
      ...more,
    },
  };
}

const VOLUME_OPTIONS = { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } };
