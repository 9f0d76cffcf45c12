/** CPU profiles of FaaSO's worker: begun and ended from outside, and told as a list of functions. */
import { mkdirSync, mkdtempSync, chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { docker } from './docker.ts';
import { row } from '../figures.ts';

const FOLDER_BEGINS = join(tmpdir(), 'faaso-profiles-');
const WRITTEN_WITHIN_MS = 30_000;
const LONGEST_LIST = 40;
let folder: string | undefined;

/** The folder that the profiles are in; made at the first call. The worker, another user, writes them; only it gets in, by its mount. */
function profilesFolder(): string {
  if (folder === undefined) {
    folder = join(mkdtempSync(FOLDER_BEGINS), 'profiles');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
  }
  return folder;
}

/** What profiled.yaml needs. */
export function profileFiles(): Record<string, string> {
  return {
    BENCH_PROFILES: profilesFolder(),
    BENCH_PROFILED_WORKER: fileURLToPath(new URL('profiled-worker.js', import.meta.url)),
  };
}

/** Begins, or ends, the profile of each of the container's workers. */
export async function toggleProfile(container: string): Promise<void> {
  const lines = (await docker('top', container, '-eo', 'pid,args')).split('\n');
  const workers = lines.filter((line) => line.includes('/proxy/worker/main.js'));
  for (const line of workers) process.kill(Number.parseInt(line), 'SIGUSR2');
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Prints the functions of the newest profile by their own time, as shares of the time that was not idle. */
export async function printProfile(title: string): Promise<void> {
  const at = profilesFolder();
  const file = await written(at);
  const times = selfTimes(JSON.parse(readFileSync(join(at, file), 'utf8')) as Profile);
  const idle = times.get('(idle)') ?? 0;
  times.delete('(idle)');
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  console.log(
    `\n#### Profile: ${title} (${(busy / 1e6).toFixed(2)} s busy, ${(idle / 1e6).toFixed(2)} s idle)\n`,
  );
  console.log(`${row(['function', 'own time %'])}\n|---|---|`);
  const top = [...times].toSorted((a, b) => b[1] - a[1]).slice(0, LONGEST_LIST);
  for (const [name, time] of top) console.log(row([name, (100 * time) / busy]));
  rmSync(join(at, file));
}

/** The name of the first profile in the folder, as soon as it is there. */
async function written(at: string): Promise<string> {
  const giveUpAt = performance.now() + WRITTEN_WITHIN_MS;
  while (performance.now() < giveUpAt) {
    const file = readdirSync(at).find((name) => name.endsWith('.cpuprofile'));
    if (file !== undefined) return file;
    await sleep(100);
  }
  throw new Error(`the worker wrote no profile into ${at}`);
}

/** Function → µs in itself. */
function selfTimes({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '?';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return times;
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const place = url.replace(/^file:\/\/\/app\//, '').replace(/^node_modules\//, '');
  return place === '' ? name : `\`${name}\` ${place}:${lineNumber + 1}`;
}
