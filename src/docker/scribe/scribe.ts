/**
 * Writes into a volume, through the engine alone. A container of our own smallest image has the volume and makes the system
 * calls it is told over its stdin (program.ts). What is written goes that way and no other: it is in no image, no label, no
 * environment, no command line and no log. When its stdin ends, the container ends, and the engine removes it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ContainerCreateOptions } from 'dockerode';
import { FaasoError } from '../../errors.ts';
import { LABEL } from '../../funko/naming.ts';
import { inspectContainer, listContainers, type ContainerStatus } from '../containers.ts';
import { within } from '../deadline.ts';
import { statusOf, type Engine } from '../engine.ts';
import { hijack } from '../hijack.ts';
import { removeContainer, startContainer } from '../instances.ts';
import { VolumeFolder } from './folder.ts';
import { PROGRAM_PATH, makeScribeImage, scribeTag } from './image.ts';
import { programFor, type Program } from './program.ts';
import { Syscalls } from './syscalls.ts';

export interface ScribeOptions {
  /** The container's name. No two can have the same, so this is the lock of whoever writes into the volume. */
  readonly name: string;
  /** The volume's name. */
  readonly volume: string;
}

const FOLDER = '/volume';
const WORK_WITHIN_MS = 30_000;
const ATTEMPTS = 5;
/** How long another scribe of the name may take before it is waited for no longer. */
const OTHER_WITHIN_MS = 15_000;
/** One that was not started so long after its creation never will be: whoever made it was killed. */
const START_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 50;
const MEMORY_BYTES = 16 * 1024 ** 2;

/**
 * Does the work on the volume's files; the container is gone afterwards.
 * Throws `conflict` if another one has the volume all the time, `engine_*`, and what the work throws.
 */
export async function inVolume<T>(
  engine: Engine,
  options: ScribeOptions,
  work: (folder: VolumeFolder) => Promise<T>,
): Promise<T> {
  const { processor } = await engine.version();
  const program = programFor(processor);
  for (let attempt = 1; ; attempt += 1) {
    const id = await create(engine, options, program);
    try {
      return await thenRemove(engine, id, async () => run(engine, id, program, work));
    } catch (error) {
      // Before it was started somebody took it for one that was left behind.
      if (statusOf(error) !== 404 || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Removes scribes that do nothing: those of processes that were killed before they could start them. Throws `engine_*`. */
export async function removeIdleScribes(engine: Engine): Promise<void> {
  const scribes = await listContainers(engine, { label: LABEL.scribe });
  const idle = scribes.filter(({ status }) => isIdle(status));
  await Promise.all(idle.map(async ({ id }) => removeContainer(engine, id)));
}

async function run<T>(
  engine: Engine,
  id: string,
  program: Program,
  work: (folder: VolumeFolder) => Promise<T>,
): Promise<T> {
  const socket = await hijack(engine, {
    what: `attaching to container ${id}`,
    path: `/containers/${id}/attach?`,
    query: { stream: true, stdin: true, stdout: true },
    protocol: 'tcp',
  });
  try {
    await startContainer(engine, id);
    const folder = new VolumeFolder(new Syscalls(socket, program.calls), FOLDER);
    return await within('changing a volume', { timeoutMs: WORK_WITHIN_MS }, async () => work(folder));
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
async function create(engine: Engine, options: ScribeOptions, program: Program): Promise<string> {
  const other = new Other(engine, options);
  for (let images = 0; ;) {
    try {
      const wanted = createOptions(options, scribeTag(program));
      const made = await engine.call(`creating container ${options.name}`, async (docker, abortSignal) =>
        docker.createContainer({ ...wanted, abortSignal }),
      );
      return made.id;
    } catch (error) {
      if (statusOf(error) === 409) await other.wait();
      else if (statusOf(error) !== 404 || images === ATTEMPTS) throw error;
      else await makeScribeImage(engine, program);
      images += statusOf(error) === 404 ? 1 : 0;
    }
  }
}

/** Another scribe of the same name. Its name can be taken before it can be looked at, and for a while after it has gone. */
class Other {
  readonly #engine: Engine;
  readonly #options: ScribeOptions;
  readonly #begun = performance.now();
  #idleSince: number | undefined;

  constructor(engine: Engine, options: ScribeOptions) {
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
function createOptions({ name, volume }: ScribeOptions, image: string): ContainerCreateOptions {
  return {
    name,
    Image: image,
    Entrypoint: [PROGRAM_PATH],
    Labels: { [LABEL.scribe]: '' },
    AttachStdin: true,
    AttachStdout: true,
    OpenStdin: true,
    // Whoever wrote is gone: so the program is told that there is no more.
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
      Mounts: [{ Type: 'volume', Source: volume, Target: FOLDER, VolumeOptions: VOLUME_OPTIONS }],
    },
  };
}

const VOLUME_OPTIONS = { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } };
