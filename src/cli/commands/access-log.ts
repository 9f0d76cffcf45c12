/** `faaso logs --requests [FUNKO…]`: the requests that funkos were sent. */
import { FaasoError } from '../../errors.ts';
import type { AccessLogEntry, AccessLogRequest } from '../../api/funko-api.ts';
import { untilInterrupted } from '../exit.ts';
import { connect } from '../connect/connect.ts';
import { AccessLogPrinter } from '../output/access-log-printer.ts';
import { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';
import { nameOf } from '../folders/funko-targets.ts';

export interface AccessLogOptions {
  readonly local?: boolean;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly tail?: number;
  readonly since?: string;
  readonly previous?: boolean;
  readonly instance?: string;
}

/**
 * Prints the requests to funkos, or to all if none is named.
 * Throws `usage` with options that are about what instances write, and what `Funkos.accessLog` throws.
 */
export async function accessLog(
  words: readonly string[],
  options: AccessLogOptions,
  session: CliSession,
): Promise<void> {
  const other =
    options.previous === true ? '--previous' : options.instance === undefined ? null : '--instance';
  if (other !== null)
    throw new FaasoError(
      'usage',
      `--requests and ${other} exclude each other: the server's access log is of funkos`,
    );
  const { funkos } = await connect(session, options);
  const names = await Promise.all(words.map(async (word) => nameOf(word, session.folder)));
  const printer = new AccessLogPrinter(new Output(session), options.json === true);
  const onEntry = async (entry: AccessLogEntry): Promise<void> => printer.print(entry);
  const tell = async (): Promise<unknown> =>
    funkos.accessLog(requestOf([...new Set(names)], options), onEntry, session.signal);
  await (options.follow === true ? untilInterrupted(session.signal, tell) : tell());
}

function requestOf(funkos: string[], { follow, tail, since }: AccessLogOptions): AccessLogRequest {
  return {
    ...(funkos.length === 0 ? {} : { funkos }),
    ...(follow === true ? { follow } : {}),
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since }),
  };
}
