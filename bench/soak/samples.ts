/** What the proxy's processes hold, looked at from outside. Needs root: they are other users'. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { docker } from '../../test/support/engine/docker-cli.ts';

/** One process at one moment. */
export interface ProcessSample {
  /** `parent`, `worker 1`, … by their age. */
  readonly process: string;
  readonly pid: number;
  readonly pssMiB: number;
  readonly heapMiB: number;
  readonly sockets: number;
  /** All open files, sockets among them. */
  readonly files: number;
}

export interface Sample {
  /** Seconds since the load began. */
  readonly at: number;
  readonly processes: readonly ProcessSample[];
}

/** Looks at all of the container's Node.js processes. */
export async function processesOf(container: string): Promise<ProcessSample[]> {
  const lines = (await docker('top', container, '-eo', 'pid,args')).split('\n');
  const pids = (part: string): number[] =>
    lines
      .filter((line) => line.includes(part) && !line.includes('-init'))
      .map((line) => Number.parseInt(line));
  const parents = pids('dist/proxy/parent/main.js').map((pid) => look('parent', pid));
  const workers = pids('/proxy/worker/main.js').map((pid, at) => look(`worker ${at + 1}`, pid));
  return Promise.all([...parents, ...workers]);
}

async function look(process: string, pid: number): Promise<ProcessSample> {
  const [memory, status, names] = await Promise.all([
    readFile(`/proc/${pid}/smaps_rollup`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
  ]);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  const inside = /^NSpid:.*\s(\d+)$/m.exec(status)?.[1] ?? '';
  const heap = await readFile(`/proc/${pid}/root/tmp/heap-${inside}`, 'utf8').catch(() => 'NaN');
  return {
    process,
    pid,
    pssMiB: Number(/^Pss: +(\d+) kB$/m.exec(memory)?.[1] ?? NaN) / 1024,
    heapMiB: Number(heap === '' ? NaN : heap) / 2 ** 20,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
    files: targets.filter((target) => target !== '').length,
  };
}
