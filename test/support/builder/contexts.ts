/** Build contexts for the builder's tests. */
import { openContext, type BuildContext } from '../../../src/builder/context.ts';
import { entriesOf, RUNTIMES, tempFolder, type Content, type TempFolder } from './folders.ts';

/** The smallest funko of the runtime `node`. */
export const HELLO = {
  'funko.yml': 'name: hello\nruntime: node\n',
  'index.js': 'export default () => {};\n',
};

/** What the runtime `node` adds to it. */
export const NODE_FILES = [
  ...[
    'build-secrets.sh',
    'fetch.mjs',
    'handler.mjs',
    'plain-error.mjs',
    'preload.cjs',
    'serve.mjs',
    'ship.sh',
    'without.mjs',
  ].map((file) => `.runtime/${file}`),
];

/** Opens the context of a folder that is a funko. */
export const open = (folder: TempFolder, runtimesFolder = RUNTIMES): Promise<BuildContext> =>
  openContext({ folder: folder.path, runtimesFolder });

/** A runtime `mine` and a funko that uses it. */
export function withRuntime(
  runtime: Record<string, Content>,
  funko: Record<string, Content>,
): Promise<TempFolder> {
  const files: Record<string, Content> = { 'r/mine/runtime.yml': 'description: A test\n' };
  for (const [path, content] of Object.entries(runtime)) files[`r/mine/${path}`] = content;
  for (const [path, content] of Object.entries({ 'funko.yml': 'name: a\nruntime: mine\n', ...funko }))
    files[`f/${path}`] = content;
  return tempFolder(files);
}

/** Opens what `withRuntime` made. */
export const openMine = (folder: TempFolder): Promise<BuildContext> =>
  openContext({ folder: folder.at('f'), runtimesFolder: folder.at('r') });

/** The texts of all entries of what `withRuntime` made, by name, and of its Dockerfile. */
export async function textsOf(folder: TempFolder): Promise<Record<string, string>> {
  const { tar, dockerfile } = await openMine(folder);
  const texts = Object.fromEntries((await entriesOf(tar)).map(({ header, text }) => [header.name, text]));
  return dockerfile === undefined ? texts : { ...texts, Dockerfile: dockerfile };
}

/** What a runtime makes of these files: the Dockerfile, the health path, and warnings with `FOLDER` for the folder. */
export async function builtWith(
  runtime: string,
  files: Record<string, string>,
  options = '',
): Promise<{ text: string; health: string; warnings: string[] }> {
  await using folder = await tempFolder({
    'funko.yml': `name: hello\nruntime: ${runtime}\n${options}`,
    ...files,
  });
  const { tar, dockerfile, health, warnings } = await open(folder);
  tar.destroy();
  return {
    text: dockerfile ?? '',
    health,
    warnings: warnings.map((warning) => warning.replace(folder.path, 'FOLDER')),
  };
}

/** The same of the runtime `node`. */
export const builtOf = (
  files: Record<string, string>,
  options = '',
): Promise<{ text: string; warnings: string[] }> => builtWith('node', files, options);
