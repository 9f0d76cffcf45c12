/** The folder of the funko under test: the runtime's template, then the contract's files and changes. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findRuntime, type Runtime } from '../builder/runtime/runtime.ts';
import { scaffold } from '../builder/runtime/scaffold.ts';
import { FaasoError } from '../errors.ts';
import { readManifest } from '../funko/manifest/manifest.ts';
import { MANIFEST_FILE } from '../funko/manifest/schema.ts';
import type { ContractChange, Contract } from './contract.ts';

/** Makes the folder as `faaso new` does. Throws `bad_runtime` if the template names another runtime. */
export async function makeFolder(folder: string, runtime: Runtime, runtimesFolder: string): Promise<void> {
  await scaffold({ name: 'check', runtime: runtime.reference, folder, runtimesFolder });
  const file = join(folder, MANIFEST_FILE);
  const { manifest } = readManifest(await readFile(file, 'utf8'), file);
  const named = manifest.runtime ?? '';
  const found = await findRuntime(named, {
    runtimesFolder,
    from: folder,
    place: `template/${MANIFEST_FILE}: `,
  });
  if (found.folder === runtime.folder) return;
  throw new FaasoError(
    'bad_runtime',
    `the template's ${MANIFEST_FILE} names the runtime ${found.folder}; name it ${MANIFEST_FILE}.ejs and write "runtime: <%= runtime %>"`,
  );
}

/** Lays the contract's files over it. */
export async function layFiles(folder: string, files: Contract['files']): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, typeof content === 'string' ? content : Buffer.alloc(content.bytes ?? 0, 'x'));
  }
}

/**
 * Changes a file.
 * @returns what puts it back
 * @throws FaasoError `bad_runtime` if the file or the text to find is not there
 */
export async function change(
  folder: string,
  { file, find, replace }: ContractChange,
): Promise<() => Promise<void>> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new FaasoError('bad_runtime', `the funko under test has no file ${file}`, { cause: error });
  });
  if (!text.includes(find))
    throw new FaasoError('bad_runtime', `${file} does not contain ${JSON.stringify(find)}`);
  await writeFile(
    path,
    text.replace(find, () => replace),
  );
  return async () => writeFile(path, text);
}
