/** The docker command, and what the engine knows of a container's use of the machine. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ENGINE_SOCKET = '/var/run/docker.sock';

export interface DockerOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the command when it aborts. */
  readonly signal?: AbortSignal;
  /** Ends the command after so many ms; none if left out. */
  readonly timeout?: number;
}

/** Runs `docker WORDS…`. Gives what it printed, trimmed; throws with its stderr if it fails. */
export function docker(...words: readonly string[]): Promise<string> {
  return dockerWith({}, ...words);
}

/** As `docker`, with these variables set, and with a limit. */
export async function dockerWith(
  { env = {}, ...limits }: DockerOptions,
  ...words: readonly string[]
): Promise<string> {
  const options = { maxBuffer: 1 << 26, env: { ...process.env, ...env }, ...limits };
  const { stdout } = await execute('docker', words, options);
  return stdout.trim();
}

interface Stats {
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
}

/** CPU time, user and system, that a container's processes have used so far, in µs. Read from its control group. */
export async function cpuMicros(container: string): Promise<number> {
  const path = `/containers/${container}/stats?stream=false&one-shot=true`;
  const stats = (await askEngine(path)) as Stats;
  return stats.cpu_stats.cpu_usage.total_usage / 1000;
}

/**
 * Memory of all of a container's processes together: the proportional set size, in which a page that n
 * processes share counts n times 1/n. Needs root, for the processes are other users'.
 */
export async function memoryMiB(container: string): Promise<number> {
  const pids = (await docker('top', container, '-eo', 'pid')).split('\n').slice(1);
  const sizes = await Promise.all(pids.map((pid) => pssBytes(pid.trim())));
  return sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20;
}

async function pssBytes(pid: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch((error: unknown) => {
    // It has ended since it was listed.
    if (
      (error as NodeJS.ErrnoException).code === 'ENOENT' ||
      (error as NodeJS.ErrnoException).code === 'ESRCH'
    )
      return '';
    throw error;
  });
  return Number(/^Pss: +(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

function askEngine(path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    get({ socketPath: ENGINE_SOCKET, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`the engine answered ${path} with ${response.statusCode}: ${text}`));
      });
    }).once('error', reject);
  });
}
