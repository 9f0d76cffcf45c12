// How a funko's dependencies are installed: from which files, with which tool, and what runs.
import { buildCommandsOf } from './build.mjs';
import { buildRun, installRun, pruneRun, toolRun, wholeRun } from './commands.mjs';
import { cachesOf, isPartOfBuild, variablesOf } from './frameworks.mjs';
import { parsedPackage } from './json.mjs';
import { managerOf } from './managers.mjs';
import { outputOf, writableOf } from './output.mjs';
import { neededDevDependency } from './program.mjs';
import { shellWord } from './words.mjs';

/** Settings of the package managers, and what else they read. */
const SETTINGS = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.yarn',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  'pnpmfile.js',
  'bunfig.toml',
];
/** Scripts of packages in the folder that installing runs. */
const SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
const OF_DEVELOPERS = /^(?:is-ci \|\| )?(?:npx )?(?:only-allow \w+|husky(?: install)?|lefthook install|simple-git-hooks)(?: \|\| (?:true|exit 0|echo.*))?$/;
const WITHOUT = '.runtime/without.mjs';
/** As the image runs. */
const USER = '1000:1000';
const NEEDED = ['dependencies', 'optionalDependencies'];
/** Where paths of the folder can stand in package.json, at any depth. */
const WITH_PATHS = [...NEEDED, 'devDependencies', 'overrides', 'resolutions', 'patchedDependencies', 'pnpm'];
const PROTOCOL = /^(?:file|link|portal):/;
/** Each COPY is a layer, of which an image can't have any number. */
const MOST_COPIES = 50;

/**
 * @param engine what runs the funko
 * @returns null if there is no package.json. Else:
 * `kind`: `lean` installs without devDependencies, and nothing runs; `built` installs all, builds in a stage of its own, and leaves the
 * devDependencies out; `whole` does all of that at once, since installing needs the whole folder;
 * `isApart`: whether a stage of its own installs; `tool`: the RUN line that installs the package manager, undefined if the image has it;
 * `copies`: the COPY lines before installing; `run`, `build`, `prune`: the RUN lines, undefined where there is nothing to do;
 * `output`: the COPY lines for a build that is a whole program, undefined if the image gets the folder and the packages.
 */
export function installOf(data, manifest, engine) {
  if (manifest === null) return data.onlyBuilds ? nothingBuilds(data, 'there is no package.json') : null;
  const manager = managerFor(data, manifest, engine);
  const { manifests, paths } = localOf(data, manifest);
  const copies = copiesOf(data, [manager.lock, ...manifests, ...paths]);
  const commands = buildCommandsOf(data, manifest, manager.kind);
  if (data.onlyBuilds && commands.length === 0) nothingBuilds(data, 'package.json has no script "build"');
  const keepsDev = data.onlyBuilds || keepsDevDependencies(data, manifest);
  const isWhole = paths.includes('.') || copies.length > MOST_COPIES || runsScripts(data, manifests);
  if (isWhole) return whole(data, manager, { commands: aroundBuild(data, manifest, commands), keepsDev, output: shipped(data, manifest, 'dependencies') });
  const own = ownScriptsOf(manifest).filter((name) => commands.length === 0 || !isPartOfBuild(manifest.scripts[name], manifest));
  const hidesScripts = SCRIPTS.some((name) => manifest.scripts?.[name]);
  if (commands.length + own.length > 0) {
    const prunes = !keepsDev && hasDev(data, manifests);
    const steps = aroundBuild(data, manifest, [...own.map((name) => `npm run --ignore-scripts ${name}`), ...commands]);
    const output = shipped(data, manifest, 'build');
    const build = buildRun(data, manager, { commands: steps, caches: cachesOf(manifest), ships: output !== undefined });
    return { ...built(data, manager, { prunes, hidesScripts }), copies: [`COPY ${WITHOUT} .runtime/`, ...copies], build, output };
  }
  return {
    kind: 'lean',
    isApart: engine !== 'node' || manager.tool !== undefined || data.options.devel_packages.length > 0,
    ...toolOf(manager),
    copies: hidesScripts || manager.kind === 'berry' ? [`COPY ${WITHOUT} .runtime/`, ...copies] : copies,
    run: installRun(data, manager, { withDev: keepsDev, hidesScripts }),
  };
}

/** The engine is there already, and installs what has no lock file. */
function managerFor(data, manifest, engine) {
  const manager = managerOf(data, manifest);
  if (engine !== 'bun' || (manager.lock !== undefined && manager.kind !== 'bun')) return manager;
  return { kind: 'bun', lock: manager.lock };
}

function nothingBuilds({ fail }, why) {
  return fail(`funko.yml: build.runtime is node, but nothing builds: ${why}; add it, or name a command with "build: { runtime: node, options: { build: COMMAND } }"`);
}

function toolOf({ tool }) {
  return { tool: tool && toolRun(tool) };
}

function whole(data, manager, { output, ...steps }) {
  return { kind: 'whole', isApart: true, ...toolOf(manager), copies: ['COPY . .'], run: wholeRun(data, manager, steps), output };
}

/** Frameworks set variables for a build; their programs may write to some folders of it. */
function aroundBuild(data, manifest, commands) {
  if (commands.length === 0) return [];
  const variables = variablesOf(manifest, 'buildEnv').map((variable) => `export ${variable}`);
  const owners = (data.onlyBuilds ? [] : writableOf(data, manifest)).map(shellWord).map((path) => `{ [ ! -d ${path} ] || find ${path} -xdev -exec chown -h ${USER} {} +; }`);
  return [...variables, ...commands, ...owners];
}

function shipped(data, manifest, stage) {
  const folders = outputOf(data, manifest)?.ship;
  if (!folders) return folders;
  // First, and not of the build: a change of the code leaves this layer as it is.
  return ['COPY .runtime .runtime', ...folders.map(([from, to]) => `COPY --from=${stage} /funko/${from} ./${to === '.' ? '' : to}`)];
}

/** Scripts of the folder run when the rest of it is there. */
function built(data, manager, { prunes, hidesScripts }) {
  return {
    kind: 'built',
    isApart: true,
    ...toolOf(manager),
    run: installRun(data, manager, { withDev: true, hidesScripts }),
    prune: prunes ? pruneRun(data, manager) : undefined,
  };
}

function keepsDevDependencies(data, manifest) {
  const name = neededDevDependency(data, manifest);
  if (name === undefined) return false;
  data.warn(`package.json: what starts the funko needs ${name}, a devDependency, so all of them are in the image; move it to "dependencies" for a smaller image`);
  return true;
}

function hasDev(data, manifests) {
  return manifests.some((path) => Object.keys(parsedPackage(data.text(path)).devDependencies ?? {}).length > 0);
}

/** Those of the folder itself that installing would run. What sets up a developer's Git has nothing to do in an image. */
function ownScriptsOf({ scripts = {} }) {
  return SCRIPTS.filter((name) => scripts[name] && !OF_DEVELOPERS.test(scripts[name]));
}

/** The package.json of each package in the folder, and the other paths of it that installing reads. */
function localOf(data, manifest) {
  const paths = new Set();
  const manifests = new Set(['package.json']);
  for (const { folder } of manifest.packages) manifests.add(`${folder}/package.json`);
  for (const path of manifests) {
    const folder = path === 'package.json' ? '' : path.slice(0, -'package.json'.length);
    for (const local of pathsIn(data, path === 'package.json' ? manifest : parsedPackage(data.text(path)), folder, path)) {
      paths.add(local);
      if (data.has(`${local}/package.json`)) manifests.add(`${local}/package.json`);
    }
  }
  return { manifests: [...manifests], paths: [...paths] };
}

function pathsIn(data, manifest, folder, file) {
  const found = WITH_PATHS.flatMap((key) => textsIn(manifest[key]).map((text) => ({ key, text })));
  return found.flatMap(({ key, text }) => {
    const path = joined(folder, text.replace(PROTOCOL, ''));
    if (path !== null) return data.has(path) || path === '.' ? [path] : [];
    if (PROTOCOL.test(text) && NEEDED.includes(key)) leaves(data, file, text);
    return [];
  });
}

function leaves({ fail }, file, text) {
  fail(`${file}: ${JSON.stringify(text)} is outside of the funko's folder, and can't be installed; move it into the folder`);
}

/** All texts in a value; of a mapping the keys do not count. */
function textsIn(value) {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A path from the context's root; `.` is the root itself; null if it is outside. */
function joined(folder, path) {
  if (path.startsWith('/')) return null;
  const steps = [];
  for (const step of `${folder}${path}`.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.join('/') || '.';
}

/**
 * Whether installing runs what may use any file: a script before it, those of other packages in the folder. A package with a binding.gyp is
 * compiled, as if a script said so.
 */
function runsScripts(data, manifests) {
  return manifests.some((path) => {
    const { bin, ...manifest } = parsedPackage(data.text(path));
    const isRoot = path === 'package.json';
    const gyp = path.replace(/package\.json$/, 'binding.gyp');
    const scripts = ownScriptsOf(manifest);
    return data.has(gyp) || (isRoot ? scripts.includes('preinstall') : scripts.length > 0 || bin !== undefined);
  });
}

/** COPY lines: files together with those of the same folder, folders by themselves. */
function copiesOf({ has, files }, wanted) {
  const all = [...new Set([...wanted.filter(Boolean), ...SETTINGS.filter(has)])].filter((path) => path !== '.');
  const isFile = new Set(files);
  const folders = all.filter((path) => !isFile.has(path) && has(path));
  const alone = all.filter((path) => isFile.has(path) && !folders.some((folder) => path.startsWith(`${folder}/`)));
  const groups = Map.groupBy(alone, (path) => path.slice(0, path.lastIndexOf('/') + 1));
  const ofFiles = [...groups].map(([folder, paths]) => copy(paths.sort(byRank), `./${folder}`));
  return [...ofFiles, ...folders.map((folder) => copy([folder], folder))];
}

/** package.json first, then lock files, then settings. */
function byRank(a, b) {
  const rank = (path) => (path.endsWith('package.json') ? 0 : path.startsWith('.') ? 2 : 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function copy(paths, target) {
  const words = [...paths, target];
  return words.every((word) => /^[\w@./+-]+$/.test(word)) ? `COPY ${words.join(' ')}` : `COPY ${JSON.stringify(words)}`;
}
