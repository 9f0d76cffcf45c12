/** A program in an instance, its streams joined to somebody's. */
import { randomUUID } from 'node:crypto';
import { statusOf } from '../../docker/engine/engine.ts';
import { Exec, type ExecSpec } from '../../docker/exec.ts';
import { endProcesses } from '../../docker/helper-container/end-processes.ts';
import { FaasoError, messageOf } from '../../errors.ts';
import { EXEC_MARK } from '../../funko/naming/exec.ts';
import type { ExecRequest, ExecResult, ExecStreams } from '../../api/exec-request.ts';
import type { InstanceStatus, WorkerStatus } from '../../api/funko-api.ts';
import { instancesNamed } from '../state/instances-named.ts';
import { show } from './list.ts';
import type { OperationContext } from '../context.ts';

type ExecTarget = Pick<InstanceStatus, 'id' | 'name' | 'fix'>;

/**
 * Runs a program to its end. When the signal is aborted, or a stream fails, the program is ended, and whatever it started.
 * Throws `bad_name`, `unknown_funko`, `not_found` for an unknown instance, `no_instance`, `cancelled`, `engine_*`.
 */
export async function exec(
  context: OperationContext,
  request: ExecRequest,
  streams: ExecStreams,
  signal?: AbortSignal,
): Promise<ExecResult> {
  const { engine } = context;
  const instance = await instanceFor(context, request, signal);
  const mark = randomUUID();
  const { command, terminal } = request;
  const spec = { command, env: { [EXEC_MARK]: mark }, ...(terminal ? { terminal } : {}) };
  try {
    const exitCode = await run(engine, instance.id, spec, streams, signal);
    return { funko: request.name, instance: instance.name, exitCode };
  } catch (error) {
    if (statusOf(error) === 409) throw notRunning(request.name, instance, error);
    await endProcesses(engine, instance.id, `${EXEC_MARK}=${mark}`).catch((reason: unknown) => {
      throw mayRunOn(instance, reason);
    });
    throw signal?.aborted === true ? new FaasoError('cancelled', 'cancelled', { cause: error }) : error;
  }
}

async function run(
  engine: OperationContext['engine'],
  container: string,
  spec: ExecSpec,
  streams: ExecStreams,
  signal?: AbortSignal,
): Promise<number> {
  const program = await Exec.start(engine, container, spec, signal);
  try {
    await untilEnd(program, streams, signal);
    return await program.exitCode(signal);
  } finally {
    program.detach();
  }
}

/** Passes everything on until the output has ended. Throws when the signal is aborted or a stream fails. */
async function untilEnd(program: Exec, streams: ExecStreams, signal?: AbortSignal): Promise<void> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const abort = (): void => failed.reject(signal?.reason);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted === true) abort();
  feed(program, streams.stdin).catch(failed.reject);
  if (streams.sizes) follow(program, streams.sizes).catch(failed.reject);
  try {
    await Promise.race([failed.promise, tell(program, streams.onOutput)]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function tell(program: Exec, onOutput: ExecStreams['onOutput']): Promise<void> {
  for await (const { stream, bytes } of program.output()) await onOutput(stream, bytes);
}

async function feed(program: Exec, stdin: ExecStreams['stdin']): Promise<void> {
  for await (const chunk of stdin) if (!(await program.write(chunk))) return;
  program.endInput();
}

/** A terminal that has gone, or is not there yet, has no size: that is nobody's failure. */
async function follow(program: Exec, sizes: NonNullable<ExecStreams['sizes']>): Promise<void> {
  for await (const size of sizes) await program.resize(size).catch(() => undefined);
}

async function instanceFor(
  context: OperationContext,
  request: ExecRequest,
  signal?: AbortSignal,
): Promise<ExecTarget> {
  const { name, instance } = request;
  const { instances, workers = [] } = await show(context, name, signal);
  if (instance !== undefined)
    return instancesNamed<InstanceStatus | WorkerStatus>(name, instance, [...instances, ...workers])[0];
  const found = instances.find(({ state }) => state === 'ready') ?? instances.at(-1);
  if (found) return found;
  throw new FaasoError('no_instance', `No instance of "${name}" runs. Start one with: faaso up ${name}`);
}

function notRunning(funko: string, { name, fix }: ExecTarget, cause: unknown): FaasoError {
  const how = fix === null ? `See: faaso status ${funko}` : `What fixes it: ${fix}`;
  return new FaasoError('no_instance', `The instance ${name} does not run. ${how}`, { cause });
}

function mayRunOn({ name }: ExecTarget, reason: unknown): FaasoError {
  const message = `The program in ${name} could not be ended, and may run on: ${messageOf(reason)}`;
  return new FaasoError('engine_failed', message, { cause: reason });
}
