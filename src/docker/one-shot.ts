/** A container that runs one short program and is gone afterwards. */
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { ContainerCreateOptions } from 'dockerode';
import { within } from './engine/deadline.ts';
import { statusOf, type Engine } from './engine/engine.ts';
import { framesOf, type Frame } from './logs/demultiplex.ts';
import { hijack } from './engine/hijack.ts';
import { removeContainer, startContainer } from './instances.ts';

export interface OneShot extends ContainerCreateOptions {
  /** The container's name. What has it already, left by a process that was killed, is removed. */
  readonly name: string;
}

export interface OneShotOutput {
  readonly stdout: string;
  readonly stderr: string;
}

const ENDS_WITHIN_MS = 30_000;

/**
 * Runs the program and waits for its end, at most 30 s.
 * @returns what it wrote
 * Throws `engine_*`.
 */
export async function runOnce(engine: Engine, options: OneShot): Promise<OneShotOutput> {
  const id = await create(engine, options).catch(async (error: unknown) => {
    if (statusOf(error) !== 409) throw error;
    await removeContainer(engine, options.name);
    return create(engine, options);
  });
  try {
    return await within(`the work of container ${options.name}`, { timeoutMs: ENDS_WITHIN_MS }, async () =>
      outputOf(engine, id),
    );
  } finally {
    await removeContainer(engine, id);
  }
}

async function create(engine: Engine, options: OneShot): Promise<string> {
  const more = { AttachStdout: true, AttachStderr: true };
  const made = await engine.call(`creating container ${options.name}`, async (docker, abortSignal) =>
    docker.createContainer({ ...options, ...more, abortSignal }),
  );
  return made.id;
}

/** Attached before it starts: so nothing is missed, and no log is needed. */
async function outputOf(engine: Engine, id: string): Promise<OneShotOutput> {
  const socket = await hijack(engine, {
    what: `attaching to container ${id}`,
    path: `/containers/${id}/attach?`,
    query: { stream: true, stdout: true, stderr: true },
    protocol: 'tcp',
  });
  try {
    await startContainer(engine, id);
    const frames = await Array.fromAsync(framesOf(socket));
    const [stdout, stderr] = await Promise.all([wordsOf(frames, 'stdout'), wordsOf(frames, 'stderr')]);
    return { stdout, stderr };
  } finally {
    socket.destroy();
  }
}

async function wordsOf(frames: readonly Frame[], stream: Frame['stream']): Promise<string> {
  return text(Readable.from(frames.filter((frame) => frame.stream === stream).map(({ bytes }) => bytes)));
}
