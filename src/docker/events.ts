/**
 * The engine's events, of containers and networks, as an Observable. It promises every event from `since` on that the
 * engine still has (its replay buffer is 256 events), each at least once; one that is too long is told of as missed. The engine sends
 * only the actions that routing needs, and no exec events. It errs when the stream ends for whatever reason: reconnecting is the
 * subscriber's.
 */
import { Observable, filter, map } from 'rxjs';
import { FaasoError } from '../errors.ts';
import type { Engine } from './engine/engine.ts';
import { JsonLines, TOO_LONG } from './engine/json-lines.ts';

/** An event is some hundreds of characters; labels, anybody's, can make it any length. */
const LONGEST_LINE = 1024 * 1024;

/** The actions that can change a route. `health_status` has the engine compare beginnings: each also stands for what begins like it. */
export const CONTAINER_ACTIONS = [
  ...['create', 'rename', 'start', 'restart', 'kill', 'die', 'oom', 'stop', 'pause', 'unpause', 'destroy'],
  'health_status',
] as const;
export const NETWORK_ACTIONS = ['connect', 'disconnect'] as const;

export interface EngineEvent {
  readonly type: 'container' | 'network';
  /** `start`, `die`, `kill`, `health_status`, `connect`, … without what follows a colon. */
  readonly action: string;
  /** The container that this is about; empty for a network's own events. */
  readonly containerId: string;
  /** Of network events: which one. */
  readonly network?: { readonly id: string; readonly name: string };
  /** The engine's attributes; for `health_status` also `health`: `healthy`, `unhealthy`, `running`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Nanoseconds since 1970 by the engine's clock, as decimal digits. */
  readonly timeNano: string;
}

/** An event that was not read since it is too long: only a list shows what it told. */
export interface MissedEvent {
  readonly type: 'missed';
}

const MISSED: MissedEvent = { type: 'missed' };

/**
 * Subscribes to the engine's events. Cold: one connection for each subscription, ended with it.
 * Errs with `engine_unreachable`, `engine_timeout`, `engine_failed`.
 * @param options.since seconds since 1970 by the engine's clock, inclusive; fractions are allowed
 */
export function engineEvents(
  engine: Engine,
  options: { readonly since: number },
): Observable<EngineEvent | MissedEvent> {
  const wanted = { type: ['container', 'network'], event: [...CONTAINER_ACTIONS, ...NETWORK_ACTIONS] };
  return documents(engine, options.since, wanted).pipe(
    map((document) => (document === TOO_LONG ? MISSED : eventOf(document))),
    filter((event) => event !== undefined),
  );
}

/**
 * A container's `die` events, whose attribute `exitCode` is that of the run that ended, and its `oom` events, in no fixed order. Those of
 * the past that the engine still has come first. Cold, and errs, as `engineEvents`.
 * @param id the full ID
 */
export function containerExits(engine: Engine, id: string): Observable<EngineEvent> {
  const wanted = { type: ['container'], container: [id], event: ['die', 'oom'] };
  // 0 would leave out what has passed; any later time gives all of it.
  return documents(engine, 1, wanted).pipe(
    map((document) => (document === TOO_LONG ? undefined : eventOf(document))),
    filter((event) => event !== undefined),
  );
}

/**
 * Emits whenever an image was given a tag or lost one. Cold, and errs, as `engineEvents`.
 * @param options.since as there
 */
export function imageTagChanges(engine: Engine, options: { readonly since: number }): Observable<unknown> {
  const wanted = { type: ['image'], event: ['tag', 'untag', 'delete'] };
  return documents(engine, options.since, wanted).pipe(
    // One that is too long is a hint like any other.
    filter((document) => document === TOO_LONG || (document as RawEvent).Type === 'image'),
  );
}

/** The stream's JSON documents, and TOO_LONG for one that is too long. */
function documents(
  engine: Engine,
  since: number,
  filters: Readonly<Record<string, readonly string[]>>,
): Observable<unknown> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const fail = (error: unknown): void => {
      if (!abort.signal.aborted) subscriber.error(error);
    };
    const lines = new JsonLines('event stream', LONGEST_LINE);
    const read = (chunk: Uint8Array): void => {
      try {
        for (const document of lines.push(chunk)) subscriber.next(document);
      } catch (error) {
        fail(error);
      }
    };
    open(engine, since, filters, abort.signal).then((stream) => {
      stream.on('data', read);
      stream.once('error', (error: Error) => {
        fail(new FaasoError('engine_unreachable', `The engine's event stream broke: ${error.message}`));
      });
      stream.once('close', () => {
        fail(new FaasoError('engine_unreachable', "The engine's event stream has ended."));
      });
    }, fail);
    return () => {
      abort.abort();
    };
  });
}

/** What dockerode gives: an http.IncomingMessage. */
type ByteStream = NodeJS.ReadableStream & { destroy(): unknown };

async function open(
  engine: Engine,
  since: number,
  filters: Readonly<Record<string, readonly string[]>>,
  signal: AbortSignal,
): Promise<ByteStream> {
  const options = { since: since.toFixed(9), filters };
  const stream = await engine.call(
    'following events',
    async (docker) => docker.getEvents({ ...options, abortSignal: signal } as object) as Promise<ByteStream>,
    { signal },
  );
  // The reader that is aborted must leave no connection behind.
  if (signal.aborted) stream.destroy();
  signal.addEventListener('abort', () => stream.destroy());
  return stream;
}

interface RawEvent {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Record<string, string> | null };
  readonly timeNano?: string;
}

/** Our shape of an event; undefined for those that nobody here needs. */
export function eventOf(document: unknown): EngineEvent | undefined {
  const raw = document as RawEvent;
  const [action = '', detail] = (raw.Action ?? '').split(': ', 2);
  if (action.startsWith('exec_')) return undefined;
  const attributes = raw.Actor?.Attributes ?? {};
  const id = raw.Actor?.ID ?? '';
  const timeNano = raw.timeNano ?? '0';
  if (raw.Type === 'network') {
    const network = { id, name: attributes['name'] ?? '' };
    return {
      type: 'network',
      action,
      containerId: attributes['container'] ?? '',
      network,
      attributes,
      timeNano,
    };
  }
  if (raw.Type !== 'container') return undefined;
  const health = action === 'health_status' && detail !== undefined ? { health: detail } : {};
  return { type: 'container', action, containerId: id, attributes: { ...attributes, ...health }, timeNano };
}
