/** One new instance: created, started, ready. Or, if it does not get there, gone again. */
import { inspectContainer, type Container } from '../../docker/containers.ts';
import type { InstanceSpec } from '../../docker/create-options.ts';
import { imageHealthcheck } from '../../docker/images.ts';
import { startContainer } from '../../docker/instance-calls.ts';
import { FaasoError } from '../../errors.ts';
import type { Healthcheck } from '../../funko/container-rules.ts';
import { listening } from '../../funko/listening.ts';
import type { Manifest } from '../../funko/manifest/manifest.ts';
import { FUNKO_PORT } from '../../funko/naming/names.ts';
import { listenersOf } from '../../docker/helper-container/listening-ports.ts';
import { volumeMismatches } from '../../docker/volume-owner.ts';
import { createNumbered, type Created } from './create-numbered.ts';
import { untilExited } from './exit-detection.ts';
import { discardFailed } from './discard-failed.ts';
import type { ExitEvents } from './exit-events.ts';
import { followExits } from './follow-exits.ts';
import type { UpEvent } from '../../api/funko-api.ts';
import { timeToHealth, untilHealthy } from './health-check.ts';
import { manifestOf } from '../state/manifest-of.ts';
import { asExit, whyNotReady } from './not-ready.ts';
import { nextInstanceNumber } from '../state/managed.ts';
import { secondsSince } from '../../util/seconds.ts';
import type { OperationContext } from '../context.ts';
import { tellWrongPort } from './slow-start.ts';
import { trafficLabels, versionSpec } from './version-spec.ts';
import type { Version } from '../state/version-list.ts';
import { describeVolumeMismatch } from './volume-mismatch.ts';
import { portOf, LABEL } from '../../funko/naming/labels.ts';
import { instanceName, aliasOf } from '../../funko/naming/container-names.ts';
import { formatVersion } from '../../funko/naming/version.ts';
import { DEFAULT_START_SECONDS } from '../../funko/defaults.ts';

export interface StartRequest {
  readonly funko: string;
  /** What stands for the funko in the name of the container and in its alias; the funko's own name if absent. */
  readonly stem?: string;
  readonly version: Version;
  /** Undefined: as its funko.yml says. */
  readonly timeoutMs: number | undefined;
  /** How many of the last lines of its log are told of one that does not get ready; `SHOWN_LOG_LINES` if absent. */
  readonly logTail?: number | undefined;
  readonly onEvent: (event: UpEvent) => void;
  readonly signal?: AbortSignal | undefined;
  /** Tells concurrent creations apart, so that each finds its own name. */
  readonly inTurn?: (create: () => Promise<Created>) => Promise<Created>;
}

/**
 * Starts an instance of a version and waits until it takes traffic.
 * Throws `not_ready` with both ends of its log as details, `cancelled`, `conflict`, `engine_*`; then nothing of it is left,
 * unless the engine can't remove it, which the message says.
 */
export async function startInstance(context: OperationContext, request: StartRequest): Promise<Container> {
  const make = async (): Promise<Created> => create(context, request);
  const { id, name, spec } = await (request.inTurn?.(make) ?? make());
  try {
    for (const misfit of await volumeMismatches(context.engine, id, spec))
      request.onEvent({ type: 'warning', message: describeVolumeMismatch(misfit, request.version.tag) });
    return await begin(context, request, { id, name, spec });
  } catch (error) {
    throw await discardFailed(context, request, { id, name, spec }, error);
  }
}

async function create(context: OperationContext, request: StartRequest): Promise<Created> {
  const { funko, stem = funko, version, signal } = request;
  return createNumbered(context, {
    funko,
    version,
    next: (rows) => nextInstanceNumber(stem, rows),
    nameOf: (number) => instanceName(stem, number),
    specOf: async (number) => {
      const check = await imageHealthcheck(context.engine, version.image.id, signal);
      return specOf(context, request, number, check);
    },
    signal,
  });
}

function specOf(
  context: OperationContext,
  { funko, stem = funko, version, timeoutMs }: StartRequest,
  number: number,
  ownCheck: Healthcheck | null,
): InstanceSpec {
  const manifest = manifestOf(version);
  const port = listening(manifest, version.image.labels);
  const base = versionSpec(context, funko, version);
  const given = base.rules;
  // A check that the image brings can take an instance out of traffic as well, so it is waited for too.
  const rules = { ...given, healthcheck: given.healthcheck ?? ownCheck };
  return {
    ...base,
    name: instanceName(stem, number),
    labels: {
      ...base.labels,
      [LABEL.instance]: String(number),
      ...port.labels,
      ...(rules.healthcheck === null ? {} : { [LABEL.check]: 'command' }),
      ...trafficLabels(manifest),
    },
    rules,
    startsWithinMs: timeoutMs ?? startTimeoutOf(manifest),
    aliases: [aliasOf(stem)],
    ...context.host.extras(port.labels),
  };
}

/** How long an instance may take to get ready, in ms, by its funko.yml. */
function startTimeoutOf({ timeouts }: Manifest): number {
  return timeouts?.start === undefined ? DEFAULT_START_SECONDS * 1000 : Math.round(timeouts.start * 1000);
}

async function begin(
  context: OperationContext,
  request: StartRequest,
  { id, name, spec }: Created,
): Promise<Container> {
  const { engine } = context;
  const startedAt = performance.now();
  request.signal?.throwIfAborted();
  using exits = await followExits(engine, id);
  request.onEvent({ type: 'starting', instance: name, version: formatVersion(request.version.number) });
  await startContainer(engine, id, request.signal);
  await readyInTime(context, request, { id, spec, exits });
  const container = await inspectContainer(engine, id);
  if (!container)
    throw new FaasoError('not_ready', `${name} was removed by somebody else as soon as it was ready.`);
  request.onEvent({ type: 'ready', instance: name, seconds: secondsSince(startedAt) });
  return container;
}

/** Waits for the first of: ready, ended, too late, cancelled. Throws `not_ready`, and what the signal or the engine does. */
async function readyInTime(
  context: OperationContext,
  request: StartRequest,
  { id, spec, exits }: Pick<Created, 'id' | 'spec'> & { readonly exits: ExitEvents },
): Promise<void> {
  const { engine, traffic } = context;
  const check = spec.rules?.healthcheck ?? null;
  const asked = request.timeoutMs ?? startTimeoutOf(manifestOf(request.version));
  const timeoutMs = await timeToHealth(engine, id, check, asked);
  const over = new AbortController();
  const late = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([late, over.signal, ...(request.signal ? [request.signal] : [])]);
  const port = portOf(spec.labels) ?? FUNKO_PORT;
  const tell = (words: string): void =>
    request.onEvent({ type: 'warning', message: `${spec.name} is not ready yet: ${words}` });
  void tellWrongPort({ look: async () => listenersOf(engine, id), port, tell }, signal);
  const healthy = check === null ? [] : [untilHealthy(engine, id, signal)];
  try {
    await Promise.race([
      Promise.all([traffic.waitReady(id, signal), ...healthy]),
      untilExited(engine, id, signal),
    ]);
  } catch (error) {
    // Calls to the engine that the signal ended say only that they were cancelled.
    if (!late.aborted) throw await asExit(engine, id, exits, error);
    throw await whyNotReady(context, request, { id, check, timeoutMs, port });
  } finally {
    over.abort();
  }
}
