// What starts a funko: a file that its engine runs, or a command.
import { isBuilt } from './build.mjs';
import { denoCommand, denoFile } from './deno.mjs';
import { engineOf } from './engine.mjs';
import { frameworkStart } from './output.mjs';
import { devDependencyIn, startOf } from './scripts.mjs';

/** Where a program is looked for if nothing names it, in this order. */
const NAMES = ['index', 'server', 'app', 'main'].flatMap((name) => ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'jsx', 'tsx'].map((ending) => `${name}.${ending}`));
const USUAL_FILES = ['', 'src/'].flatMap((folder) => NAMES.map((name) => folder + name));
/** As node itself looks for what a path without an ending names. */
const ENDINGS = ['', '.js', '.json', '.node', '/index.js'];
/** `A=1 node FILE`, with flags that have their values in the same word or are known to have one in the next. */
const PLAIN_NODE =
  /^((?:\w+=[^\s'"$`]*\s+)*)node((?:\s+(?:(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions)\s+[\w@./:-]+|--?[\w-]+(?:=[^\s'"$`]+)?))*)\s+([\w@./-]+)$/;
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

function ofFile(data, manifest, file) {
  const engine = engineOf(data, manifest);
  if (engine === 'deno') return data.command(denoFile(data, file));
  return engine === 'bun' ? ['bun', file] : nodeFile(file);
}

function nodeFile(file, { flags = '', variables = '' } = {}) {
  const wordsOf = (text) => text.split(/\s+/).filter(Boolean);
  const environment = variables === '' ? [] : ['env', ...wordsOf(variables)];
  return [...environment, 'node', QUIET, ...wordsOf(flags), '--require', './.runtime/preload.cjs', file];
}

function ofEntry(data, manifest, entry) {
  const file = entry.replace(/^\.\//, '');
  if (data.has(file) || isBuilt(data, manifest)) return file;
  return data.fail(`funko.yml: options.entry names the file ${file}, which is not there; add it, or name another file`);
}

/** As `npm start` does; but npm itself, which would stand between the program and its signals, does not run. */
function ofCommands(data, manifest, commands) {
  const engine = engineOf(data, manifest);
  const [, variables, flags, path = ''] = (engine === 'node' && commands.length === 1 && PLAIN_NODE.exec(commands[0])) || [];
  const file = path && resolved(data, manifest, path);
  return file ? nodeFile(file, { flags, variables }) : data.command(commands.map(denoCommand).join(' && '));
}

function usualFile(data, manifest) {
  const file = mainOf(data, manifest) ?? USUAL_FILES.find((name) => data.has(name));
  if (file) return file;
  return data.fail(
    'funko.yml: the runtime "node" finds nothing to start: it needs a script "start" or a "main" in package.json, index.js (or .mjs, .cjs, .ts), server.js, ' +
      'app.js or main.js, here or in src, or "options: { entry: FILE }" or "options: { start: COMMAND }"',
  );
}

/** `npm init` names a main that need not be there: only one in a folder can be what a build makes. */
function mainOf(data, manifest) {
  const paths = [manifest.main, manifest.module].filter((path) => typeof path === 'string');
  const there = paths.map((path) => existing(data, path)).find(Boolean);
  return there ?? paths.filter((path) => /\w\/\w/.test(path)).map((path) => resolved(data, manifest, path)).find(Boolean);
}

/** The file of the context that node would take; one that a build makes is not there yet. */
function resolved(data, manifest, path) {
  return existing(data, path) ?? (isBuilt(data, manifest) ? relative(path) : undefined);
}

function existing({ files }, path) {
  return ENDINGS.map((ending) => relative(path) + ending).find((name) => files.includes(name));
}

function relative(path) {
  return path.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
}
