/** A container that runs one short program and is gone afterwards. */
import type { ContainerCreateOptions } from 'dockerode';
import { FaasoError } from '../errors.ts';
import { within } from './engine/deadline.ts';
import { statusOf, type Engine } from './engine/engine.ts';
import { framesOf } from './logs/demultiplex.ts';
import { hijack } from './engine/hijack.ts';
import { removeContainer, startContainer } from './instance-calls.ts';

export interface OneShot extends ContainerCreateOptions {
  /** The container's name. What has it already, left by a process that was killed, is removed. */
  readonly name: string;
}

export interface OneShotOutput {
  readonly stdout: string;
  readonly stderr: string;
}

const ENDS_WITHIN_MS = 30_000;
const MOST_OUTPUT_BYTES = 1024 ** 2;

/**
 * Runs the program and waits for its end, at most 30 s.
 * @returns what it wrote, at most 1 MiB
 * Throws `engine_*`.
 */
export async function runOnce(engine: Engine, options: OneShot): Promise<OneShotOutput> {
  const id = await create(engine, options).catch(async (error: unknown) => {
    if (statusOf(error) !== 409) throw error;
    await removeContainer(engine, options.name);
    return create(engine, options);
  });
  try {
    const what = `the work of container ${options.name}`;
    return await within(what, { timeoutMs: ENDS_WITHIN_MS }, async (signal) => outputOf(engine, id, signal));
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
async function outputOf(engine: Engine, id: string, signal: AbortSignal): Promise<OneShotOutput> {
  const socket = await hijack(engine, {
    what: `attaching to container ${id}`,
    path: `/containers/${id}/attach?`,
    query: { stream: true, stdout: true, stderr: true },
    protocol: 'tcp',
  });
  signal.addEventListener('abort', () => socket.destroy());
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let bytes = 0;
  try {
    await startContainer(engine, id, signal);
    for await (const frame of framesOf(socket)) {
      bytes += frame.bytes.length;
      if (bytes > MOST_OUTPUT_BYTES) throw tooMuch(id);
      written[frame.stream].push(frame.bytes);
    }
    return { stdout: textOf(written.stdout), stderr: textOf(written.stderr) };
  } finally {
    socket.destroy();
  }
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function tooMuch(id: string): FaasoError {
  const message = `The container ${id} wrote more than ${MOST_OUTPUT_BYTES} bytes, where a few lines were expected.`;
  return new FaasoError('engine_failed', message);
}
