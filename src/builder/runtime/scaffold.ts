/** `faaso new`: a runtime's template becomes a folder that can be built at once. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import { isFunkoName, NAME_RULE } from '../../funko/naming/names.ts';
import { findRuntime, optionDefaults, type Runtime, type TrustCheck } from './runtime.ts';
import { TEMPLATE_FOLDER } from './runtime-files.ts';
import { renderedPath, renderTemplate, TEMPLATE_SUFFIX, type TemplateData } from './template.ts';
import { walk, type ContextItem } from '../files/walk.ts';

export interface ScaffoldRequest {
  /** The funko's name. */
  readonly name: string;
  /** A runtime's name, or a path that begins with `./`, `../` or `/`. */
  readonly runtime: string;
  /** What a relative path of a runtime starts from; the working directory if absent. */
  readonly from?: string;
  /** The folder to make; it may exist if it is empty. */
  readonly folder: string;
  readonly runtimesFolder: string;
  /** Asked before the template of a runtime that is named by a path is rendered; all are trusted if absent. */
  readonly trust?: TrustCheck | undefined;
}

/**
 * Copies a runtime's template to a new folder. The folder appears whole or not at all.
 * @returns the files that were made, relative to the folder, sorted
 * @throws FaasoError `bad_name`, `unknown_runtime`, `bad_runtime`, `conflict` if the folder is not empty
 */
export async function scaffold(request: ScaffoldRequest): Promise<string[]> {
  checkName(request.name);
  const folder = resolve(request.folder);
  const exists = await checkFree(folder);
  const runtime = await findRuntime(request.runtime, {
    runtimesFolder: request.runtimesFolder,
    from: request.from ?? process.cwd(),
    place: '',
    trust: request.trust,
  });
  const data = { funko: { name: request.name }, options: optionDefaults(runtime), has: () => false };
  const locals = { ...data, runtime: referenceFrom(folder, request, runtime) };
  const items = await templateItems(runtime);
  await mkdir(dirname(folder), { recursive: true });
  const aside = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    for (const item of items) await make(aside, item, runtime, locals);
    await chmod(aside, 0o755);
    if (exists) await fill(folder, aside);
    else await moveTo(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return items.filter(({ kind }) => kind !== 'directory').map((item) => targetOf(item, runtime));
}

function checkName(name: string): void {
  if (isFunkoName(name)) return;
  throw new FaasoError(
    'bad_name',
    `${JSON.stringify(name)} can't be a funko's name; it must be ${NAME_RULE}.`,
  );
}

/** Whether it is there, empty. */
async function checkFree(folder: string): Promise<boolean> {
  try {
    if ((await readdir(folder)).length > 0) throw taken(folder, 'is not empty');
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOTDIR') throw taken(folder, 'is a file');
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    return false;
  }
}

function taken(folder: string, why: string): FaasoError {
  return new FaasoError('conflict', `${folder} ${why}; choose another name or folder, or move it away.`);
}

async function templateItems(runtime: Runtime): Promise<ContextItem[]> {
  const folder = join(runtime.folder, TEMPLATE_FOLDER);
  try {
    return await walk(folder);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    throw new FaasoError(
      'bad_runtime',
      `The runtime "${runtime.name}" has no template: ${folder} does not exist.`,
      { cause: error },
    );
  }
}

async function make(root: string, item: ContextItem, runtime: Runtime, locals: TemplateData): Promise<void> {
  const path = join(root, targetOf(item, runtime));
  if (item.kind === 'directory') await mkdir(path);
  else if (item.kind === 'symlink') await symlink(item.target, path);
  else if ('file' in item.content) {
    const mode = (item.mode & 0o111) === 0 ? 0o644 : 0o755;
    await writeFile(path, await contentOf(item.content.file, locals), { mode });
  }
}

async function contentOf(file: string, locals: TemplateData): Promise<Buffer | string> {
  const bytes = await readFile(file);
  if (!file.endsWith(TEMPLATE_SUFFIX)) return bytes;
  return renderTemplate(bytes.toString('utf8'), file, locals);
}

/** How the new funko.yml names the runtime, as YAML: a path that was relative stays so, seen from the new folder. */
function referenceFrom(folder: string, { runtime: given }: ScaffoldRequest, runtime: Runtime): string {
  if (given === runtime.name) return given;
  const path = isAbsolute(given) ? given : relative(folder, runtime.folder);
  const reference = /^(\/|\.{1,2}\/)/.test(path) ? path : `./${path}`;
  return /^[\w./@-]+$/.test(reference) ? reference : JSON.stringify(reference);
}

function targetOf(item: ContextItem, runtime: Runtime): string {
  return item.kind === 'file' ? renderedPath(item.path, runtime.folder) : item.path;
}

/** A rename replaces an empty folder, and nothing else: the faster of two processes wins. */
async function moveTo(aside: string, folder: string): Promise<void> {
  try {
    await rename(aside, folder);
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(systemCodeOf(error) ?? '')) throw taken(folder, 'is not empty');
    throw new FaasoError('conflict', `${folder} can't be made: ${messageOf(error)}`, { cause: error });
  }
}

/** The folder stays the same one, since a shell may be in it. */
async function fill(folder: string, aside: string): Promise<void> {
  await checkFree(folder);
  for (const name of await readdir(aside)) await rename(join(aside, name), join(folder, name));
}
