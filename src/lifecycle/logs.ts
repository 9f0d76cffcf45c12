/**
 * What a funko's instances wrote: first what is there, all instances as one by time, then, if it is followed, each line as
 * it comes, also of instances that are started meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { logLines, type WrittenLine } from '../docker/container-log.ts';
import { listContainers } from '../docker/containers.ts';
import { FaasoError } from '../errors.ts';
import type { LogLine, LogsRequest, LogsResult } from './funkos.ts';
import { instancesNamed } from './instances-named.ts';
import { show } from './list.ts';
import { ownInstances } from './own-instances.ts';
import type { Site } from './site.ts';

/** How often new instances are looked for. What they wrote before is told too, so it only delays. */
const LOOK_EVERY_MS = 500;
const DEFAULT_TAIL = 1000;

type OnLine = (line: LogLine) => void | Promise<void>;

interface Source {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
}

/**
 * Tells the lines.
 * @param onLine the next line waits for it
 * Throws `unknown_funko`, `not_found` for an instance that there is not, `cancelled` when followed, `engine_*`.
 */
export async function logs(
  site: Site,
  request: LogsRequest,
  onLine: OnLine,
  signal?: AbortSignal,
): Promise<LogsResult> {
  const sources = await sourcesOf(site, request, signal);
  const past = await pastOf(site, sources, request, signal);
  for (const line of past) await onLine(line);
  if (request.follow === true) await follow(site, request, { sources, past, onLine }, signal);
  return { funko: request.name, lines: past.length };
}

async function sourcesOf(
  site: Site,
  { name, instance }: LogsRequest,
  signal?: AbortSignal,
): Promise<Source[]> {
  const { instances } = await show(site, name, signal);
  return instance === undefined ? [...instances] : instancesNamed(name, instance, instances);
}

async function pastOf(
  { engine }: Site,
  sources: readonly Source[],
  { tail = DEFAULT_TAIL, since }: LogsRequest,
  signal?: AbortSignal,
): Promise<LogLine[]> {
  const options = { follow: false, tail, signal, ...(since === undefined ? {} : { since }) };
  const lines = await Promise.all(
    sources.map(async (source) => {
      const written = await Array.fromAsync(logLines(engine, source.id, options));
      return written.map((line) => withSource(source, line));
    }),
  );
  signal?.throwIfAborted();
  const all = lines.flat().sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  return tail === 0 ? [] : all.slice(-tail);
}

interface Followed {
  readonly sources: readonly Source[];
  readonly past: readonly LogLine[];
  readonly onLine: OnLine;
}

/** Never resolves: rejects when the signal is aborted, or the engine can't be asked. */
async function follow(
  site: Site,
  request: LogsRequest,
  { sources, past, onLine }: Followed,
  signal?: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const all = AbortSignal.any([over.signal, ...(signal ? [signal] : [])]);
  const begun = new Date().toISOString();
  const last = new Map(
    sources.map(({ id }) => [id, past.findLast((line) => line.id === id)?.time ?? request.since]),
  );
  const open = new Set<string>();
  const tell = async (source: Source): Promise<void> => {
    const since = last.get(source.id);
    const options = { follow: true, signal: all, ...(since === undefined ? {} : { since }) };
    for await (const line of logLines(site.engine, source.id, options)) {
      if (line.time <= (last.get(source.id) ?? '')) continue;
      last.set(source.id, line.time);
      await onLine(withSource(source, line));
    }
  };
  const attend = (source: Source): void => {
    if (open.has(source.id)) return;
    open.add(source.id);
    // One that ended may be started again by the engine: then it is attended to anew.
    void tell(source).then(() => open.delete(source.id), failed.reject);
  };
  for (const { id } of sources) last.set(id, last.get(id) ?? (request.tail === 0 ? begun : undefined));
  try {
    for (;;) {
      for (const source of await present(site, request, sources, all)) attend(source);
      await Promise.race([failed.promise, pause(LOOK_EVERY_MS, undefined, { signal: all })]);
    }
  } catch (error) {
    throw signal?.aborted === true ? new FaasoError('cancelled', 'cancelled', { cause: error }) : error;
  } finally {
    over.abort();
  }
}

/** The instances to follow now: those that were asked for, and unless one was named all that FaaSO has started since. */
async function present(
  { engine }: Site,
  { name, instance }: LogsRequest,
  sources: readonly Source[],
  signal: AbortSignal,
): Promise<Source[]> {
  const rows = await listContainers(engine, {}, signal);
  const running = new Set(rows.filter(({ status }) => status === 'running').map(({ id }) => id));
  const known = new Set(sources.map(({ id }) => id));
  const since = instance === undefined ? ownInstances(name, rows).filter(({ id }) => !known.has(id)) : [];
  const started = since.map((row) => ({
    id: row.id,
    name: row.name,
    version: row.labels['faaso.version'] ?? null,
  }));
  return [...sources, ...started].filter(({ id }) => running.has(id));
}

function withSource({ id, name, version }: Source, line: WrittenLine): LogLine {
  return { type: 'line', instance: name, id, version, ...line };
}
