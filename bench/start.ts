/**
 * How long commands take from their start to their end, as `npm pack` packs them (compiled, on this Node): `npm run bench:start`.
 * ROUNDS (31) can be set. The commands take turns. Prints Markdown, with Node's own start beside.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ScenarioHarness } from '../test/support/scenarios/scenario-harness.ts';
import { figuresOf, row } from './figures.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 31);
const AIM_MS = 150;

const execute = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const place = await mkdtemp(join(tmpdir(), 'faaso-bench-start-'));

try {
  await compile();
  await using world = await ScenarioHarness.start();
  const env = { ...process.env, HOME: place, FAASO_SERVER: world.url, FAASO_TOKEN: world.token };
  const main = join(place, 'dist/cli/main.js');
  print(
    await measure(
      [
        ['node -e 0', ['-e', '0']],
        ...['--version', 'help', 'runtimes', 'status', 'status --local'].map((line): [string, string[]] => [
          `faaso ${line}`,
          [main, ...line.split(' ')],
        ]),
      ],
      env,
    ),
  );
} finally {
  await rm(place, { recursive: true });
}

/** As the package has it, but with the packages of this checkout. */
async function compile(): Promise<void> {
  const tsc = join(root, 'node_modules/.bin/tsc');
  await execute(tsc, ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(place, 'dist')]);
  await copyFile(join(root, 'package.json'), join(place, 'package.json'));
  for (const folder of ['node_modules', 'runtimes']) await symlink(join(root, folder), join(place, folder));
}

async function measure(
  commands: [string, string[]][],
  env: NodeJS.ProcessEnv,
): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  // The first round fills the compile cache, and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [title, words] of commands) {
      const startedAt = performance.now();
      await execute(process.execPath, words, { cwd: place, env });
      if (round > 0) times.set(title, [...(times.get(title) ?? []), performance.now() - startedAt]);
    }
  }
  return times;
}

function print(times: Map<string, number[]>): void {
  console.log(row([`ms, ${ROUNDS} rounds`, 'median', 'worst', `under ${AIM_MS} ms`]));
  console.log(row(['---', '---', '---', '---']));
  for (const [title, all] of times) {
    const { median, worst } = figuresOf(all);
    console.log(row([`\`${title}\``, median, worst, median < AIM_MS ? 'yes' : 'no']));
  }
}
