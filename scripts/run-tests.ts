/**
 * Runs the tests: `node scripts/run-tests.ts unit|engine|all [PART_OF_A_PATH…]`.
 * First those that need nothing (*.test.ts), then those that need an engine (*.engine.test.ts), a few files at a time.
 * What failed is said again at the end. A run that leaves anything behind in the engine has failed.
 */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { finished } from 'node:stream/promises';
import { run as runFiles } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deadRuns, leftovers, newRunId, remove } from './sweep.ts';

const KINDS = ['unit', 'engine', 'all'];
const ONE_TEST_MS = 120_000;
const ALL_TESTS_MS = 12 * 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const execute = promisify(execFile);
const run = process.env['FAASO_TEST_RUN'] ?? newRunId();
const image = `faaso-proxy-test:${run}`;
const failures: string[] = [];

const [kind = 'all', ...parts] = process.argv.slice(2);
if (KINDS.includes(kind)) await main();
else {
  console.error(`"${kind}" is no kind of test. Allowed: ${KINDS.join(', ')}.`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const files = await testFiles(parts);
  const engine = kind === 'unit' ? [] : files.filter((file) => file.endsWith('.engine.test.ts'));
  const unit = kind === 'engine' ? [] : files.filter((file) => !file.endsWith('.engine.test.ts'));
  if (engine.length + unit.length === 0) failures.push(`No test file matches: ${[kind, ...parts].join(' ')}`);
  const stop = AbortSignal.any([AbortSignal.timeout(ALL_TESTS_MS), interrupted()]);
  await runAll('unit', unit, Math.max(4, availableParallelism()), stop);
  if (engine.length > 0 && !stop.aborted) await withEngine(() => runAll('engine', engine, 2, stop));
  if (stop.aborted) failures.push(`Stopped before the end: ${String(stop.reason)}`);
  report();
}

async function testFiles(wanted: readonly string[]): Promise<string[]> {
  const names = await readdir(`${root}test`, { recursive: true });
  const files = names.filter((name) => name.endsWith('.test.ts')).map((name) => `${root}test/${name}`);
  return files.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part))).sort();
}

async function runAll(
  title: string,
  files: string[],
  concurrency: number,
  signal: AbortSignal,
): Promise<void> {
  if (files.length === 0) return;
  console.log(`\n${title} tests: ${files.length} files, ${concurrency} at a time`);
  const env = { ...process.env, FAASO_TEST_RUN: run, FAASO_TEST_IMAGE: image };
  const tests = runFiles({ files, concurrency, signal, timeout: ONE_TEST_MS, forceExit: true, env });
  tests.on('test:fail', ({ name, file, line, todo }) => {
    if (todo === undefined)
      failures.push(`${file === undefined ? '' : `${relative(root, file)}:${line}  `}${name}`);
  });
  const reporter = tests.pipe(new spec());
  reporter.pipe(process.stdout, { end: false });
  await finished(reporter, { writable: false });
}

/** The proxy's image is built once for all files; it and everything else of the run is gone in the end. */
async function withEngine(work: () => Promise<void>): Promise<void> {
  for (const dead of await deadRuns()) {
    console.log(`Removing what the killed run ${dead} left behind.`);
    await remove(await leftovers(dead));
  }
  try {
    console.log(`\nbuilding the proxy's image ${image}`);
    await execute('docker', ['build', '--quiet', '--tag', image, '--label', `faaso.test=${run}`, root]);
    await work();
  } catch (error) {
    failures.push(
      `The proxy's image could not be built: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    const left = await leftovers(run);
    await remove(left);
    for (const { kind: what, name } of left) {
      if (name !== image) failures.push(`The tests left a ${what} behind (now removed): ${name}`);
    }
  }
}

/** Ctrl-C ends the tests, not the cleaning up. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new Error(`interrupted by ${name}`)));
  }
  return controller.signal;
}

function report(): void {
  if (failures.length === 0) {
    console.log('\nEverything passed, and nothing was left behind.');
    process.exit(0);
  }
  console.log(`\n${failures.length} failed:\n${failures.map((failure) => `  ✖ ${failure}`).join('\n')}`);
  process.exit(1);
}
