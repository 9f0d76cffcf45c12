/**
 * Ctrl-C during work on a funko. Until the first old instance is being removed, it cancels: the command waits until the new instances are removed.
 * From then on the work is finished: by the server, or with --local by this command, and the command says so.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { FaasoError } from '../../errors.ts';
import type { FunkoStatus, UpEvent } from '../../api/funko-api.ts';
import { Interrupted, Reported } from '../exit.ts';
import type { FunkoHost } from '../connect/connect.ts';
import type { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';

export interface InterruptibleWork {
  readonly host: FunkoHost;
  readonly output: Output;
  readonly session: CliSession;
  /** The funko's name. */
  readonly name: string;
}

type AbortableWork<T> = (onEvent: (event: UpEvent) => void, signal: AbortSignal) => Promise<T>;

/** How long the drain and the stop of an instance take at most, unless its `timeouts.drain` is longer. */
const UNDONE_WITHIN_MS = 45_000;
const LOOK_EVERY_MS = 200;

/** How far a roll-out is, by its events. */
class Progress {
  readonly started = new Set<string>();
  version = '';
  /** Whether an old instance is being removed: after that nothing is undone. */
  isCommitted = false;
  /** The old instance that goes, and how long its requests may take. */
  going = '';

  event(event: UpEvent): void {
    if (event.type === 'releasing') this.version = event.version;
    if (event.type === 'starting') {
      this.started.add(event.instance);
      this.version = event.version;
    }
    if (event.type === 'draining' && !this.started.has(event.instance)) {
      this.isCommitted = true;
      const { instance, withinSeconds } = event;
      this.going =
        withinSeconds === undefined ? '' : `: the requests of ${instance} may take ${withinSeconds} s`;
    }
  }
}

/**
 * Does work that replaces instances; a Ctrl-C is told of at once, and what became of it when that is known.
 * Throws what the work throws, and Reported after a Ctrl-C that was told of.
 */
export async function interruptible<T>(place: InterruptibleWork, work: AbortableWork<T>): Promise<T> {
  const { session, host } = place;
  const progress = new Progress();
  const onAbort = (): void => react(place, reactionOf(place, progress));
  session.signal.addEventListener('abort', onAbort, { once: true });
  using _held = host.server === null ? session.hold?.(() => reactionOf(place, progress)) : undefined;
  try {
    return await work((event) => progress.event(event), session.signal);
  } catch (error) {
    const { reason } = session.signal as { reason: unknown };
    if (!(reason instanceof Interrupted) || !isCancelled(error)) throw error;
    if (progress.isCommitted) throw new Reported(reason.status);
    throw await cancelled(place, progress, reason, error);
  } finally {
    session.signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Does work that is finished once it has begun (down, remove). Throws as `interruptible` does.
 * @param what is being done: `demo is being taken down`
 * @param see the command that shows what became of it
 */
export async function unstoppable<T>(
  { host, output, session, name }: InterruptibleWork,
  what: string,
  work: () => Promise<T>,
  see = `faaso status ${name}`,
): Promise<T> {
  const local = host.server === null;
  const text = local
    ? `${what}; this command finishes it`
    : `${what}; if it has begun, the server finishes it. See: ${see}`;
  const onAbort = (): void => react({ output, session }, text);
  session.signal.addEventListener('abort', onAbort, { once: true });
  using _held = local ? session.hold?.(() => text) : undefined;
  try {
    return await work();
  } catch (error) {
    const { reason } = session.signal as { reason: unknown };
    if (local || !(reason instanceof Interrupted) || !isCancelled(error)) throw error;
    throw new Reported(reason.status);
  } finally {
    session.signal.removeEventListener('abort', onAbort);
  }
}

/** Says what becomes of the work, if it was a person who stopped it. */
function react({ output, session }: Pick<InterruptibleWork, 'output' | 'session'>, text: string): void {
  const { reason } = session.signal as { reason: unknown };
  if (!(reason instanceof Interrupted)) return;
  reason.isTold = true;
  output.always(text);
}

function reactionOf(
  { host, name }: InterruptibleWork,
  { isCommitted, version, started, going }: Progress,
): string {
  const local = host.server === null;
  if (isCommitted) {
    const what = version === '' ? `${name} is being changed` : `${name} ${version} is going into service`;
    return local
      ? `${what}; this command finishes that${going}`
      : `${what}; the server finishes that. Follow it: faaso status --watch ${name}`;
  }
  const waits = started.size === 0 ? '' : `; waiting until ${[...started].join(', ')} is gone`;
  return `cancelling${waits}`;
}

function isCancelled(error: unknown): boolean {
  if (error instanceof FaasoError) return error.code === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}

/** Looks until it is known what became of it, and tells it. */
async function cancelled(
  { host, output, name }: InterruptibleWork,
  { started, version }: Progress,
  reason: Interrupted,
  error: unknown,
): Promise<unknown> {
  let until = performance.now() + UNDONE_WITHIN_MS;
  let sure = 0;
  while (performance.now() < until) {
    const signal = AbortSignal.timeout(UNDONE_WITHIN_MS);
    const status = await host.funkos.show(name, signal).catch(() => undefined);
    if (!status) break;
    if (isFinishing(status, started)) until = performance.now() + UNDONE_WITHIN_MS;
    const all = [...status.instances, ...(status.workers ?? [])];
    if (!all.some((one) => started.has(one.name))) {
      output.always(`cancelled; ${whatGoesOn(status)}`);
      return new Reported(reason.status);
    }
    // The server may have been past that point when the Ctrl-C reached it.
    sure = status.instances.every((one) => one.version === version && one.state === 'ready') ? sure + 1 : 0;
    if (sure === 3) {
      output.always(`too late to cancel: ${name} ${version} is in service`);
      return new Reported(reason.status);
    }
    await pause(LOOK_EVERY_MS);
  }
  if (host.server === null) return error;
  output.always(`cancelled; whether all is as before shows: faaso status ${name}`);
  return new Reported(reason.status);
}

/** Whether a new instance still answers requests: its `timeouts.drain` may be long. */
function isFinishing({ instances }: FunkoStatus, started: ReadonlySet<string>): boolean {
  return instances.some(({ name, state }) => started.has(name) && state === 'stopping');
}

function whatGoesOn({ name, instances }: FunkoStatus): string {
  const versions = instances.filter(({ state }) => state === 'ready').map(({ version }) => version);
  const known = [...new Set(versions.filter((version) => version !== null))];
  if (versions.length === 0) return `no instance of ${name} runs`;
  return `${[name, ...known].join(' ')} keeps running`;
}
