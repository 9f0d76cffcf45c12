/** What is told of an instance that did not get ready. */
import type { Engine } from '../docker/engine.ts';
import { exposedPorts } from '../docker/images.ts';
import { FaasoError, messageOf } from '../errors.ts';
import type { ContainerRules, Healthcheck } from '../funko/container-rules.ts';
import { FUNKO_PORT, LABEL, portOf } from '../funko/naming.ts';
import { programUser } from '../docker/user.ts';
import { causeOfDeath } from './death.ts';
import type { ExitEvents } from './exit-events.ts';
import { whyNotHealthy } from './health-check.ts';
import type { Site } from './site.ts';
import type { Version } from './versions.ts';

/** What was to be started. */
interface Attempt {
  readonly funko: string;
  readonly version: Version;
  readonly signal?: AbortSignal | undefined;
}

/** What was waited for, and how long. */
interface Wait {
  readonly id: string;
  /** Null: neither funko.yml nor the image has one. */
  readonly check: Healthcheck | null;
  readonly timeoutMs: number;
}

const LONGER = ' If it needs longer: --timeout SECONDS, or timeouts.start in funko.yml.';

/** Why an instance that lives was not ready in time, in a sentence. Never rejects. */
export async function whyLate(
  site: Site,
  { version: { image } }: Pick<Attempt, 'version'>,
  { id, check, timeoutMs }: Wait,
): Promise<string> {
  const within = `within ${timeoutMs / 1000} s`;
  const ill = check && (await whyNotHealthy(site.engine, id, check, within).catch(() => undefined));
  if (ill) return ill + LONGER;
  const path = image.labels[LABEL.health] ?? '';
  const what =
    path === ''
      ? `it did not accept connections ${within}`
      : `${path} did not answer with a status below 400 ${within}`;
  const carried = await site.traffic.instances().catch(() => []);
  const reason = carried.find((instance) => instance.id === id)?.reason ?? null;
  const words = reason === null ? `${what}.` : `${what}: ${reason}.`;
  return words + (await otherPort(site, image).catch(() => '')) + LONGER;
}

/** An error of waiting for an instance, with how that ended if it did: whoever noticed it first may not know. */
export async function asDeath(
  engine: Engine,
  id: string,
  exits: ExitEvents,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof FaasoError) || error.code !== 'not_ready') return error;
  const reason = await causeOfDeath(engine, id, exits);
  return reason === undefined ? error : new FaasoError('not_ready', reason, { cause: error });
}

/** What the image's own Dockerfile says of a port that is not the one that is asked. */
async function otherPort({ engine }: Site, { id, labels }: Version['image']): Promise<string> {
  const ports = await exposedPorts(engine, id);
  const [port] = ports;
  if (port === undefined || ports.includes(portOf(labels) ?? FUNKO_PORT)) return '';
  return ` Its image EXPOSEs ${ports.join(', ')}; if it listens there, write "port: ${port}" into funko.yml.`;
}

/** What a program writes that lacks a capability. */
const FORBIDDEN = /operation not permitted|\bEPERM\b/i;
/** What it writes that lacks DAC_OVERRIDE, or what the file says. */
const DENIED = /permission denied|\bEACCES\b/i;

/**
 * What may help a program that root's missing capabilities have ended: a sentence that names the key of funko.yml; empty if its log
 * does not say so, or it has capabilities. Pure.
 * @param isRoot whether it runs as root
 */
export function capabilityHint(
  log: readonly string[],
  capabilities: readonly string[],
  isRoot: boolean,
): string {
  const line = log.find((text) => FORBIDDEN.test(text) || (isRoot && DENIED.test(text)));
  if (line === undefined || capabilities.length > 0) return '';
  const words = `It wrote "${line.trim().slice(0, 120)}": FaaSO takes all of root's capabilities from a program.`;
  return isRoot
    ? `${words} If it needs some, name them in funko.yml: capabilities: [CHOWN, DAC_OVERRIDE, SETGID, SETUID]`
    : `${words} One that runs as another user than root can't have any; as root it can, those of the key capabilities in funko.yml.`;
}

/** As `capabilityHint`, of a container that ended; empty if it can't be looked at. Never rejects. */
export async function hintFor(
  engine: Engine,
  id: string,
  rules: Pick<ContainerRules, 'capabilities'> | undefined,
  log: readonly string[],
): Promise<string> {
  const user = await programUser(engine, id).catch(() => undefined);
  return capabilityHint(log, rules?.capabilities ?? [], user?.uid === 0);
}

/** What is there of an instance that did not get ready. */
export interface Remains {
  readonly name: string;
  /** Why it could not be removed; undefined if it was. */
  readonly left: unknown;
  /** The end of its log. */
  readonly details: readonly string[];
  /** What may help, a sentence or more; absent: nothing is known. */
  readonly hint?: string;
}

/** Whatever went wrong, as the error that `up` promises. */
export function failure(error: unknown, request: Attempt, remains: Remains): unknown {
  const { details } = remains;
  const left = wordsOfRemains(remains);
  if (request.signal?.aborted) {
    const fate = left ?? `${remains.name} was taken away again`;
    return new FaasoError('cancelled', `Cancelled; ${fate}.`, { cause: error });
  }
  const what = `${request.funko} v${request.version.number} did not get ready, and ${left ?? 'was taken away again'}`;
  if (!(error instanceof FaasoError)) return error;
  const hint = remains.hint === undefined || remains.hint === '' ? '' : ` ${remains.hint}`;
  const message = `${what}: ${error.message}${hint}`;
  if (error.code === 'not_ready' || error.code === 'engine_failed')
    return new FaasoError('not_ready', message, { cause: error, details });
  return left === undefined ? error : new FaasoError(error.code, message, { cause: error, details });
}

/** What is left, for a person; undefined if nothing is. */
export function wordsOfRemains({ name, left }: Pick<Remains, 'name' | 'left'>): string | undefined {
  if (left === undefined) return undefined;
  return `${name} could not be taken away (${messageOf(left)}; remove it with: docker rm -f ${name})`;
}
