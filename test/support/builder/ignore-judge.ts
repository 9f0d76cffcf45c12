/** Seeded .dockerignore files with folders to read them for, and what the engine takes of each: the judge of ours. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { readIgnores } from '../../../src/builder/ignore/dockerignore.ts';
import { walk } from '../../../src/builder/files/walk.ts';
import { Dice } from '../simulated-engine/dice.ts';
import { entriesOf } from './folders.ts';

const NAMES = [
  'a',
  'b',
  'ab',
  'abc',
  'a.b',
  'config',
  'prod.env',
  'x.env',
  'node_modules',
  'README.md',
  '.git',
  'a+b',
  'é',
  'a b',
  'a[1]',
  '1',
  '-',
  '^a',
  'A',
];
const WORDS = [
  '*',
  '**',
  '?',
  '*.env',
  'a*',
  '*b',
  '[ab]',
  '[^a]',
  '[a-c]*',
  '[!a]',
  '\\a',
  'a\\[1]',
  '.',
  '..',
  '*.*',
  '**a',
  'a**',
  '\\d',
  '[a/]',
  '[*]',
  '[[:alpha:]]',
  '?*',
  '***',
  '[\\]a]',
  'a^',
  '\\*',
];
const BROAD = ['*', '**', '*/*', '**/*.env', '**/[a-c]*', 'a*', '*/*/**', '**/a', 'config', '?'];
const MAX_BYTES = 256 * 1024 * 1024;

export interface Case {
  /** The text of the .dockerignore. */
  readonly patterns: string;
  /** Paths; one that ends with a slash is an empty folder. */
  readonly tree: readonly string[];
}

/** The case of a seed, the same each time. */
export function caseOf(seed: number): Case {
  const dice = new Dice(seed);
  const tree = Array.from({ length: 6 + dice.below(14) }, () => pathOf(dice));
  const lines = Array.from({ length: 1 + dice.below(6) }, () => lineOf(dice, tree));
  // Exceptions need something to be excepted from.
  const broad = dice.chance(0.6) ? [dice.one(BROAD)] : [];
  return { patterns: [...broad, ...lines].join('\n'), tree };
}

function pathOf(dice: Dice): string {
  const steps = Array.from({ length: 1 + dice.below(4) }, () => dice.one(NAMES));
  return `${steps.join('/')}${dice.chance(0.1) ? '/' : ''}`;
}

function lineOf(dice: Dice, tree: readonly string[]): string {
  // Most lines are about something that is there: else they would mean nothing.
  const steps = dice.chance(0.7)
    ? dice
        .one(tree)
        .split('/')
        .slice(0, 1 + dice.below(4))
    : pathOf(dice).split('/');
  const pattern = steps.map((step) => (dice.chance(0.35) ? dice.one(WORDS) : escaped(step))).join('/');
  const start = dice.one(['', '', '', '', '/', './', '**/', '  ', 'b/../']);
  const end = dice.one(['', '', '', '', '/', '/**', '/*', ' ']);
  // The engine takes `!/` for no pattern and `!` alone neither: those are tested by themselves.
  const whole = `${start}${pattern}${end}`;
  return dice.chance(0.4) && /[^\s/.]/.test(whole) ? `!${whole}` : whole;
}

/** A name as it stands, but for a bracket that is never closed. */
function escaped(step: string): string {
  return step.replace('[', '\\[');
}

/** Writes the files of a case to a folder that there is not yet. A path below a file, or in its place, is left out. */
export async function put(folder: string, { patterns, tree }: Case): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.dockerignore'), patterns);
  for (const path of tree) {
    const target = join(folder, path);
    await (path.endsWith('/') ? mkdir(target, { recursive: true }) : putFile(target)).catch(() => undefined);
  }
}

async function putFile(target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, 'x');
}

/** What FaaSO takes of a folder: its paths, sorted, those of folders with a slash at their end. */
export async function takenByUs(folder: string, { patterns }: Case): Promise<string[]> {
  const items = await walk(folder, { ignores: readIgnores(patterns, '.dockerignore') });
  return items.map(({ path, kind }) => (kind === 'directory' ? `${path}/` : path)).sort();
}

/** What `docker build` takes of each of several folders: one build, in which each is a context of its own. */
export async function takenByDocker(root: string, folders: readonly string[]): Promise<string[][]> {
  const main = join(root, 'main');
  const copies = folders.map((_, index) => `COPY --from=c${index} . /${index}/`);
  await mkdir(main, { recursive: true });
  await writeFile(join(main, 'Dockerfile'), ['FROM scratch', ...copies, ''].join('\n'));
  const contexts = folders.flatMap((folder, index) => ['--build-context', `c${index}=${folder}`]);
  const args = ['buildx', 'build', '--quiet', '--output', 'type=tar,dest=-', ...contexts, main];
  const options = { encoding: 'buffer', maxBuffer: MAX_BYTES } as const;
  const { stdout } = await promisify(execFile)('docker', args, options);
  const entries = await entriesOf(Readable.from([stdout]));
  const names = entries.map(({ header: { name, type } }) =>
    type === 'directory' ? `${name.replace(/\/$/, '')}/` : name,
  );
  return folders.map((_, index) => {
    const prefix = `${index}/`;
    return names
      .flatMap((name) => (name.startsWith(prefix) && name !== prefix ? [name.slice(prefix.length)] : []))
      .sort();
  });
}
