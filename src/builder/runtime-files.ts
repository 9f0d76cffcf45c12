/** What a runtime brings into a build context: its files as they are, its templates rendered. */
import { readFile } from 'node:fs/promises';
import { FaasoError } from '../errors.ts';
import { IGNORE_FILE } from './funko-files.ts';
import { mergeItems } from './merge.ts';
import { RUNTIME_FILE, type Runtime } from './runtime.ts';
import { renderTemplate, TEMPLATE_SUFFIX, type TemplateData } from './template.ts';
import { unreadable, walk, type Item } from './walk.ts';

/** The folder that `faaso new` copies. */
export const TEMPLATE_FOLDER = 'template';

/** What the contract suite asks of funkos of the runtime. */
export const CONTRACT_FILE = 'contract.yml';

/** What a runtime's folder holds for others than the build context. */
const NEVER = new Set([RUNTIME_FILE, IGNORE_FILE, TEMPLATE_FOLDER, CONTRACT_FILE, 'README.md']);

/** What templates may name, but for `has`, which this module adds. */
export type RuntimeData = Omit<TemplateData, 'has'>;

/**
 * The runtime's files, its templates rendered. A template that the funko replaces is not rendered at all.
 * @param funko the funko's own items: `has()` in a template sees them too
 * @throws FaasoError `bad_runtime`, `bad_context`
 */
export async function runtimeFiles(
  runtime: Runtime,
  funko: readonly Item[],
  data: RuntimeData,
  signal?: AbortSignal,
): Promise<Item[]> {
  const items = await walk(runtime.folder, { never: NEVER, signal });
  const plain = items.map((item) => ({ ...item, path: withoutSuffix(item) }));
  checkTwice(plain, runtime);
  const merged = mergeItems(plain, funko);
  const paths = new Set(merged.map(({ path }) => path));
  const all: TemplateData = { ...data, has: (path) => paths.has(path) };
  const kept = new Set(merged);
  return Promise.all(
    items.flatMap((item, index) => {
      const target = plain[index];
      return target && kept.has(target) ? [rendered(item, target, all)] : [];
    }),
  );
}

/**
 * Checks that the merged context has what the runtime needs.
 * @param position where funko.yml names the runtime
 * @throws FaasoError `bad_context`
 */
export function checkNeeds(
  runtime: Runtime,
  items: readonly Item[],
  data: RuntimeData,
  position: string,
): void {
  const paths = new Set(items.map(({ path }) => path));
  const all: TemplateData = { ...data, has: (path) => paths.has(path) };
  for (const need of runtime.needs) {
    const path = renderTemplate(need, `${runtime.folder}/${RUNTIME_FILE}`, all).replace(/^\.\//, '');
    if (paths.has(path)) continue;
    const option = /options\.(\w+)/.exec(need)?.[1];
    const hint = option === undefined ? '' : `, or name another file with "options: { ${option}: … }"`;
    throw new FaasoError(
      'bad_context',
      `${position}: the runtime "${runtime.name}" needs the file ${path}; add it${hint}`,
    );
  }
}

function isTemplate(item: Item): boolean {
  return item.kind === 'file' && item.path.endsWith(TEMPLATE_SUFFIX);
}

function withoutSuffix(item: Item): string {
  return isTemplate(item) ? item.path.slice(0, -TEMPLATE_SUFFIX.length) : item.path;
}

function checkTwice(items: readonly Item[], runtime: Runtime): void {
  const seen = new Set<string>();
  for (const { path } of items) {
    if (seen.has(path)) {
      throw new FaasoError(
        'bad_runtime',
        `${runtime.folder}: it has both ${path} and ${path}${TEMPLATE_SUFFIX}; remove one`,
      );
    }
    seen.add(path);
  }
}

async function rendered(item: Item, target: Item, data: TemplateData): Promise<Item> {
  if (!isTemplate(item) || item.kind !== 'file' || !('file' in item.content) || target.kind !== 'file')
    return target;
  const { file } = item.content;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return { ...target, content: { bytes: Buffer.from(renderTemplate(text, file, data)) } };
}
