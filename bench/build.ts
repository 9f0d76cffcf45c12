/**
 * How long builds take, beside plain `docker build` of the exported context: `npm run bench:build`. ROUNDS (5), RUNTIMES
 * (node,python) and CASES (cold,warm) can be set. Every figure is the time of a whole command, from its start to its end. In each round each case
 * is measured once for each of the three, in turn; a change is another one for each, since the engine's cache is one for
 * all. Prints Markdown; what it makes goes away, also on Ctrl-C.
 */
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerQuietly } from '../test/support/engine/docker-cli.ts';
import { ScenarioHarness } from '../test/support/scenarios/scenario-harness.ts';
import { figuresOf, row } from './figures.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const RUNTIMES = (process.env['RUNTIMES'] ?? 'node,python').split(',');
const ONE_COMMAND_MS = 5 * 60_000;
const ALL_MS = 15 * 60_000;
const FAASO = new URL('../bin/faaso', import.meta.url).pathname;

const execute = promisify(execFile);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => stop.abort(new Error('stopped')));
const limit = AbortSignal.any([stop.signal, AbortSignal.timeout(ALL_MS)]);

/** One way to build a folder. */
interface Contender {
  readonly title: string;
  readonly folder: string;
  readonly build: (...options: string[]) => Promise<unknown>;
}

const ALL_CASES = ['cold', 'warm, no change', 'warm, one line changed'];
const CASES = ALL_CASES.filter((title) =>
  (process.env['CASES'] ?? 'cold,warm').split(',').some((part) => title.startsWith(part)),
);
type Times = Map<string, number[]>;

await using world = await ScenarioHarness.start();
const environment = { ...process.env, FAASO_SERVER: world.url, FAASO_TOKEN: world.token };
const place = await mkdtemp(join(tmpdir(), 'faaso-bench-build-'));
try {
  for (const runtime of RUNTIMES) await compare(runtime);
} catch (error) {
  console.error(limit.aborted ? 'stopped' : error);
  process.exitCode = 1;
} finally {
  await rm(place, { recursive: true, force: true });
}

async function compare(runtime: string): Promise<void> {
  const names = ['plain', 'local', 'server'].map((kind) => `bench-${kind}-${runtime}-${process.pid}`);
  const [plain = '', local = '', server = ''] = names;
  try {
    for (const name of [plain, local, server]) await faaso('new', name, '--runtime', runtime);
    const context = `${plain}-context`;
    await faaso('export', plain, context);
    const contenders: Contender[] = [
      {
        title: 'docker build',
        folder: context,
        build: async (...options) =>
          run('docker', 'build', '--tag', `faaso-${plain}:bench`, ...options, context),
      },
      {
        title: 'faaso build --local',
        folder: local,
        build: async (...options) => faaso('build', '-l', ...options, local),
      },
      {
        title: 'faaso build (server)',
        folder: server,
        build: async (...options) => faaso('build', ...options, server),
      },
    ];
    const titles = contenders.map(({ title }) => title);
    print(runtime, titles, await measure(contenders, await sourceOf(plain)));
  } finally {
    for (const name of names) await removeImages(name);
  }
}

async function measure(contenders: readonly Contender[], source: string): Promise<Times> {
  const times: Times = new Map();
  const mark = source.endsWith('.js') ? '//' : '#';
  // The first of all fetches and installs what every later one has in its cache.
  for (const { build } of contenders) await build();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const kind of CASES) {
      for (const contender of rotated(contenders, round)) {
        if (kind.endsWith('changed'))
          await appendFile(join(place, contender.folder, source), `${mark} ${contender.title} ${round}\n`);
        const options = kind === 'cold' ? ['--no-cache'] : [];
        const startedAt = performance.now();
        await contender.build(...options);
        const key = `${kind}/${contender.title}`;
        times.set(key, [...(times.get(key) ?? []), (performance.now() - startedAt) / 1000]);
      }
    }
  }
  return times;
}

function print(runtime: string, titles: readonly string[], times: Times): void {
  const median = (kind: string, title: string): number =>
    figuresOf(times.get(`${kind}/${title}`) ?? []).median;
  console.log(`\n#### ${runtime}: seconds, medians of ${ROUNDS} rounds\n`);
  console.log(row(['', ...titles, '× docker (local)', '× docker (server)']));
  console.log(row(['---', ...titles.map(() => '---'), '---', '---']));
  for (const kind of CASES) {
    const [plain = NaN, local = NaN, server = NaN] = titles.map((title) => median(kind, title));
    const cells = [plain, local, server, local / plain, server / plain].map((value) => value.toFixed(2));
    console.log(row([kind, ...cells]));
  }
}

/** The file of the funko's own code. */
async function sourceOf(folder: string): Promise<string> {
  const files = await readdir(join(place, folder));
  return files.find((name) => name !== 'funko.yml' && name.includes('.')) ?? 'funko.yml';
}

function rotated<T>(all: readonly T[], by: number): T[] {
  const start = by % all.length;
  return [...all.slice(start), ...all.slice(0, start)];
}

async function faaso(...words: string[]): Promise<unknown> {
  return run(FAASO, ...words);
}

async function run(command: string, ...words: string[]): Promise<unknown> {
  return execute(command, words, { cwd: place, env: environment, signal: limit, timeout: ONE_COMMAND_MS });
}

async function removeImages(name: string): Promise<void> {
  const { stdout } = await execute('docker', [
    'image',
    'ls',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    `faaso-${name}`,
  ]);
  for (const tag of stdout.split('\n').filter((line) => line !== ''))
    await dockerQuietly('image', 'rm', '--force', tag);
}
