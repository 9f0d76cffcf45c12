/** `faaso export`: the build context as a project of its own, for which nobody needs FaaSO. */
import {
  chmod,
  lutimes,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { MANIFEST_FILE } from '../../funko/manifest/schema.ts';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import type { BuildContext } from '../context.ts';
import { composeFile, SECRETS_DIRECTORY } from './compose.ts';
import { DOCKERFILE } from '../dockerfile/dockerfile.ts';
import { userOf } from '../dockerfile/dockerfile-user.ts';
import { exportReadme } from './export-readme.ts';

/** Which `docker compose` takes by themselves. */
const COMPOSE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/**
 * Writes the build context to a new folder, with a README and a Compose file. The folder appears whole or not at all; it may exist if it is
 * empty. Reads the context's tar to its end.
 * @returns the paths that were written, folders left out, the names of README and Compose file first
 * @throws FaasoError `conflict` if the folder is not empty or can't be made, and what reading the context throws
 */
export async function exportContext(context: BuildContext, folder: string): Promise<string[]> {
  const target = resolve(folder);
  await checkFree(target);
  await mkdir(dirname(target), { recursive: true });
  const aside = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    const paths = [...(await unpack(context.tar, aside)), ...(await addDockerfile(context, aside))];
    const guides = await addGuides(context, aside, paths);
    await chmod(aside, 0o755);
    await rename(aside, target).catch((error: unknown) => {
      throw new FaasoError('conflict', `${target} can't be made: ${messageOf(error)}`, { cause: error });
    });
    return [...guides, ...paths];
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function checkFree(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return;
    throw new FaasoError('conflict', `${folder} is not a writable folder: ${messageOf(error)}`, {
      cause: error,
    });
  }
  throw new FaasoError('conflict', `${folder} is not empty; name another folder, or move it away.`);
}

/** The context's tar is FaaSO's own: its names are relative and go through no link. */
async function unpack(tar: Readable, root: string): Promise<string[]> {
  const parser = extract();
  tar.on('error', (error) => parser.destroy(error));
  tar.pipe(parser);
  const paths: string[] = [];
  const folders: [path: string, time: Date][] = [];
  for await (const entry of parser) {
    const path = join(root, entry.header.name);
    await write(entry, path);
    if (entry.header.type === 'directory') folders.push([path, entry.header.mtime]);
    else paths.push(entry.header.name);
  }
  // Last, and the innermost first: whatever is written into a folder changes its time.
  for (const [path, time] of folders.reverse()) await lutimes(path, time, time);
  return paths;
}

interface ExportEntry {
  readonly header: Header;
  resume(): unknown;
}

async function write(entry: ExportEntry, path: string): Promise<void> {
  const { type, linkname, mode, mtime } = entry.header;
  if (type === 'directory') {
    await mkdir(path, { recursive: true });
    entry.resume();
  } else if (type === 'symlink') {
    await symlink(linkname, path);
    entry.resume();
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, entry as unknown as AsyncIterable<Uint8Array>, { flag: 'wx' });
  }
  // Whatever the umask.
  if (type !== 'symlink') await chmod(path, mode);
  // As in the tar: what plain Docker makes of it has the same layers then.
  await lutimes(path, mtime, mtime);
}

/** A Dockerfile that is no part of the context; .dockerignore names it then. Gives its path. */
async function addDockerfile({ dockerfile }: BuildContext, root: string): Promise<string[]> {
  if (dockerfile === undefined) return [];
  await writeFile(join(root, DOCKERFILE), dockerfile);
  await chmod(join(root, DOCKERFILE), 0o644);
  return [DOCKERFILE];
}

/** README and Compose file are for people, funko.yml for FaaSO; they stay out of the image. A funko's own files keep their names. */
async function addGuides(context: BuildContext, root: string, paths: readonly string[]): Promise<string[]> {
  const readme = paths.includes('README.md') ? 'README.faaso.md' : 'README.md';
  const compose = COMPOSE_NAMES.some((name) => paths.includes(name)) ? 'compose.faaso.yaml' : 'compose.yaml';
  const { manifest, health } = context;
  const user = manifest.user ?? userOf(await readFile(join(root, DOCKERFILE), 'utf8'));
  await writeFile(join(root, compose), composeFile({ manifest, user: user === null ? null : String(user) }));
  await writeFile(join(root, readme), exportReadme(manifest, { health, compose }));
  const apart = context.dockerfile === undefined ? [] : [DOCKERFILE];
  const outside = [MANIFEST_FILE, readme, compose, SECRETS_DIRECTORY, '.dockerignore', ...apart];
  await writeFile(join(root, '.dockerignore'), outside.map((name) => `/${name}\n`).join(''));
  return [readme, compose];
}
