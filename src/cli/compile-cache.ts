/** The folder of the compile cache: what lies in it is run as code, so it must be nobody else's to write. */
import { chmodSync, lstatSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const OF_OTHERS = 0o022;

/**
 * Makes the folder, and the one that it lies in, for its owner alone, whatever the umask. A folder that others could write to is replaced.
 * @returns whether it can be used; without a cache everything works, more slowly
 */
export function makePrivate(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const parent = statSync(dirname(folder));
    const { uid, mode } = lstatSync(folder);
    if (parent.uid !== process.getuid?.() || uid !== parent.uid) return false;
    if ((parent.mode & OF_OTHERS) !== 0) chmodSync(dirname(folder), 0o700);
    // A link has all bits of the mode.
    if ((mode & OF_OTHERS) !== 0) remake(folder);
    return true;
  } catch {
    return false;
  }
}

function remake(folder: string): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
}
