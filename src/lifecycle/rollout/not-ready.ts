/** What is told of an instance that did not get ready. */
import type { Engine } from '../../docker/engine/engine.ts';
import { listenersOf } from '../../docker/helper-container/listening-ports.ts';
import { FaasoError, messageOf } from '../../errors.ts';
import type { Healthcheck } from '../../funko/container-rules.ts';
import { exitCause } from './exit-detection.ts';
import type { ExitEvents } from './exit-events.ts';
import { whyNotHealthy } from './health-check.ts';
import type { OperationContext } from '../context.ts';
import type { Version } from '../state/version-list.ts';
import { wrongPort } from '../causes/wrong-port.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/** What was to be started. */
interface StartAttempt {
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
  /** Where it is asked. */
  readonly port: number;
}

/** An instance lives, and was not ready in time. */
export class NotReadyInTime extends FaasoError {
  /** Whether the message says what fixes it. */
  readonly isExplained: boolean;

  constructor(message: string, isExplained: boolean, options?: ErrorOptions) {
    super('not_ready', message, options);
    this.isExplained = isExplained;
  }
}

/** Why an instance that lives was not ready in time. Never rejects. */
export async function whyNotReady(
  context: OperationContext,
  { version: { image } }: Pick<StartAttempt, 'version'>,
  { id, check, timeoutMs, port }: Wait,
): Promise<NotReadyInTime> {
  const within = `within ${timeoutMs / 1000} s`;
  const ill = check && (await whyNotHealthy(context.engine, id, check, within).catch(() => undefined));
  if (ill) return new NotReadyInTime(ill, false);
  const path = image.labels[LABEL.health] ?? '';
  const what =
    path === ''
      ? `it did not accept connections ${within}`
      : `${path} did not answer with a status below 400 ${within}`;
  const listeners = await listenersOf(context.engine, id).catch(() => undefined);
  const where = listeners && wrongPort(listeners, port);
  if (where !== undefined) return new NotReadyInTime(`${what}: ${where}`, listeners?.length !== 0);
  const carried = await context.traffic.instances().catch(() => []);
  const reason = carried.find((instance) => instance.id === id)?.reason ?? null;
  return new NotReadyInTime(reason === null ? `${what}.` : `${what}: ${reason}.`, false);
}

/** An error of waiting for an instance, with how the instance ended if it did: the first to notice may not know. */
export async function asExit(
  engine: Engine,
  id: string,
  exits: ExitEvents,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof FaasoError) || error.code !== 'not_ready') return error;
  const reason = await exitCause(engine, id, exits);
  return reason === undefined ? error : new FaasoError('not_ready', reason, { cause: error });
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
export function failure(error: unknown, request: StartAttempt, remains: Remains): unknown {
  const { details } = remains;
  const left = wordsOfRemains(remains);
  if (request.signal?.aborted) {
    const fate = left ?? `${remains.name} was removed again`;
    return new FaasoError('cancelled', `Cancelled; ${fate}.`, { cause: error });
  }
  const what = `${request.funko} ${formatVersion(request.version.number)} did not get ready, and ${left ?? 'was removed again'}`;
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
  return `${name} could not be removed (${messageOf(left)}; remove it with: docker rm -f ${name})`;
}
