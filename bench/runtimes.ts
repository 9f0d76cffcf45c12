/**
 * How large images of the runtimes are, and how long their builds take: `npm run bench:runtimes`, or with names for some
 * of them: `npm run bench:runtimes -- go ruby`. What it prints is Markdown, for docs/runtimes.md.
 *
 * Each runtime is checked by the contract suite on an engine of the benchmark's own, whose build cache is empty before.
 */
import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listRuntimes, type Runtime } from '../src/builder/runtime/runtime.ts';
import { Engine } from '../src/docker/engine/engine.ts';
import { inspectImage } from '../src/docker/images.ts';
import { runContract } from '../src/runtime-check/run-contract.ts';
import { SecondEngine } from '../test/support/scenarios/second-engine.ts';

const BASES = ['debian:trixie-slim', 'node:24-slim'] as const;
const RUNTIMES = join(import.meta.dirname, '..', 'runtimes');
const MEGABYTE = 1_000_000;

const run = promisify(execFile);
const wanted = process.argv.slice(2);
const runtimes = (await listRuntimes(RUNTIMES)).filter(
  ({ name }) => wanted.length === 0 || wanted.includes(name),
);

await using second = await SecondEngine.start(BASES);
const engine = new Engine({ socketPath: second.socketPath });
const bases = await Promise.all(BASES.map(async (name) => (await inspectImage(engine, name))?.size ?? 0));

console.log('| runtime | image | of it the base | build from nothing | one line changed | checks |');
console.log('|---|---|---|---|---|---|');
for (const runtime of runtimes) console.log(await rowOf(runtime));
console.log(`\nLoad: ${loadavg()[0]?.toFixed(1)}`);

async function rowOf(runtime: Runtime): Promise<string> {
  await run('docker', ['-H', `unix://${second.socketPath}`, 'builder', 'prune', '--all', '--force']);
  const report = await runContract({ engine, runtime, runtimesFolder: RUNTIMES });
  const { imageBytes, buildSeconds, checks } = report;
  for (const { name, state, lines } of checks)
    if (state === 'failed') console.error(`${runtime.name}: ${name}: ${lines.join('\n')}`);
  const passed = checks.filter(({ state }) => state === 'passed').length;
  const cells = [
    `\`${runtime.name}\``,
    megabytes(imageBytes ?? 0),
    baseOf(runtime, imageBytes ?? 0),
    `${buildSeconds.first?.toFixed(0)} s`,
    `${buildSeconds.edited?.toFixed(1)} s`,
    `${passed} of ${checks.length}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** An image that is smaller than Debian's is made from nothing. */
function baseOf({ name }: Runtime, bytes: number): string {
  const [debian = 0, node = 0] = bases;
  const base = name === 'node' ? node : debian;
  return bytes < base ? 'none' : `${megabytes(base)} (${name === 'node' ? BASES[1] : BASES[0]})`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`;
}
