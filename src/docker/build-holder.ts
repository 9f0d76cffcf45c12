/**
 * A container that does nothing but hold the limits of builds: BuildKit limits no build, but it runs a build's steps in the
 * cgroup that it is told, and the cgroup of an ordinary container has the limits that the engine gave it. So nobody but the
 * engine has to write to the host's cgroups, whatever their version and driver.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { HostConfig } from 'dockerode';
import { FaasoError } from '../errors.ts';
import { unframed } from './container-output.ts';
import type { Engine } from './engine.ts';
import { hijack } from './hijack.ts';

export interface HolderOptions {
  /** What its name begins with. */
  readonly name: string;
  /** An image with a shell. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of all builds together, in bytes. */
  readonly memoryBytes: number;
  /** Of all builds together, in billionths of a core; 0: as much as is idle. */
  readonly nanoCpus: number;
  /** Of 1024, which other containers have each. */
  readonly cpuShares: number;
}

export interface Holder {
  /** The path of its cgroup on the engine's host. */
  readonly cgroup: string;
  readonly id: string;
  /** Whether it goes on. */
  readonly open: boolean;
  /** Ends it; builds that run in it go on without limits. */
  close(): void;
}

/** It says in which cgroups it is, then waits until nobody holds its input any more. */
const PROGRAM = 'cat /proc/self/cgroup && echo && exec cat';
/** More than any compiler starts, fewer than a fork bomb. */
const MOST_PROCESSES = 8192;
/** Only to read the path: it gives no right to write. dockerode's types do not know it. */
const PATH_OF_THE_HOST: HostConfig = { CgroupnsMode: 'host' } as HostConfig;
const NOBODY = '65534:65534';
const SAYS_WITHIN_MS = 10_000;

/** Starts one. It ends and is removed when it is closed or this process ends. Throws `engine_*`. */
export async function holdBuilds(
  engine: Engine,
  options: HolderOptions,
  signal?: AbortSignal,
): Promise<Holder> {
  await refuseRootless(engine);
  const id = await create(engine, options);
  const query = { stream: true, stdin: true, stdout: true };
  const request = {
    what: 'attaching to the holder of builds',
    path: `/containers/${id}/attach?`,
    query,
    protocol: 'tcp',
  };
  const socket = await hijack(engine, request, signal);
  try {
    const said = firstWords(socket);
    await engine.call(
      'starting the holder of builds',
      async (docker) => docker.getContainer(id).start() as Promise<unknown>,
    );
    return holderOf(id, socket, cgroupOf(await said, id));
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Whether the kernel has ended a process in it for want of memory. Throws `engine_*`. */
export async function ranOutOfMemory(engine: Engine, { id }: Holder): Promise<boolean> {
  const found = await engine.get('inspecting the holder of builds', `/containers/${id}/json`);
  return (found as { readonly State?: { readonly OOMKilled?: boolean } }).State?.OOMKilled === true;
}

/** Without root the engine may not put what it likes into which cgroup it likes. */
async function refuseRootless(engine: Engine): Promise<void> {
  const { SecurityOptions = [] } = (await engine.get('asking what the engine can do', '/info')) as {
    readonly SecurityOptions?: readonly string[];
  };
  if (SecurityOptions.some((option) => option.includes('name=rootless')))
    throw new FaasoError('engine_failed', 'The engine runs without root.');
}

function holderOf(id: string, socket: Socket, cgroup: string): Holder {
  socket.resume();
  return {
    id,
    cgroup,
    get open() {
      return !socket.destroyed && !socket.readableEnded;
    },
    close: () => void socket.destroy(),
  };
}

async function create(engine: Engine, options: HolderOptions): Promise<string> {
  const { name, image, labels, memoryBytes, nanoCpus, cpuShares } = options;
  const created = await engine.call('creating the holder of builds', async (docker) =>
    docker.createContainer({
      // The one before it may still be on its way out.
      name: `${name}-${randomBytes(3).toString('hex')}`,
      Image: image,
      Entrypoint: ['/bin/sh', '-c', PROGRAM],
      Cmd: [],
      User: NOBODY,
      Labels: { ...labels },
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        ...PATH_OF_THE_HOST,
        AutoRemove: true,
        Memory: memoryBytes,
        MemorySwap: memoryBytes,
        NanoCpus: nanoCpus,
        CpuShares: cpuShares,
        PidsLimit: MOST_PROCESSES,
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'none', Config: {} },
      },
    }),
  );
  return created.id;
}

async function firstWords(socket: Socket): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => socket.destroy(), SAYS_WITHIN_MS);
  const take = (chunk: Buffer): void => {
    chunks.push(chunk);
    const text = unframed(Buffer.concat(chunks)).toString('utf8');
    if (text.endsWith('\n\n')) resolve(text);
  };
  const end = (): void =>
    reject(new FaasoError('engine_failed', 'The holder of builds ended without a word.'));
  socket.on('data', take).once('close', end).once('end', end);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.off('data', take).off('close', end).off('end', end);
  });
}

/**
 * The path in what /proc/self/cgroup says: with version 1 of the memory controller, with version 2 of all. It must be the
 * container's own, or limits would be looked for where there are none.
 */
export function cgroupOf(text: string, id: string): string {
  const lines = text.split('\n').map((line) => line.split(':'));
  const line =
    lines.find(([, what]) => what?.split(',').includes('memory')) ?? lines.find(([number]) => number === '0');
  const path = line?.slice(2).join(':') ?? '';
  if (path.startsWith('/') && path.includes(id)) return path;
  throw new FaasoError(
    'engine_failed',
    `The holder of builds is in the cgroup "${path}", which is not its own.`,
  );
}
