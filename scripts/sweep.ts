/**
 * Finds and removes what a test run left behind: containers, networks, volumes and images that carry the run's id in a
 * label or in their name, and processes that have it in their environment.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Leftover {
  readonly kind: 'process' | 'container' | 'network' | 'volume' | 'image';
  /** What the engine or the kernel knows it by. */
  readonly id: string;
  /** What a person knows it by. */
  readonly name: string;
}

/** Ids that runs of this project have; what is labelled otherwise was made by hand and is never swept. */
const RUN_ID = /\bt[0-9a-f]{8}\b/g;

/** A new run's id, e.g. `t1f00ba42`. It fits into every name that Docker or FaaSO allows. */
export function newRunId(): string {
  return `t${crypto.randomUUID().slice(0, 8)}`;
}

/** Everything of this run that still exists. The order is the one in which it can be removed. */
export async function leftovers(run: string): Promise<Leftover[]> {
  const things = [
    await processesOf(run),
    ...(await Promise.all([containers(run), networks(run), volumes(run), images(run)])),
  ];
  return things.flat();
}

/** Removes them, in order. What is gone by itself in the meantime is fine. */
export async function remove(things: readonly Leftover[]): Promise<void> {
  for (const { kind, id } of things) {
    if (kind === 'process') kill(Number(id));
    else await docker(REMOVAL[kind], id).catch(ignoreMissing);
  }
}

/**
 * Runs that were killed before they could clean up: their things exist, and no process of theirs does.
 * Empty where processes cannot be looked at (no /proc).
 */
export async function deadRuns(): Promise<string[]> {
  const alive = await environments();
  if (alive.size === 0) return [];
  const lines = await Promise.all([
    docker(['ps', '--all'], '--filter', 'label=faaso.test', '--format', '{{.Label "faaso.test"}}'),
    docker(['network', 'ls'], '--filter', 'label=faaso.test', '--format', '{{.Label "faaso.test"}}'),
    docker(['volume', 'ls'], '--filter', 'label=faaso.test', '--format', '{{.Label "faaso.test"}}'),
    docker(['image', 'ls'], '--filter', 'label=faaso.test', '--format', '{{.Repository}}:{{.Tag}}'),
  ]);
  const runs = new Set(lines.join('\n').match(RUN_ID) ?? []);
  return [...runs].filter(
    (run) => ![...alive.values()].some((text) => text.includes(`FAASO_TEST_RUN=${run}`)),
  );
}

const REMOVAL = {
  container: ['rm', '--force', '--volumes'],
  network: ['network', 'rm'],
  volume: ['volume', 'rm', '--force'],
  image: ['image', 'rm', '--force'],
} as const;

async function docker(command: readonly string[], ...rest: string[]): Promise<string> {
  const { stdout } = await execute('docker', [...command, ...rest], { maxBuffer: 1 << 26 });
  return stdout.trim();
}

function ignoreMissing(error: unknown): void {
  if (!/no such|not found/i.test(String(error))) throw error;
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

const containers = (run: string): Promise<Leftover[]> =>
  listed('container', run, ['ps', '--all', '--no-trunc'], '{{.ID}} {{.Names}} {{.Labels}}');
const networks = (run: string): Promise<Leftover[]> =>
  listed('network', run, ['network', 'ls', '--no-trunc'], '{{.ID}} {{.Name}} {{.Labels}}');
const volumes = (run: string): Promise<Leftover[]> =>
  listed('volume', run, ['volume', 'ls'], '{{.Name}} {{.Name}} {{.Labels}}');

/** Images are named by their tag, for one image can have tags of several runs; `image ls` shows no labels. */
async function images(run: string): Promise<Leftover[]> {
  const tag = '{{.Repository}}:{{.Tag}} {{.Repository}}:{{.Tag}}';
  const named = await listed('image', run, ['image', 'ls'], tag);
  const untagged = [
    'image',
    'ls',
    '--no-trunc',
    '--filter',
    'dangling=true',
    '--filter',
    `label=faaso.test=${run}`,
  ];
  return [...named, ...(await listed('image', run, untagged, `{{.ID}} {{.ID}} ${run}`))];
}

async function listed(
  kind: Leftover['kind'],
  run: string,
  command: string[],
  format: string,
): Promise<Leftover[]> {
  const output = await docker(command, '--format', format);
  const lines = output.split('\n').filter((line) => line.includes(run));
  return lines.map((line) => {
    const [id = '', name = ''] = line.split(' ');
    return { kind, id, name };
  });
}

/** The processes of this run that still live, but for this one. */
export async function processesOf(run: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const [id, text] of await environments()) {
    if (!text.includes(`FAASO_TEST_RUN=${run}`) || ancestors().includes(id)) continue;
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    found.push({ kind: 'process', id, name: command.replaceAll('\0', ' ').trim() });
  }
  return found;
}

/** This process and the shell that may have started it, both with the run's id in their environment. */
function ancestors(): string[] {
  return [String(process.pid), String(process.ppid)];
}

/** The environment of every process that may be looked at, by its id. */
async function environments(): Promise<Map<string, string>> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^[0-9]+$/.test(name));
  const texts = await Promise.all(ids.map((id) => readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')));
  return new Map(ids.map((id, at) => [id, texts[at] ?? '']));
}
