/** `faaso prune [NAME…]`: old versions and build cache go. */
import { InvalidArgumentError, type Command } from 'commander';
import type { PruneRequest } from '../../api/funko-api.ts';
import { DEFAULT_KEPT_VERSIONS } from '../../funko/defaults.ts';
import { Interrupted, Reported } from '../exit.ts';
import { connect } from '../connect/connect.ts';
import { bytesText } from '../output/bytes.ts';
import { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';
import { nameOf } from '../folders/funko-targets.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';

interface PruneOptions extends LocalOption, OutputOptions {
  readonly keep?: number;
  /** Bytes. */
  readonly size?: number;
  /** Bytes. */
  readonly cache?: number;
}

const UNITS = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const;

export function addPrune(program: Command, session: CliSession): void {
  const command = program
    .command('prune')
    .summary('remove old versions and build cache')
    .description(
      'Removes the old versions of all funkos, or of those that are named, and cuts the build cache. What a container was ' +
        'made of stays, and so does the version that a rollback would go back to. Every build does the same by itself.',
    )
    .argument('[funko...]', 'names, or folders as in ./demo')
    .option(
      '--keep <n>',
      `how many of a funko's newest versions stay (default: the server's setting, ${DEFAULT_KEPT_VERSIONS})`,
      count,
    )
    .option('--size <size>', "how much a funko's versions may take on the disk, as in 500M or 2 GiB", bytes)
    .option('--cache <size>', "how large the engine's build cache may stay, as in 500M or 2 GiB", bytes)
    .action((words: string[], options: PruneOptions) => prune(words, options, session));
  withJson(withQuiet(withLocal(command)), 'print the result as JSON');
  withExamples(command, 'faaso prune', 'faaso prune demo --keep 1', 'faaso prune --local --cache 0');
}

async function prune(words: readonly string[], options: PruneOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const host = await connect(session, options);
  const names = await Promise.all(words.map(async (word) => nameOf(word, session.folder)));
  output.busy('removing old versions');
  try {
    const result = await host.funkos
      .prune(requestOf(names, options), session.signal)
      .catch((error: unknown) => {
        const { reason } = session.signal as { reason: unknown };
        if (!(reason instanceof Interrupted)) throw error;
        output.always('cancelled; the versions that are removed already stay removed');
        throw new Reported(reason.status);
      });
    if (options.json === true) {
      output.json(result);
      return;
    }
    for (const tag of result.removed) output.result(tag);
    const versions = result.removed.length === 1 ? '1 old version' : `${result.removed.length} old versions`;
    output.note(`Removed ${versions}, and ${bytesText(result.cacheBytes)} of build cache`);
  } finally {
    output.idle();
  }
}

function requestOf(names: readonly string[], { keep, size, cache }: PruneOptions): PruneRequest {
  return {
    ...(names.length === 0 ? {} : { funkos: names }),
    ...(keep === undefined ? {} : { keep }),
    ...(size === undefined ? {} : { bytes: size }),
    ...(cache === undefined ? {} : { cacheBytes: cache }),
  };
}

function count(text: string): number {
  const value = /^[0-9]{1,4}$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= 1000) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1000.');
}

function bytes(text: string): number {
  const [, digits, unit = ''] = /^([0-9]{1,9}) ?(?:([KMG])(?:IB)?|B)?$/.exec(text.toUpperCase()) ?? [];
  if (digits !== undefined) return Number(digits) * UNITS[unit as keyof typeof UNITS];
  throw new InvalidArgumentError(
    'It must be a number of bytes, or one with K, M or G, as in 500M or 500 MiB.',
  );
}
