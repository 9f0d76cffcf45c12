// What the scripts of package.json say: which commands build a project, and which start it.
import { pathOfWord, shellWord } from './words.mjs';
import { callOf, packageNamed } from './workspaces.mjs';

/** The script that starts a project, the first that is there: frameworks whose `start` is for development have one of the others. */
const START = ['start:prod', 'start:production', 'start'];
/** Bun and Deno run a program for development as another one, but for these words. */
const OF_DEVELOPMENT = / --(?:watch|hot|watch-hmr|no-clear-screen|inspect)(?:=\S+)?(?=\s)/g;
/** `npm run NAME` and the same of other tools. */
const RUNS_SCRIPT = /^(?:npm run|npm run-script|npm|yarn run|yarn|pnpm run|pnpm|bun run|bun|deno task|node --run)(?:\s+(?:-s|--silent))?\s+([\w:.-]+)$/;
/** A script of one or all packages. */
const OF_ALL = /^(?:npm|pnpm|yarn|bun)\b.*\s(\w[\w:.-]*)(?:\s+(?:-w|--workspace)[\s=]\S+|\s+(?:--workspaces|-ws|--if-present))*$/;
/** Names of scripts that make files, which is work for the image's build. */
const BUILD_NAME = /(?:^|[:_-])(?:build|compile|transpile|bundle|clean|tsc|generate|codegen)(?:$|[:_-])/;
/** Programs that do the same. */
const BUILDER =
  /^(?:npx\s+)?(?:tsc|tsup|tsdown|swc|esbuild|webpack|rollup|rolldown|parcel build|babel|ncc|rimraf|del-cli|shx (?:rm|cp|mkdir)|copyfiles|cpx|cpy|sass|postcss|tailwindcss|gulp|grunt|prisma generate|(?:next|nuxt|nuxi|nest|vite|astro|ng|remix|react-router|react-scripts|vue-cli-service|turbo|nx) (?:run )?(?:\w+:)?build|rm -rf)\b/;
const ASSIGNMENTS = /^(?:\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)+/;
/** `run-s a b` of npm-run-all: scripts one after the other. */
const IN_TURN = /^(?:run-s|npm-run-all2?(?: -s| --serial| --sequential)?)((?:\s+[\w:.-]+)+)$/;
/** A package manager between the shell and a program, which is no more there, or would stand between the program and its signals. */
const RUNNER = /^(?:pnpm exec|pnpm|yarn exec|yarn run|yarn|npm exec --)\s+(?=[\w@])/;
const NPX = /^(?:npx|npm exec|bunx)(?: -y| --yes)? (?=([\w@/.-]+))/;
/** Programs whose package has another name, or needs another one. */
const PACKAGES = {
  __proto__: null,
  'run-p': 'npm-run-all',
  'ts-node': 'typescript',
  'ts-node-dev': 'typescript',
  nest: '@nestjs/cli',
  tsc: 'typescript',
  'remix-serve': '@remix-run/serve',
  'react-router-serve': '@react-router/serve',
};
/** So deep scripts may call each other, and so many calls are looked up: they may do it in a circle. */
const MOST_DEPTH = 20;
const MOST_CALLS = 200;
const IN_FOLDER = /^cd ((?:'[^']*'|\\'|[^\s'\\])+) && (.*)$/s;

/**
 * The script that starts the project, taken apart, with what `npm run` stands for in its place.
 * @returns `build`: the commands at its beginning that make files; `start`: the others, in order, without any if nothing starts it. One that
 * runs in a package of a monorepo is `cd FOLDER && COMMAND`
 */
export function startOf(manifest) {
  const { packages = [], target } = manifest;
  const place = target ? ofPackage({ packages }, target) : placeOf(manifest, { packages, folder: '' });
  const name = START.find((key) => place.scripts[key]?.trim());
  const steps = name === undefined ? fromDevelopment(place) : withHooks(place, name).map(plain);
  const count = steps.findIndex((step) => !isBuild(step.command));
  const commands = steps.map(({ command, folder }) => (folder === '' ? command : `cd ${shellWord(folder)} && ${command}`));
  if (count <= 0) return { build: [], start: commands };
  return { build: commands.slice(0, count).map(alone), start: commands.slice(count) };
}

/** Whether a script starts a project. */
export function hasStart({ scripts = {} }) {
  return START.some((key) => scripts[key]?.trim());
}

/** A command, and the folder in which it runs, also as a word of a shell; the root is empty. */
export function placed(step) {
  const [, word = '', command = step] = IN_FOLDER.exec(step) ?? [];
  return { folder: pathOfWord(word), word, command };
}

/** The commands of `startOf` as one. Only the last one may leave the root. */
export function joined(commands) {
  const last = placed(commands.at(-1));
  const programs = last.word === '' ? [] : [`cd ${last.word}`, 'export PATH=$PWD/node_modules/.bin:$PATH'];
  return [...commands.slice(0, -1).map(alone), ...programs, last.command].join(' && ');
}

function alone(step) {
  const { word, command } = placed(step);
  return word === '' ? command : `(cd ${word} && export PATH=$PWD/node_modules/.bin:$PATH && ${command})`;
}

function fromDevelopment(place) {
  const steps = place.scripts.dev?.trim() ? withHooks(place, 'dev') : [];
  const [{ command, folder } = {}] = steps;
  const isOne = steps.length === 1 && /^(?:bun|deno)$/.test(programIn(command)) && !/^bun(?:x| --bun)\b/.test(command);
  return isOne ? [{ folder, command: command.replaceAll(OF_DEVELOPMENT, '') }] : [];
}

/** Whether a command that starts the project needs one of the devDependencies, of the project or of the package in whose folder it runs. */
export function devDependencyIn(commands, { packages = [], ...manifest }) {
  const folders = commands.map((command) => placed(command).folder);
  const all = [manifest, ...packages.filter(({ folder }) => folders.includes(folder)).map((each) => each.manifest)];
  const words = commands.flatMap((command) => command.split(/[\s=]+/)).flatMap((word) => [word, PACKAGES[word] ?? word]);
  const names = all.flatMap(({ devDependencies = {} }) => Object.keys(devDependencies));
  const isKept = (name) => all.some(({ dependencies = {} }) => name in dependencies);
  return names.find((name) => !isKept(name) && words.some((word) => word === name || word.startsWith(`${name}/`)));
}

/** Behind the folder and assignments of variables. */
export function programIn(step) {
  return placed(step).command.replace(ASSIGNMENTS, '').split(/\s+/)[0] ?? '';
}

/** @param place the scripts, the folder that they run in, what is installed there, and the packages of the monorepo */
function withHooks(place, name, depth = 0, calls = { left: MOST_CALLS }) {
  const texts = [place.scripts[`pre${name}`], place.scripts[name]].filter(Boolean);
  return texts.flatMap((text) => {
    const steps = isChain(text) ? text.split('&&').map((step) => step.trim()) : [grouped(text, texts.length)];
    return inFolders(place, steps).flatMap(({ command, ...where }) => expanded(where, command, depth, calls));
  });
}

/** What comes after `cd FOLDER` runs in that package. */
function inFolders(place, steps) {
  const found = packageNamed(place.packages, /^cd ([\w@./-]+)$/.exec(steps[0] ?? '')?.[1] ?? '');
  const where = found && place.folder === '' ? ofPackage(place, found) : place;
  return (where === place ? steps : steps.slice(1)).map((command) => ({ ...where, command }));
}

function ofPackage({ packages }, { folder, manifest }) {
  return placeOf(manifest, { packages, folder });
}

function placeOf({ scripts = {}, dependencies, devDependencies }, where) {
  return { ...where, scripts, installed: { ...dependencies, ...devDependencies } };
}

function expanded(place, command, depth, calls) {
  const step = { folder: place.folder, command: withoutRunner(place, command) };
  if (depth > MOST_DEPTH || calls.left <= 0) return [step];
  calls.left -= 1;
  const inTurn = IN_TURN.exec(command)?.[1].trim().split(/\s+/);
  if (inTurn) return inTurn.flatMap((name) => expanded(place, `npm run ${name}`, depth + 1, calls));
  const call = callOf(command, place.packages);
  if (call && !BUILD_NAME.test(call.script)) return withHooks(ofPackage(place, call.package), call.script, depth + 1, calls);
  const name = RUNS_SCRIPT.exec(command)?.[1];
  return !place.scripts[name]?.trim() || isBuild(command) ? [step] : withHooks(place, name, depth + 1, calls);
}

/** What npx would fetch stays with it. */
function withoutRunner({ scripts, installed }, command) {
  const name = NPX.exec(command)?.[1];
  if (name !== undefined) return name in installed || PACKAGES[name] in installed ? command.replace(NPX, '') : command;
  return scripts[RUNS_SCRIPT.exec(command)?.[1]] ? command : command.replace(RUNNER, '');
}

/** Nothing of the shell but `&&`. */
function isChain(text) {
  return !/[;|()`\n]|(?<!&)&(?!&)/.test(text);
}

function grouped(text, count) {
  return count === 1 ? text : `{ ${text}; }`;
}

function isBuild(step) {
  const name = RUNS_SCRIPT.exec(step)?.[1] ?? OF_ALL.exec(step)?.[1];
  return name === undefined ? BUILDER.test(step.replace(ASSIGNMENTS, '')) : BUILD_NAME.test(name);
}

/** What only sets variables or starts anew after a change has no place in an image; a .env file is not in every one. */
function plain({ folder, command }) {
  const without = command.replace(/^cross-env(?:-shell)?\s+(?=\w+=)/, '').replace(/(\s)--env-file(?=[=\s])/g, '$1--env-file-if-exists');
  return { folder, command: without.replace(/^((?:\w+=\S*\s+)*)nodemon\s+([\w@./-]+(?<!\.[cm]?ts))$/, '$1node $2') };
}
