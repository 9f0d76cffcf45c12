/**
 * `npm run test:frameworks [-- [--write] [PROJECT…]]`: takes projects of other people's generators through their life, one
 * after another, in a real browser. PROJECT is a file's name in projects/, without `.ts`. `--write` renews their rows in
 * docs/frameworks.md. Ends with 1 if a project failed.
 */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from './check.ts';
import type { Project } from './project.ts';
import { leftovers, newRunId, remove } from '../../scripts/sweep.ts';

const run = (process.env['FAASO_TEST_RUN'] ??= newRunId());
const { newHome } = await import('../support/cli/faaso.ts');
const { startProxyHarness: startStand } = await import('../support/engine/proxy-harness.ts');
const { openBrowser } = await import('./browser.ts');
const { check } = await import('./check.ts');
const { own } = await import('./compare.ts');
const { rowOf, writeRows } = await import('./table.ts');

const folder = fileURLToPath(new URL('./projects', import.meta.url));
const words = process.argv.slice(2);
const wanted = words.filter((word) => word !== '--write');
const names = (await readdir(folder)).map((file) => file.replace(/\.ts$/, '')).sort();
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no project "${unknown.join('", "')}". There are: ${names.join(', ')}.`);
  process.exit(2);
}

// Ctrl-C ends the run, not the cleaning up.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void leftovers(run)
      .then(remove)
      .finally(() => process.exit(1));
  });
}

const rows: string[] = [];
try {
  await runAll(wanted.length > 0 ? wanted : names);
} finally {
  await remove(await leftovers(run));
}

async function runAll(projects: readonly string[]): Promise<void> {
  await using stand = await startStand();
  await using home = await newHome({ FAASO_SERVER: stand.url, FAASO_TOKEN: stand.token });
  await using browser = await openBrowser();
  for (const name of projects) {
    const began = performance.now();
    const took = (): string => `${name} (${Math.round((performance.now() - began) / 1000)} s)`;
    try {
      const row = await lifeOf(name, { stand, home, browser });
      rows.push(row);
      // After each one: a run of half an hour that is interrupted has not been for nothing.
      if (words.includes('--write')) await writeRows([row]);
      console.log(`✔ ${took()}\n  ${row}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`✖ ${took()}\n${String(error)}`);
    }
  }
  console.log(`\n${rows.length} passed, ${projects.length - rows.length} failed`);
}

async function lifeOf(name: string, surroundings: Surroundings): Promise<string> {
  const { project } = (await import(`./projects/${name}.ts`)) as { project: Project };
  const seen = await check(project, surroundings);
  if (project.contract !== undefined) await checkContract(project.contract, surroundings);
  // Afterwards, so that neither warms the other's caches.
  const fresh = surroundings.home.path(`own-${name}`);
  await project.make(fresh);
  return rowOf(seen, await own(project, fresh));
}

async function checkContract(runtime: string, { home }: Surroundings): Promise<void> {
  const { status, stdout, stderr } = await home.faaso(['runtimes', 'check', runtime]);
  if (status !== 0) throw new Error(`The runtime ${runtime} does not keep its contract:\n${stdout}${stderr}`);
}
