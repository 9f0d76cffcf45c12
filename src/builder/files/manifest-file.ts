/** Which file of a folder is its funko.yml. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { FaasoError } from '../../errors.ts';
import { MANIFEST_FILE, MANIFEST_FILES } from '../../funko/manifest/schema.ts';

/**
 * The name of the manifest in a folder: `funko.yml` or `funko.yaml`; `funko.yml` if the folder has neither.
 * Throws `bad_manifest` if it has both.
 */
export async function manifestFileIn(folder: string): Promise<string> {
  const are = await Promise.all(MANIFEST_FILES.map(async (name) => exists(join(folder, name))));
  const found = MANIFEST_FILES.filter((_name, index) => are[index]);
  if (found.length < 2) return found[0] ?? MANIFEST_FILE;
  throw new FaasoError('bad_manifest', `${folder}: it has ${found.join(' and ')}; remove one of them`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
