/** Whether the engine has room: a build that finds none fails late, and so does everything else on that disk. */
import { statfs } from 'node:fs/promises';
import { bytesText } from '../output/bytes.ts';
import { fine, type Finding } from './finding.ts';

const LOW_BYTES = 5 * 1024 ** 3;
const TOO_LOW_BYTES = 512 * 1024 ** 2;

/** Looks at the disk of a folder of the engine; null if it is not on this machine, or can't be looked at. */
export async function checkDisk(folder: string): Promise<Finding | null> {
  const found = await statfs(folder).catch(() => undefined);
  return found ? diskFinding(folder, found.bavail * found.bsize, found.blocks * found.bsize) : null;
}

/** Judges the free bytes of a disk. Pure. */
export function diskFinding(folder: string, free: number, all: number): Finding {
  const message = `${bytesText(free)} of ${bytesText(all)} are free for the engine (${folder})`;
  if (free >= LOW_BYTES) return fine('disk', message);
  const state = free < TOO_LOW_BYTES ? 'failed' : 'warning';
  return { check: 'disk', state, message, fix: 'faaso prune; what else takes the space: docker system df' };
}
