/** Folders with code and without a funko.yml, for tests of detection. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { newHome, type Home } from './faaso.ts';

/** A folder `code` with these files. */
export async function homeWith(files: readonly string[], text = '', folder = 'code'): Promise<Home> {
  const home = await newHome();
  for (const file of files) await put(home, `${folder}/${file}`, text);
  return home;
}

/** Writes a file, and the folders above it. */
export async function put(home: Home, path: string, text = ''): Promise<void> {
  await mkdir(dirname(home.path(path)), { recursive: true });
  await writeFile(home.path(path), text);
}

/** What a folder's funko.yml says. */
export async function manifestOf(home: Home, folder = 'code'): Promise<unknown> {
  return parse(await readFile(home.path(folder, 'funko.yml'), 'utf8'));
}
