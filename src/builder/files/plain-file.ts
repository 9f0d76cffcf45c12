/** Files of a folder that is not a build context yet: it may contain anything. */
import { lstatSync, readFileSync } from 'node:fs';

/** In bytes; more no person has written. */
const LARGEST_TEXT = 1024 * 1024;

/**
 * The text of an ordinary file. Links are not followed, since they may lead out of the folder; FIFOs and devices may never end.
 * @returns undefined for anything else, for a larger file, and for one that can't be read
 */
export function plainText(path: string): string | undefined {
  try {
    const found = lstatSync(path);
    return found.isFile() && found.size <= LARGEST_TEXT ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
