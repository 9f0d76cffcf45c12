/**
 * The processes that keep an engine's containers (containerd's shims), as the kernel tells of them: those of containers that the engine
 * has forgotten too, for these live on without it.
 */
import { readdir, readFile } from 'node:fs/promises';

export interface Keeper {
  readonly pid: number;
  /** The ID of its container. */
  readonly container: string;
  /** The container's first process, if it has begun. */
  readonly children: readonly number[];
}

/** The keepers of the engine that has its files in this folder. */
export async function keepersOf(folder: string): Promise<Keeper[]> {
  const processes = await Promise.all(
    (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(look),
  );
  const there = processes.filter((one) => one !== undefined);
  return there
    .filter(
      ({ words }) =>
        words[0]?.includes('containerd-shim') === true && words.some((word) => word.startsWith(`${folder}/`)),
    )
    .map(({ pid, words }) => ({
      pid,
      container: words[words.indexOf('-id') + 1] ?? '',
      children: there.filter(({ parent }) => parent === pid).map((child) => child.pid),
    }));
}

/** Kills keepers and what they keep; the keepers first, else these would tell the engine how the containers ended. */
export function end(keepers: readonly Keeper[]): void {
  for (const pid of [...keepers.map(({ pid }) => pid), ...keepers.flatMap(({ children }) => children)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended with its keeper.
    }
  }
}

async function look(pid: string): Promise<{ pid: number; parent: number; words: string[] } | undefined> {
  try {
    const [stat, line] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // pid (name) state parent …; the name may have any character in it.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { pid: Number(pid), parent, words: line.split('\0') };
  } catch {
    return undefined;
  }
}
