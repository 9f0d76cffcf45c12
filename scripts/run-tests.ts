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
import { setTimeout as sleep } from 'node:timers/promises';
import { run as runFiles } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deadRuns, leftovers, newRunId, processesOf, remove, type Leftover } from './sweep.ts';

const KINDS = ['unit', 'engine', 'all'];
const ONE_TEST_MS = 300_000;
/** A test that never lets go of its thread outlives every other deadline. */
const UNIT_TESTS_MS = 10 * 60_000;
const ENGINE_TESTS_MS = 30 * 60_000;
/** What earlier runs left in the engine's build cache beyond this is removed first; during a run the proxies of tests cut nothing. */
const CACHE_AT_START = '20GB';

const root = fileURLToPath(new URL('..', import.meta.url));
const execute = promisify(execFile);
/** In the environment of everything that is started from here: so a run is known to live. */
const run = (process.env['FAASO_TEST_RUN'] ??= newRunId());
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
  const stop = interrupted();
  await runAll('unit', unit, Math.max(4, availableParallelism()), limit(UNIT_TESTS_MS, stop));
  await nothingLeft(() => processesOf(run));
  if (engine.length > 0 && !stop.aborted)
    await withEngine(() => runAll('engine', engine, 2, limit(ENGINE_TESTS_MS, stop)));
  report();
}

async function testFiles(wanted: readonly string[]): Promise<string[]> {
  const names = await readdir(`${root}test`, { recursive: true });
  const files = names.filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name}`);
  const chosen = files.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
  return chosen.sort().map((file) => root + file);
}

async function runAll(
  title: string,
  files: string[],
  concurrency: number,
  signal: AbortSignal,
): Promise<void> {
  if (files.length === 0) return;
  console.log(`\n${title} tests: ${files.length} files, ${concurrency} at a time`);
  const env = { ...process.env, FAASO_TEST_IMAGE: image };
  const tests = runFiles({ files, concurrency, signal, timeout: ONE_TEST_MS, env });
  tests.on('test:fail', ({ name, file, line, todo }) => {
    if (todo === undefined)
      failures.push(`${file === undefined ? '' : `${relative(root, file)}:${line}  `}${name}`);
  });
  const reporter = tests.pipe(new spec());
  reporter.pipe(process.stdout, { end: false });
  await finished(reporter, { writable: false });
  if (signal.aborted)
    failures.push(`The ${title} tests were stopped before the end: ${String(signal.reason)}`);
}

/** The proxy's image is built once for all files; it and everything else of the run is gone in the end. */
async function withEngine(work: () => Promise<void>): Promise<void> {
  for (const dead of await deadRuns()) {
    console.log(`Removing what the killed run ${dead} left behind.`);
    await remove(await leftovers(dead));
  }
  try {
    await execute('docker', ['builder', 'prune', '--force', '--keep-storage', CACHE_AT_START]);
    console.log(`\nbuilding the proxy's image ${image}`);
    await execute('docker', ['build', '--quiet', '--tag', image, '--label', `faaso.test=${run}`, root]);
    await work();
  } catch (error) {
    failures.push(
      `The proxy's image could not be built: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    await remove([{ kind: 'image', id: image, name: image }]);
    await nothingLeft(() => leftovers(run));
  }
}

/** What is on its way out gets a moment; what stays is removed, and named as a failure. */
async function nothingLeft(look: () => Promise<Leftover[]>): Promise<void> {
  const end = performance.now() + 5000;
  let left = await look();
  while (left.length > 0 && performance.now() < end) {
    await sleep(200);
    left = await look();
  }
  await remove(left);
  for (const { kind: what, name } of left)
    failures.push(`The tests left a ${what} behind (now removed): ${name}`);
}

function limit(milliseconds: number, other: AbortSignal): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(milliseconds), other]);
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
