/** `faaso runtimes [show|check]`: which runtimes there are, what one is like, and whether it does what it must. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Runtime } from '../../builder/runtime/runtime.ts';
import { FaasoError } from '../../errors.ts';
import { didYouMean } from '../../funko/suggest.ts';
import type { CheckResult, ContractReport } from '../../runtime-check/run-contract.ts';
import { FAILURE, Reported } from '../exit.ts';
import { duration } from '../output/durations.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { tableLines } from '../output/table.ts';
import { wrapLine } from '../output/wrap.ts';
import { runtimesFolder } from '../folders/runtimes-folder.ts';
import type { CliSession } from '../session.ts';
import { localBuildCgroup } from '../settings.ts';
import { withExamples, withJson, withQuiet, type OutputOptions } from '../options/shared-options.ts';

const HEAD = ['RUNTIME', 'VERSION', 'DESCRIPTION'];
const MEGABYTE = 1_000_000;

export function addRuntimes(program: Command, session: CliSession): void {
  const command = program
    .command('runtimes')
    .summary('list, explain and check runtimes')
    .description('Lists the runtimes that come with FaaSO.')
    // So that an unknown word is told as an unknown command.
    .allowExcessArguments()
    .action(async (options: OutputOptions, { args, commands }: Command) => {
      if (args[0] !== undefined) throw unknown(args[0], commands);
      await list(options, session);
    });
  withQuiet(withJson(command, 'print them as one JSON array'));
  withExamples(command, 'faaso runtimes', 'faaso runtimes show node', 'faaso runtimes check ./my-runtime');
  addList(command, session);
  addShow(command, session);
  addCheck(command, session);
  addTrust(command, session);
}

/** The same as the command without a word. */
function addList(command: Command, session: CliSession): void {
  const own = command
    .command('list')
    .summary('list the runtimes')
    .description('Lists the runtimes that come with FaaSO, as "faaso runtimes" does.')
    .action((options: OutputOptions) => list(options, session));
  withQuiet(withJson(own, 'print them as one JSON array'));
  withExamples(own, 'faaso runtimes list', 'faaso runtimes list --json');
}

function addShow(command: Command, session: CliSession): void {
  const show = command
    .command('show')
    .summary("explain a runtime's options, with their defaults")
    .description(
      'Explains a runtime: its options with their defaults, the files that it needs, its health path.',
    )
    .argument('<runtime>', "a name, or a folder's path as in ./my-runtime")
    .action((reference: string, options: OutputOptions) => showOne(reference, options, session));
  withQuiet(withJson(show, 'print it as one JSON object'));
  withExamples(show, 'faaso runtimes show node', 'faaso runtimes show ./my-runtime --json');
}

function addCheck(command: Command, session: CliSession): void {
  const check = command
    .command('check')
    .summary('run the contract suite on a runtime')
    .description(
      "Builds and runs a runtime's template on this machine's engine, and checks that it does what funkos must. " +
        'What it asks stands in the contract.yml of the runtime. Exit status 1 if a check fails.',
    )
    .argument('<runtime...>', "names, or folders' paths as in ./my-runtime")
    .action((references: string[], options: OutputOptions) => checkAll(references, options, session));
  withQuiet(withJson(check, 'print a report as one JSON line for each runtime'));
  withExamples(check, 'faaso runtimes check ./my-runtime', 'faaso runtimes check node --json');
}

function addTrust(command: Command, session: CliSession): void {
  const trust = command
    .command('trust')
    .summary('let builds run the code of a runtime of your own')
    .description(
      'Keeps that a runtime is trusted as it is now. Its templates and its helpers.mjs run on this machine, with all the rights that you ' +
        'have, so that builds ask before they use a runtime that funko.yml names by a path, and again when it has changed.',
    )
    .argument('<runtime...>', "folders' paths as in ./my-runtime")
    .action((paths: string[], options: OutputOptions) => trustAll(paths, options, session));
  withExamples(withQuiet(trust), 'faaso runtimes trust ./my-runtime');
}

async function trustAll(
  paths: readonly string[],
  options: OutputOptions,
  session: CliSession,
): Promise<void> {
  const { trustRuntime } = await import('../folders/trusted-runtimes.ts');
  const output = new Output(session, options);
  for (const path of paths) {
    const { folder } = await find(resolve(session.folder, path), session);
    await trustRuntime(folder, session);
    output.note(`${folder} is trusted as it is now`);
  }
}

function unknown(word: string, commands: readonly Command[]): FaasoError {
  const names = commands.map((command) => command.name());
  const hint = didYouMean(word, names) || ` There are: ${names.join(', ')}.`;
  return new FaasoError('usage', `there is no command "runtimes ${word}".${hint} See: faaso help runtimes`);
}

async function list(options: OutputOptions, session: CliSession): Promise<void> {
  const { listRuntimes } = await import('../../builder/runtime/runtime.ts');
  const runtimes = await listRuntimes(runtimesFolder());
  const output = new Output(session, options);
  if (options.json === true) {
    const { runtimeJson } = await import('../output/runtime-page.ts');
    output.json(runtimes.map(runtimeJson), 2);
    return;
  }
  const rows = runtimes.map(({ name, version = '-', description }) => [name, version, description]);
  const cells = [HEAD, ...rows].map((row) => row.map((text) => ({ text })));
  for (const line of tableLines(cells, output.width)) output.result(line);
}

async function showOne(reference: string, options: OutputOptions, session: CliSession): Promise<void> {
  const runtime = await find(reference, session);
  const output = new Output(session, options);
  const { runtimeJson, runtimeLines } = await import('../output/runtime-page.ts');
  if (options.json === true) output.json(runtimeJson(runtime), 2);
  else
    for (const line of runtimeLines(runtime).flatMap((each) => wrapLine(each, output.width)))
      output.result(line);
}

/** A folder is meant by whatever is no bare word: `./mine`, `../mine`, `/mine`, and `mine/` too. */
async function find(reference: string, { folder }: CliSession): Promise<Runtime> {
  const { findRuntime } = await import('../../builder/runtime/runtime.ts');
  const path = reference.includes('/') ? resolve(folder, reference) : reference;
  return findRuntime(path, { runtimesFolder: runtimesFolder(), from: folder, place: '' });
}

async function checkAll(
  references: readonly string[],
  options: OutputOptions,
  session: CliSession,
): Promise<void> {
  const output = new Output(session, options);
  const runtimes = await Promise.all(references.map(async (reference) => find(reference, session)));
  let passed = true;
  for (const runtime of runtimes) passed = (await checkOne(runtime, options, session, output)) && passed;
  if (!passed) throw new Reported(FAILURE);
}

async function checkOne(
  runtime: Runtime,
  options: OutputOptions,
  session: CliSession,
  output: Output,
): Promise<boolean> {
  const [{ nearEngine }, { runContract }] = await Promise.all([
    import('../connect/local-engine.ts'),
    import('../../runtime-check/run-contract.ts'),
  ]);
  const engine = await nearEngine('faaso runtimes check', session, {
    buildCgroup: localBuildCgroup(session.environment),
  });
  output.note(`${runtime.name} (${runtime.folder})`);
  output.busy(`checking ${runtime.name}`);
  try {
    const report = await runContract({
      engine,
      runtime,
      runtimesFolder: runtimesFolder(),
      signal: session.signal,
      onCheck: (result) => tell(result, options, output),
    });
    if (options.json === true) output.json(report);
    else output.result(summaryOf(report));
    return report.passed;
  } finally {
    output.idle();
  }
}

function tell({ name, state, seconds, lines }: CheckResult, options: OutputOptions, output: Output): void {
  if (options.json === true) return;
  const mark = state === 'passed' ? output.style('green', 'passed') : output.style('red', 'failed');
  const line = `  ${mark}  ${printable(name)}  ${duration(seconds)}`;
  if (state === 'passed') output.note(line);
  else for (const each of [line, ...lines.map((text) => `          ${printable(text)}`)]) output.always(each);
}

function summaryOf({ runtime, passed, checks, imageBytes, buildSeconds }: ContractReport): string {
  const failed = checks.filter(({ state }) => state === 'failed').length;
  const verdict = passed
    ? `all ${checks.length} checks passed`
    : `${failed} of ${checks.length} checks failed`;
  const size = imageBytes === null ? [] : [`image ${Math.round(imageBytes / MEGABYTE)} MB`];
  const first = buildSeconds.first === null ? [] : [`built in ${duration(buildSeconds.first)}`];
  const edited = buildSeconds.edited === null ? [] : [`one line changed: ${duration(buildSeconds.edited)}`];
  return [`${runtime}: ${verdict}`, ...size, ...first, ...edited].join(', ');
}
