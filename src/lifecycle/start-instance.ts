/** One new instance: created, started, ready. Or, if it does not get there, gone again. */
import { lastLines } from '../docker/container-output.ts';
import { inspectContainer, listContainers, type Container } from '../docker/containers.ts';
import { statusOf } from '../docker/engine.ts';
import { inspectImage } from '../docker/images.ts';
import { createContainer, removeContainer, startContainer } from '../docker/instances.ts';
import { FaasoError, messageOf } from '../errors.ts';
import { containerRules } from '../funko/container-rules.ts';
import type { Manifest } from '../funko/manifest.ts';
import { LABEL, aliasOf, instanceName } from '../funko/naming.ts';
import { trafficLabel } from '../funko/traffic-rules.ts';
import { untilDead } from './death.ts';
import type { UpEvent } from './funkos.ts';
import { manifestOf } from './manifest-of.ts';
import { nextInstanceNumber } from './own-instances.ts';
import { secondsSince } from './seconds.ts';
import type { Site } from './site.ts';
import type { Version } from './versions.ts';

/** Names can be taken between the list and the creation: so often another one is tried. */
const NAME_ATTEMPTS = 5;
const LOG_LINES = 20;

export interface StartRequest {
  readonly funko: string;
  /** What stands for the funko in the name of the container and in its alias; the funko's own name if absent. */
  readonly stem?: string;
  readonly version: Version;
  readonly timeoutMs: number;
  readonly onEvent: (event: UpEvent) => void;
  readonly signal?: AbortSignal | undefined;
  /** Keeps creations apart that go on side by side, so that each finds a name of its own. */
  readonly inTurn?: (create: () => Promise<Created>) => Promise<Created>;
}

interface Created {
  readonly id: string;
  readonly name: string;
}

/**
 * Starts an instance of a version and waits until it takes traffic.
 * Throws `not_ready` with the end of its log as details, `cancelled`, `conflict`, `engine_*`; then nothing of it is left,
 * unless the engine can't remove it, which the message says.
 */
export async function startInstance(site: Site, request: StartRequest): Promise<Container> {
  const make = async (): Promise<Created> => create(site, request);
  const { id, name } = await (request.inTurn?.(make) ?? make());
  try {
    return await begin(site, request, id, name);
  } catch (error) {
    const log = await lastLines(site.engine, id, LOG_LINES).catch(() => []);
    // An engine that can't take it away must not hide why it has to go.
    const left: unknown = await removeContainer(site.engine, id).catch((reason: unknown) => reason);
    throw failure(error, request, { name, left, details: log });
  }
}

async function create(site: Site, request: StartRequest): Promise<Created> {
  const { funko, stem = funko, signal } = request;
  for (let attempt = 1; ; attempt += 1) {
    const number = nextInstanceNumber(stem, await listContainers(site.engine, {}, signal));
    const name = instanceName(stem, number);
    try {
      // Not abortable: a creation that is cut off may have created.
      return { id: await createContainer(site.engine, specOf(site, request, number)), name };
    } catch (error) {
      if (statusOf(error) === 404) throw await imageGone(site, request, error);
      if (statusOf(error) !== 409) throw error;
      if (attempt < NAME_ATTEMPTS) continue;
      const message = `The name ${name} and others before it were taken by other containers at that moment; try again.`;
      throw new FaasoError('conflict', message, { cause: error });
    }
  }
}

/** The engine knows no such image or no such network. */
async function imageGone(
  { engine }: Site,
  { funko, version }: StartRequest,
  cause: unknown,
): Promise<unknown> {
  if (await inspectImage(engine, version.tag)) return cause;
  const message = `The image ${version.tag} of v${version.number} is gone. Build ${funko} again: faaso build FOLDER`;
  return new FaasoError('unknown_version', message, { cause });
}

function specOf(
  { network, host }: Site,
  { funko, stem = funko, version }: StartRequest,
  number: number,
): Parameters<typeof createContainer>[1] {
  const { labels } = version.image;
  const manifest = manifestOf(version);
  return {
    name: instanceName(stem, number),
    // By its tag, so that `docker ps` shows which version runs.
    image: version.tag,
    // The image's labels come along by themselves; these make sure that no Dockerfile's ONBUILD or base image differs.
    labels: {
      [LABEL.funko]: funko,
      [LABEL.version]: `v${version.number}`,
      [LABEL.instance]: String(number),
      ...trafficOf(manifest),
    },
    env: manifest.env,
    rules: containerRules(funko, manifest),
    network,
    aliases: [aliasOf(stem)],
    ...host.extras(labels),
  };
}

function trafficOf(manifest: Manifest): Record<string, string> {
  const label = trafficLabel(manifest);
  return label === undefined ? {} : { [LABEL.traffic]: label };
}

async function begin(site: Site, request: StartRequest, id: string, name: string): Promise<Container> {
  const { engine } = site;
  const startedAt = performance.now();
  request.signal?.throwIfAborted();
  request.onEvent({ type: 'starting', instance: name, version: `v${request.version.number}` });
  await startContainer(engine, id, request.signal);
  await readyInTime(site, request, id);
  const container = await inspectContainer(engine, id);
  if (!container)
    throw new FaasoError('not_ready', `${name} was removed by somebody else as soon as it was ready.`);
  request.onEvent({ type: 'ready', instance: name, seconds: secondsSince(startedAt) });
  return container;
}

/** Waits for the first of: ready, ended, too late, cancelled. Too late is told by an error named `TimeoutError`. */
async function readyInTime({ engine, traffic }: Site, request: StartRequest, id: string): Promise<void> {
  const over = new AbortController();
  const late = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([late, over.signal, ...(request.signal ? [request.signal] : [])]);
  try {
    await Promise.race([traffic.waitReady(id, signal), untilDead(engine, id, signal)]);
  } catch (error) {
    // Calls to the engine that the signal ended say only that they were cancelled.
    throw late.aborted ? late.reason : error;
  } finally {
    over.abort();
  }
}

/** What is there of an instance that did not get ready. */
interface Remains {
  readonly name: string;
  /** Why it could not be removed; undefined if it was. */
  readonly left: unknown;
  /** The end of its log. */
  readonly details: readonly string[];
}

/** Whatever went wrong, as the error that `up` promises. */
function failure(error: unknown, request: StartRequest, remains: Remains): unknown {
  const { details } = remains;
  const left = wordsOf(remains);
  if (request.signal?.aborted) {
    const fate = left ?? `${remains.name} was taken away again`;
    return new FaasoError('cancelled', `Cancelled; ${fate}.`, { cause: error });
  }
  const what = `${request.funko} v${request.version.number} did not get ready, and ${left ?? 'was taken away again'}`;
  if (error instanceof Error && error.name === 'TimeoutError') {
    const health = request.version.image.labels[LABEL.health] ?? '';
    const message = `${what}: ${health} did not answer with a status below 400 within ${request.timeoutMs / 1000} s.`;
    return new FaasoError('not_ready', message, { cause: error, details });
  }
  if (!(error instanceof FaasoError)) return error;
  const message = `${what}: ${error.message}`;
  if (error.code === 'not_ready' || error.code === 'engine_failed')
    return new FaasoError('not_ready', message, { cause: error, details });
  return left === undefined ? error : new FaasoError(error.code, message, { cause: error, details });
}

/** What is left, for a person; undefined if nothing is. */
function wordsOf({ name, left }: Remains): string | undefined {
  if (left === undefined) return undefined;
  return `${name} could not be taken away (${messageOf(left)}; remove it with: docker rm -f ${name})`;
}
