/** `faaso split FUNKO [VERSION=PERCENT VERSION=PERCENT]`: how requests are shared between two versions. */
import { InvalidArgumentError, type Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import type { FunkoStatus, SplitResult } from '../../api/funko-api.ts';
import { showingSteps } from '../output/roll-out-output.ts';
import { connect } from '../connect/connect.ts';
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
import { rollOutOf, withRollOut, type RollOutFlags } from '../options/roll-out-options.ts';

interface SplitOptions extends LocalOption, OutputOptions, RollOutFlags {}

/** As they were given: a version may come twice. */
type Weights = readonly (readonly [version: string, weight: number])[];

export function addSplit(program: Command, session: CliSession): void {
  const command = program
    .command('split')
    .summary('share the requests to a funko between two versions')
    .description(
      'Shows how the requests are shared, or shares them: both versions are brought into service, and of a hundred ' +
        'requests each gets as many as its weight says. "faaso up" or "faaso rollback" ends it.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('[weights...]', 'two versions and whole percentages that make 100: v7=90 v8=10', weightArgument)
    .action((word: string, weights: Weights, options: SplitOptions) =>
      split(word, weights, options, session),
    );
  withJson(withQuiet(withLocal(withRollOut(command))), 'print the result as JSON');
  withExamples(
    command,
    'faaso split demo',
    'faaso split demo v7=90 v8=10',
    'faaso up demo --version v8',
    'faaso rollback demo',
  );
}

async function split(
  word: string,
  weights: Weights,
  options: SplitOptions,
  session: CliSession,
): Promise<void> {
  checkWeights(weights);
  const output = new Output(session, options);
  const host = await connect(session, options);
  const name = await nameOf(word, session.folder);
  const wished = weights.length > 0;
  if (wished && options.local === true)
    output.warn('only a server shares requests: each port that --local publishes leads to one instance');
  const request = {
    name,
    ...rollOutOf(options),
    ...(wished ? { weights: Object.fromEntries(weights) } : {}),
  };
  const title = !wished ? {} : { title: `Splitting ${name}` };
  const result = await showingSteps({ host, output, session, name, ...title }, async (onEvent, signal) =>
    host.funkos.split(request, onEvent, signal),
  );
  if (options.json === true) output.json(result);
  else if (result.split.length > 0) for (const line of linesOf(result)) output.result(line);
  else output.result(unshared(await host.funkos.show(name, session.signal), options));
}

/** There is no split: one version gets all requests, or no version does. */
function unshared({ name, instances }: FunkoStatus, { local }: LocalOption): string {
  const versions = new Set(
    instances.flatMap(({ state, version }) => (state === 'stopped' ? [] : (version ?? []))),
  );
  if (versions.size === 0)
    return `${name}: no version is in service; for that: faaso up ${local === true ? '-l ' : ''}${name}`;
  return `${name}: all requests go to the version that is in service, ${[...versions].join(' and ')}`;
}

function linesOf({ funko, split: shares }: SplitResult): string[] {
  return shares.map(
    ({ version, weight, instances }) => `${funko} ${version}: ${weight} %, ${instances.join(', ')}`,
  );
}

/** Throws `usage`. */
function checkWeights(weights: Weights): void {
  const versions = new Set(weights.map(([version]) => version));
  const sum = weights.reduce((all, [, weight]) => all + weight, 0);
  if (weights.length === 0 || (weights.length === 2 && versions.size === 2 && sum === 100)) return;
  const given = weights.map(([version, weight]) => `${version}=${weight}`).join(' ');
  const rule = 'it takes two versions and whole percentages that make 100, e.g. v7=90 v8=10';
  throw new FaasoError('usage', `the weights are "${given}"; ${rule}`);
}

function weightArgument(text: string, before: Weights = []): Weights {
  const [, version = '', weight = ''] = /^(v[1-9][0-9]{0,8})=([0-9]{1,3})%?$/.exec(text) ?? [];
  if (version === '' || Number(weight) > 100)
    throw new InvalidArgumentError('It must be a version and a whole percentage, e.g. v8=10.');
  return [...before, [version, Number(weight)]];
}
