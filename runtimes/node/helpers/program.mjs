// What starts a funko: a file that node runs, or a command.

/** Where a program is looked for if nothing names it, in this order. */
const USUAL_FILES = ['index', 'server', 'app'].flatMap((name) => ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((ending) => `${name}.${ending}`));
/** As node itself looks for what a path without an ending names. */
const ENDINGS = ['', '.js', '.json', '.node', '/index.js'];
/** `node FILE`, with flags that have their values in the same word. */
const PLAIN_NODE = /^node((?:\s+--?[\w-]+(?:=[^\s'"$]+)?)*)\s+([\w@./-]+)$/;
const RUNS_SCRIPT = /^(?:npm run|npm run-script|npm|yarn run|yarn|pnpm run|pnpm|bun run)\s+([\w:.-]+)$/;
const QUIET = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';

/** The words of the image's command. */
export function programOf(data, manifest) {
  const { start, entry } = data.options;
  if (start.length > 0 && entry !== '') data.fail('funko.yml: options.start and options.entry are both set; remove one');
  if (start.length > 0) return data.command(start);
  if (entry !== '') return ofEntry(data, entry);
  return ofScripts(data, manifest) ?? ofUsualFiles(data, manifest);
}

function ofFile(file, flags = []) {
  return ['node', QUIET, ...flags, '--require', './.runtime/preload.cjs', file];
}

function ofEntry({ has, options, fail }, entry) {
  const file = entry.replace(/^\.\//, '');
  if (has(file) || options.build !== '') return ofFile(file);
  return fail(`funko.yml: options.entry names the file ${file}, which is not there; add it, or name another file`);
}

/** As `npm start` does; but npm itself, which would stand between the program and its signals, does not run. */
function ofScripts(data, { scripts = {}, dependencies = {}, devDependencies = {} }) {
  const script = followed(scripts, scripts.start);
  if (!script) return undefined;
  const missing = firstWord(script);
  if (missing in devDependencies && !(missing in dependencies))
    data.warn(`package.json: its script "start" runs ${missing}, which is a devDependency and not in the image; move it to dependencies`);
  const [, flags = '', path = ''] = PLAIN_NODE.exec(script) ?? [];
  const file = path && resolved(data, path);
  if (file && !scripts.prestart) return ofFile(file, flags.split(/\s+/).filter(Boolean));
  return data.command(scripts.prestart ? `${scripts.prestart} && ${script}` : script);
}

/** `npm run serve` is what the script `serve` says. */
function followed(scripts, start) {
  let script = start?.trim();
  for (let steps = 0; steps < 10; steps += 1) {
    const next = scripts[RUNS_SCRIPT.exec(script ?? '')?.[1] ?? ''];
    if (!next) return script;
    script = next.trim();
  }
  return script;
}

/** Behind assignments of variables. */
function firstWord(script) {
  return script.split(/\s+/).find((word) => !/^\w+=/.test(word)) ?? '';
}

function ofUsualFiles(data, { main }) {
  const file = (typeof main === 'string' && resolved(data, main)) || USUAL_FILES.find((name) => data.has(name));
  if (file) return ofFile(file);
  return data.fail(
    'funko.yml: the runtime "node" finds nothing to start: it needs index.js (or .mjs, .cjs, .ts), server.js or app.js, a "main" or a script "start" in ' +
      'package.json, or "options: { entry: FILE }" or "options: { start: COMMAND }"',
  );
}

/** The file of the context that node would take; one that a build makes is not there yet. */
function resolved({ files, options }, path) {
  const plain = path.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
  const found = ENDINGS.map((ending) => plain + ending).find((name) => files.includes(name));
  return found ?? (options.build === '' ? undefined : plain);
}
