/** What the templates of a runtime may name, for one build context. */
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import { aptfilePackages } from './aptfile.ts';
import { imageCommand } from '../dockerfile/image-command.ts';
import { procfileCommand } from './procfile.ts';
import type { Runtime } from './runtime.ts';
import { TemplateRefusal, type TemplateData } from './template.ts';
import { unreadable, type ContextItem } from '../files/walk.ts';

/** A module of the runtime whose default export gives templates more names. */
export const HELPERS_FILE = 'helpers.mjs';
/** What that imports. */
export const HELPERS_FOLDER = 'helpers';

/** What is known of a funko before its files are. */
export type RuntimeData = Pick<TemplateData, 'funko' | 'options' | 'onlyBuilds' | 'buildStages'>;

/** Makes the names of a runtime's own out of those that all templates have. */
type Helpers = (data: TemplateData) => Readonly<Record<string, unknown>>;

/**
 * The names for the templates of a runtime.
 * @param items the merged build context
 * @param place what their sentences begin with, e.g. `demo/`
 * @param warnings gets what templates warn of
 * @throws FaasoError `bad_runtime` if the runtime's helpers can't be loaded
 */
export async function templateData(
  runtime: Runtime,
  data: RuntimeData,
  items: readonly ContextItem[],
  { place, warnings }: { readonly place: string; readonly warnings: string[] },
): Promise<TemplateData> {
  const known = new Map(items.map((item) => [item.path, item]));
  const fail = (sentence: string): never => {
    throw new TemplateRefusal(place + sentence);
  };
  const common: TemplateData = {
    onlyBuilds: false,
    buildStages: '',
    ...data,
    files: [...known.values()].filter(({ kind }) => kind !== 'directory').map(({ path }) => path),
    has: (path) => known.has(path),
    text: (path) => textOf(known.get(path)),
    warn: (sentence) => {
      if (!warnings.includes(place + sentence)) warnings.push(place + sentence);
    },
    fail,
    command: imageCommand,
    procfile: (type) => procfileCommand(textOf(known.get('Procfile')), type),
    aptfile: () => aptfilePackages(textOf(known.get('Aptfile')), fail),
  };
  const helpers = await helpersOf(runtime);
  return helpers ? { ...common, helpers: helpers(common) } : common;
}

function textOf(item: ContextItem | undefined): string | undefined {
  if (item?.kind !== 'file') return undefined;
  if ('bytes' in item.content) return Buffer.from(item.content.bytes).toString();
  try {
    return readFileSync(item.content.file, 'utf8');
  } catch (error) {
    throw unreadable(item.content.file, error);
  }
}

/**
 * What the runtime's helpers.mjs makes; undefined if it has none.
 * @throws FaasoError `bad_runtime` if it can't be loaded
 */
export async function helpersOf({ folder }: Runtime): Promise<Helpers | undefined> {
  const file = join(folder, HELPERS_FILE);
  try {
    // One that has changed is another module: a runtime is written while it is tried.
    const { mtimeMs } = await stat(file);
    const module = (await import(`${pathToFileURL(file).href}?${mtimeMs}`)) as { default: Helpers };
    return module.default;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw new FaasoError('bad_runtime', `${file}: it can't be loaded: ${messageOf(error)}`, { cause: error });
  }
}
