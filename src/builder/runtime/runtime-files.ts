/** What a runtime brings into a build context: its files as they are, its templates rendered. */
import { readFile } from 'node:fs/promises';
import { FaasoError } from '../../errors.ts';
import { mergeItems } from './merge.ts';
import { RUNTIME_FILE, type Runtime } from './runtime.ts';
import { HELPERS_FILE, HELPERS_FOLDER, templateData, type RuntimeData } from './template-data.ts';
import { renderedPath, renderTemplate, TEMPLATE_SUFFIX, type TemplateData } from './template.ts';
import { unreadable, walk, type ContextItem } from '../files/walk.ts';
import { IGNORE_FILE } from '../ignore/funkoignore.ts';
import { HEALTH_PATH_PATTERN, HEALTH_PATH_RULE } from '../../funko/naming/names.ts';

/** The folder that `faaso new` copies. */
export const TEMPLATE_FOLDER = 'template';

/** What the contract suite asks of funkos of the runtime. */
export const CONTRACT_FILE = 'contract.yml';

/** What a runtime's folder holds for others than the build context. */
const NEVER = new Set([
  RUNTIME_FILE,
  IGNORE_FILE,
  TEMPLATE_FOLDER,
  CONTRACT_FILE,
  HELPERS_FILE,
  HELPERS_FOLDER,
  'README.md',
]);

/** A runtime as it is for one funko. */
export interface RenderedRuntime {
  /** Its files, templates rendered. */
  readonly items: ContextItem[];
  /** What its templates may name. */
  readonly data: TemplateData;
  /** What its templates warn of. */
  readonly warnings: readonly string[];
}

/**
 * Renders a runtime for a funko. A template that the funko replaces is not rendered at all.
 * @param funko the funko's own items: templates see them too
 * @param place what refusals and warnings of the runtime begin with, e.g. `demo/`
 * @throws FaasoError `bad_runtime`, `bad_context`
 */
export async function runtimeFiles(
  runtime: Runtime,
  funko: readonly ContextItem[],
  data: RuntimeData,
  { place, signal }: { readonly place: string; readonly signal?: AbortSignal | undefined },
): Promise<RenderedRuntime> {
  const items = await walk(runtime.folder, { never: NEVER, signal });
  const plain = items.map((item) => ({ ...item, path: withoutSuffix(item, runtime) }));
  checkTwice(plain, runtime);
  const merged = mergeItems(plain, funko);
  const warnings: string[] = [];
  const all = await templateData(runtime, data, merged, { place, warnings });
  const kept = new Set(merged);
  const files = items.flatMap((item, index) => {
    const target = plain[index];
    return target && kept.has(target) ? [rendered(item, target, all)] : [];
  });
  return { items: await Promise.all(files), data: all, warnings };
}

/**
 * The path that answers when a funko of the runtime is ready; empty if it is ready when its port accepts connections.
 * @throws FaasoError `bad_runtime`
 */
export function healthOf(runtime: Runtime, data: TemplateData): string {
  const path = renderTemplate(runtime.health, `${runtime.folder}/${RUNTIME_FILE}`, data);
  if (path === '' || HEALTH_PATH_PATTERN.test(path)) return path;
  throw new FaasoError(
    'bad_runtime',
    `${runtime.folder}: "health" becomes "${path}"; it must be ${HEALTH_PATH_RULE}, or nothing`,
  );
}

/**
 * Checks that the merged context has what the runtime needs.
 * @param position where funko.yml names the runtime
 * @throws FaasoError `bad_context`
 */
export function checkNeeds(runtime: Runtime, data: TemplateData, position: string): void {
  for (const need of runtime.needs) {
    const path = renderTemplate(need, `${runtime.folder}/${RUNTIME_FILE}`, data).replace(/^\.\//, '');
    if (path === '' || data.has(path)) continue;
    const option = /options\.(\w+)/.exec(need)?.[1];
    const hint = option === undefined ? '' : `, or name another file with "options: { ${option}: … }"`;
    throw new FaasoError(
      'bad_context',
      `${position}: the runtime "${runtime.name}" needs the file ${path}; add it${hint}`,
    );
  }
}

function isTemplate(item: ContextItem): boolean {
  return item.kind === 'file' && item.path.endsWith(TEMPLATE_SUFFIX);
}

function withoutSuffix(item: ContextItem, { folder }: Runtime): string {
  return isTemplate(item) ? renderedPath(item.path, folder) : item.path;
}

function checkTwice(items: readonly ContextItem[], runtime: Runtime): void {
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

async function rendered(item: ContextItem, target: ContextItem, data: TemplateData): Promise<ContextItem> {
  if (!isTemplate(item) || item.kind !== 'file' || !('file' in item.content) || target.kind !== 'file')
    return target;
  const { file } = item.content;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return { ...target, content: { bytes: Buffer.from(renderTemplate(text, file, data)) } };
}
