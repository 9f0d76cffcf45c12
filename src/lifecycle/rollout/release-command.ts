/**
 * The release command of a new version: it runs once, in a container of its own, before the version's first instance. That it has
 * succeeded is remembered by a tag of the version's image. A process that is killed during it leaves the container behind: recovery and
 * the next `up` remove it (interrupted-release.ts), and the command runs again.
 */
import { imageCommand } from '../../builder/dockerfile/image-command.ts';
import { logLines } from '../../docker/logs/container-log.ts';
import { inspectContainer } from '../../docker/containers.ts';
import type { InstanceSpec } from '../../docker/create-options.ts';
import { tagImage } from '../../docker/images.ts';
import { createContainer, removeContainer, startContainer, untilEnded } from '../../docker/instance-calls.ts';
import { makeVolumes, volumeMismatches } from '../../docker/volume-owner.ts';
import { FaasoError } from '../../errors.ts';
import { releaseName, releasedTag } from '../../funko/naming/process.ts';
import { releaseTimeoutOf, shownCommand, type Command } from '../../funko/processes.ts';
import { factsOf } from '../causes/cause.ts';
import { removeInterrupted, stopRelease } from './interrupted-release.ts';
import { hintFor } from './hint.ts';
import { endsOrNone, excerptOf } from '../logs/log-ends.ts';
import { manifestOf } from '../state/manifest-of.ts';
import { describeVolumeMismatch } from './volume-mismatch.ts';
import { endOf } from '../state/reachability.ts';
import { failedRelease, type ReleaseRun } from './release-failure.ts';
import { secondsSince } from '../../util/seconds.ts';
import type { OperationContext } from '../context.ts';
import { versionSpec } from './version-spec.ts';
import type { Version } from '../state/version-list.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/** The limit of the command itself comes first. */
const WAIT_MARGIN_MS = 60_000;

/** Whether a version has a release command that has not succeeded yet. Throws `bad_manifest`. */
export function isReleasePending(funko: string, version: Version): boolean {
  const isDone = version.image.tags.includes(releasedTag(funko, version.number));
  return !isDone && (manifestOf(version).release ?? null) !== null;
}

/**
 * Runs the release command of a version, if it is pending.
 * Throws `release_failed` with both ends of its log as details, `cancelled`, `engine_*`; then its container is gone, unless the engine
 * can't remove it, which the message says.
 */
export async function releaseIfPending(context: OperationContext, run: ReleaseRun): Promise<void> {
  const { release } = manifestOf(run.version);
  if (release === undefined || release === null || !isReleasePending(run.funko, run.version)) return;
  const other = await removeInterrupted(context, run.funko);
  if (other) throw runsElsewhere(run.funko, other.name);
  const spec = specOf(context, run, release);
  await makeVolumes(context.engine, spec);
  const id = await createContainer(context.engine, spec);
  try {
    await begin(context, run, id, spec, release);
    await tagImage(context.engine, run.version.image.id, releasedTag(run.funko, run.version.number));
    await context.keptLogs.keep(context.engine, { id, ...spec }, 'ran its release command');
    await removeContainer(context.engine, id);
  } catch (error) {
    const left: unknown = await stopRelease(context, id).catch((reason: unknown) => reason);
    const log = await endsOrNone(context.engine, id);
    await context.keptLogs.keep(context.engine, { id, ...spec }, 'failed to release the version', log);
    const details = excerptOf(log, run.logTail);
    const hint = await hintFor(context.engine, id, spec.rules, { error, log }, factsOf(context, run.funko));
    const stuck = left ?? (await removeContainer(context.engine, id).catch((reason: unknown) => reason));
    throw failedRelease(error, run, { name: spec.name, left: stuck, details, hint }, release);
  }
}

function runsElsewhere(funko: string, container: string): FaasoError {
  const message = `A release command of "${funko}" runs on another network, in ${container}; try again when it has ended.`;
  return new FaasoError('conflict', message);
}

function specOf(context: OperationContext, { funko, version }: ReleaseRun, release: Command): InstanceSpec {
  const base = versionSpec(context, funko, version);
  const [program = '', ...words] = imageCommand(release);
  return {
    ...base,
    name: releaseName(funko),
    // No alias: requests for the funko by name must not get here.
    aliases: [],
    command: [program, ...words],
    init: true,
    noHealthcheck: true,
    rules: { ...base.rules, healthcheck: null, restart: 'no' },
  };
}

/** Starts it and waits for its end. Throws `release_failed` with what happened as its message, and what the signal or the engine does. */
async function begin(
  context: OperationContext,
  run: ReleaseRun,
  id: string,
  spec: InstanceSpec,
  release: Command,
): Promise<void> {
  const { engine } = context;
  const { version, onEvent, signal } = run;
  const instance = spec.name;
  const startedAt = performance.now();
  for (const misfit of await volumeMismatches(engine, id, spec))
    onEvent({ type: 'warning', message: describeVolumeMismatch(misfit, version.tag) });
  signal?.throwIfAborted();
  const command = shownCommand(release);
  onEvent({ type: 'releasing', instance, version: formatVersion(version.number), command });
  await start(context, id, signal);
  await untilDone(context, run, id, instance);
  await checkExit(context, id);
  onEvent({ type: 'released', instance, seconds: secondsSince(startedAt) });
}

/** Passes on what it writes until it has ended. Throws `release_failed` if that takes too long. */
async function untilDone(
  { engine }: OperationContext,
  { version, onEvent, signal }: ReleaseRun,
  id: string,
  instance: string,
): Promise<void> {
  const timeoutMs = releaseTimeoutOf(manifestOf(version));
  const late = AbortSignal.timeout(timeoutMs);
  const over = AbortSignal.any([late, ...(signal ? [signal] : [])]);
  try {
    for await (const { stream, text } of logLines(engine, id, { follow: true, signal: over }))
      onEvent({ type: 'log', instance, stream, text });
    over.throwIfAborted();
    await untilEnded(engine, id, { timeoutMs: timeoutMs + WAIT_MARGIN_MS, signal: over });
  } catch (error) {
    if (!late.aborted || signal?.aborted === true) throw error;
    const message = `took longer than ${timeoutMs / 1000} s (timeouts.release)`;
    throw new FaasoError('release_failed', message, { cause: error });
  }
}

async function start(
  { engine }: OperationContext,
  id: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await startContainer(engine, id, signal);
  } catch (error) {
    if (!(error instanceof FaasoError) || error.code !== 'engine_failed') throw error;
    throw new FaasoError('release_failed', `could not be started (${error.message})`, { cause: error });
  }
}

/** What an init and a shell end with if there is no such program. */
const NOT_FOUND = 127;

async function checkExit({ engine }: OperationContext, id: string): Promise<void> {
  const container = await inspectContainer(engine, id);
  if (!container) throw new FaasoError('release_failed', 'was removed by somebody else');
  const { exitCode, overMemory } = container;
  if (exitCode === 0 && overMemory === null) return;
  const missing = exitCode === NOT_FOUND ? ' (a program was not found)' : '';
  throw new FaasoError('release_failed', endOf({ exitCode, overMemory }) + missing);
}
