// What starts a funko: a file that its engine runs, or a command.
import { isBuilt } from './build.mjs';
import { denoCommand, denoFile } from './deno.mjs';
import { engineOf } from './engine.mjs';
import { frameworkStart } from './output.mjs';
import { devDependencyIn, joined, placed, startOf } from './scripts.mjs';

/** Where a program is looked for if nothing names it, in this order. */
const NAMES = ['index', 'server', 'app', 'main'].flatMap((name) => ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'jsx', 'tsx'].map((ending) => `${name}.${ending}`));
const USUAL_FILES = ['', 'src/'].flatMap((folder) => NAMES.map((name) => folder + name));
/** As node itself looks for what a path without an ending names. */
const ENDINGS = ['', '.js', '.json', '.node', '/index.js'];
/** `A=1 node FILE`, with flags that have their values in the same word or are known to have one in the next. No word can be read in two ways: that would take for ever. */
const PLAIN_NODE =
  /^((?:\w+=[^\s'"$`]*\s+)*)node((?:\s+(?:(?:-r|--require|--import|--env-file-if-exists|--loader|--experimental-loader|-C|--conditions)\s+(?!-)[\w@./:-]+|--?\w[\w-]*(?:=[^\s'"$`]+)?))*)\s+([\w@./-]+)$/;
const QUIET = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';

/** The words of the image's command. */
export function programOf(data, manifest) {
  const { start, entry } = data.options;
  if (start.length > 0 && entry !== '') data.fail('funko.yml: options.start and options.entry are both set; remove one');
  if (start.length > 0) return data.command(start);
  const commands = startCommandsOf(data, manifest);
  if (commands.length > 0) return ofCommands(data, manifest, commands);
  return ofFile(data, manifest, startFileOf(data, manifest));
}

/** The file that starts the funko; undefined if a command does. */
export function startFileOf(data, manifest) {
  const { start, entry } = data.options;
  if (start.length > 0) return undefined;
  if (entry !== '') return ofEntry(data, manifest, entry);
  return startCommandsOf(data, manifest).length > 0 ? undefined : usualFile(data, manifest);
}

/** The devDependency that the program needs when it runs, so that all of them stay in the image; undefined if there is none. */
export function neededDevDependency(data, manifest) {
  return devDependencyIn(startCommandsOf(data, manifest), manifest);
}

/** The commands that start the funko, in order; none if it is a file that does. */
function startCommandsOf(data, manifest) {
  const { start, entry } = data.options;
  if (start.length > 0) return [typeof start === 'string' ? start : start.join(' ')];
  if (entry !== '') return [];
  const command = frameworkStart(data, manifest);
  return command === undefined ? startOf(manifest).start : [command];
}

function ofFile(data, manifest, path) {
  const { folder, file } = inTarget(manifest, path);
  const engine = engineOf(data, manifest);
  if (engine === 'deno') return data.command(denoFile(data, path));
  return engine === 'bun' ? [...environment(folder), 'bun', file] : nodeFile(file, { folder });
}

/** The program of a package runs in its folder. */
function inTarget({ target }, path) {
  const isInside = target && path.startsWith(`${target.folder}/`);
  return isInside ? { folder: target.folder, file: path.slice(target.folder.length + 1) } : { folder: '', file: path };
}

function nodeFile(file, { flags = '', variables = '', folder = '' } = {}) {
  const preload = folder === '' ? './.runtime/preload.cjs' : '/funko/.runtime/preload.cjs';
  return [...environment(folder, wordsOf(variables)), 'node', QUIET, ...wordsOf(flags), '--require', preload, file];
}

function environment(folder, variables = []) {
  const words = [...(folder === '' ? [] : ['-C', folder]), ...variables];
  return words.length === 0 ? [] : ['env', ...words];
}

function wordsOf(text) {
  return text.split(/\s+/).filter(Boolean);
}

function ofEntry(data, manifest, entry) {
  const file = entry.replace(/^\.\//, '');
  if (data.has(file) || isBuilt(data, manifest)) return file;
  return data.fail(`funko.yml: options.entry names the file ${file}, which is not there; add it, or name another file`);
}

/** As `npm start` does; but npm itself, which would stand between the program and its signals, does not run. */
function ofCommands(data, manifest, commands) {
  const { folder, command } = placed(commands[0]);
  const isNode = engineOf(data, manifest) === 'node' && commands.length === 1;
  const [, variables, flags, path = ''] = (isNode && PLAIN_NODE.exec(command)) || [];
  const file = path && resolved(data, manifest, path, folder);
  return file ? nodeFile(file, { flags, variables, folder }) : data.command(joined(commands.map(denoCommand)));
}

function usualFile(data, manifest) {
  const folder = manifest.target?.folder ?? '';
  const file = mainOf(data, manifest, folder) ?? USUAL_FILES.find((name) => data.has(below(folder, name)));
  if (file) return below(folder, file);
  return data.fail(
    'funko.yml: the runtime "node" finds nothing to start: it needs a script "start" or a "main" in package.json, index.js (or .mjs, .cjs, .ts), server.js, ' +
      'app.js or main.js, here or in src, or "options: { entry: FILE }" or "options: { start: COMMAND }"',
  );
}

/** `npm init` names a main that need not be there: only one in a folder can be what a build makes. */
function mainOf(data, manifest, folder) {
  const { main, module } = manifest.target?.manifest ?? manifest;
  const paths = [main, module].filter((path) => typeof path === 'string');
  const there = paths.map((path) => existing(data, path, folder)).find(Boolean);
  return there ?? paths.filter((path) => /\w\/\w/.test(path)).map((path) => resolved(data, manifest, path, folder)).find(Boolean);
}

/** The file that node would take, from `folder`; one that a build makes is not there yet. */
function resolved(data, manifest, path, folder) {
  return existing(data, path, folder) ?? (isBuilt(data, manifest) ? relative(path) : undefined);
}

function existing({ files }, path, folder) {
  return ENDINGS.map((ending) => relative(path) + ending).find((name) => files.includes(below(folder, name)));
}

function below(folder, path) {
  return folder === '' ? path : `${folder}/${path}`;
}

function relative(path) {
  return path.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
}
