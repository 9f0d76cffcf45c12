/** The logs of several funkos as one. */
import { setTimeout as pause } from 'node:timers/promises';
import { FaasoError } from '../../errors.ts';
import type { FunkoApi, LogLine, LogsRequest, LogsResult } from '../../api/funko-api.ts';
import { LineMerge } from './line-merge.ts';
import type { LogPrinter } from './log-printer.ts';
import type { Output } from './output.ts';
import type { CliSession } from '../session.ts';

/** How often funkos that came to be meanwhile are looked for. What they wrote before is told too, so it only delays. */
const LOOK_EVERY_MS = 1000;

export interface LogsWork {
  readonly funkos: FunkoApi;
  readonly output: Output;
  readonly session: CliSession;
  readonly printer: LogPrinter;
}

/** What became of each. */
export type LogsResults = (LogsResult | FaasoError)[];
type Request = Omit<LogsRequest, 'name'>;

/** Prints what is there, by time. The error of a single funko is thrown, those of several are printed. */
export async function tellAll(
  names: readonly string[],
  request: Request,
  work: LogsWork,
): Promise<LogsResults> {
  const merge = new LineMerge<LogLine>(names.length, async (line) => work.printer.print(line));
  const tell = async (name: string, index: number): Promise<LogsResult | FaasoError> => {
    const onLine = async (line: LogLine): Promise<void> => merge.add(index, line);
    return tellOne({ name, ...request }, onLine, work, names.length === 1).finally(() => merge.end(index));
  };
  return Promise.all(names.map(tell));
}

/**
 * Prints lines as they come, since nobody waits for a funko that is silent. Throws `cancelled`; ends only if no log can be followed.
 * @param isOpen also follows funkos that come to be meanwhile
 */
export async function followAll(
  names: readonly string[],
  request: Request,
  work: LogsWork & { readonly isOpen: boolean },
): Promise<LogsResults> {
  const { funkos, printer, session, isOpen } = work;
  const known = new Map<string, Promise<LogsResult | FaasoError>>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  // Nothing of what a new funko wrote is too old.
  const { tail: _tail, since: _since, ...ofNew } = request;
  let active = 0;
  const follow = (name: string, asked: Request, isOnly: boolean): void => {
    active += 1;
    const onLine = async (line: LogLine): Promise<void> => printer.print(line);
    const followed = tellOne({ name, ...asked }, onLine, work, isOnly).finally(() => (active -= 1));
    followed.catch(failed.reject);
    known.set(name, followed);
  };
  for (const name of names) follow(name, request, names.length === 1 && !isOpen);
  while (isOpen && (active > 0 || known.size === 0)) {
    await Promise.race([failed.promise, pause(LOOK_EVERY_MS, undefined, { signal: session.signal })]);
    const found = await funkos.list(session.signal).catch(() => []);
    for (const { name } of found) if (!known.has(name)) follow(name, ofNew, false);
  }
  return Promise.all(known.values());
}

/** @param isOnly its error is thrown, else it is printed and given */
async function tellOne(
  request: LogsRequest,
  onLine: (line: LogLine) => Promise<void>,
  { funkos, output, session }: LogsWork,
  isOnly: boolean,
): Promise<LogsResult | FaasoError> {
  try {
    return await funkos.logs(request, onLine, session.signal);
  } catch (error) {
    if (session.signal.aborted || isOnly || !(error instanceof FaasoError)) throw error;
    output.problem(error, request.name);
    return error;
  }
}
