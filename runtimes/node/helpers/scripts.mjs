// What the scripts of package.json say: which commands build a project, and which start it.

/** The script that starts a project, the first that is there: frameworks whose `start` is for development have one of the others. */
const START = ['start:prod', 'start:production', 'start'];
/** Bun and Deno run a program for development as another one, but for these words. */
const OF_DEVELOPMENT = / --(?:watch|hot|watch-hmr|no-clear-screen|inspect)(?:=\S+)?(?=\s)/g;
/** `npm run NAME` and the same of other tools. */
const RUNS_SCRIPT = /^(?:npm run|npm run-script|npm|yarn run|yarn|pnpm run|pnpm|bun run|bun|deno task|node --run)(?:\s+(?:-s|--silent))?\s+([\w:.-]+)$/;
/** Names of scripts that make files, which is work for the image's build. */
const BUILD_NAME = /(?:^|[:_-])(?:build|compile|transpile|bundle|clean|tsc|generate|codegen)(?:$|[:_-])/;
/** Programs that do the same. */
const BUILDER =
  /^(?:npx\s+)?(?:tsc|tsup|tsdown|swc|esbuild|webpack|rollup|rolldown|parcel build|babel|ncc|rimraf|del-cli|shx (?:rm|cp|mkdir)|copyfiles|cpx|cpy|sass|postcss|tailwindcss|gulp|grunt|prisma generate|(?:next|nuxt|nuxi|nest|vite|astro|ng|remix|react-router|react-scripts|vue-cli-service|turbo|nx) (?:run )?(?:\w+:)?build|rm -rf)\b/;
const ASSIGNMENTS = /^(?:\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)+/;
/** Programs whose package has another name. */
const PACKAGES = { nest: '@nestjs/cli', tsc: 'typescript', 'remix-serve': '@remix-run/serve', 'react-router-serve': '@react-router/serve' };
const MOST_STEPS = 20;

/**
 * The script that starts the project, taken apart, with what `npm run` stands for in its place.
 * @returns `build`: the commands at its beginning that make files; `start`: the others, in order, without any if nothing starts it
 */
export function startOf({ scripts = {} }) {
  const name = START.find((key) => scripts[key]?.trim());
  const steps = name === undefined ? fromDevelopment(scripts) : withHooks(scripts, name).map(plain);
  const count = steps.findIndex((step) => !isBuild(step));
  if (count <= 0) return { build: [], start: steps };
  return { build: steps.slice(0, count), start: steps.slice(count) };
}

function fromDevelopment(scripts) {
  const steps = scripts.dev?.trim() ? withHooks(scripts, 'dev') : [];
  const isOne = steps.length === 1 && /^(?:bun|deno)$/.test(programIn(steps[0])) && !/^bun(?:x| --bun)\b/.test(steps[0]);
  return isOne ? [steps[0].replaceAll(OF_DEVELOPMENT, '')] : [];
}

/** Whether a command that starts the project needs one of the devDependencies. */
export function devDependencyIn(commands, { dependencies = {}, devDependencies = {} }) {
  const words = commands.flatMap((command) => command.split(/[\s=]+/)).map((word) => PACKAGES[word] ?? word);
  return Object.keys(devDependencies).find(
    (name) => !(name in dependencies) && words.some((word) => word === name || word.startsWith(`${name}/`)),
  );
}

/** Behind assignments of variables. */
export function programIn(command) {
  return command.replace(ASSIGNMENTS, '').split(/\s+/)[0] ?? '';
}

function withHooks(scripts, name, depth = 0) {
  const texts = [scripts[`pre${name}`], scripts[name]].filter(Boolean);
  return texts.flatMap((text) => (isChain(text) ? text.split('&&') : [grouped(text, texts.length)])).flatMap((step) => expanded(scripts, step.trim(), depth));
}

function expanded(scripts, step, depth) {
  const name = RUNS_SCRIPT.exec(step)?.[1];
  if (!scripts[name]?.trim() || depth > MOST_STEPS || isBuild(step)) return [step];
  return withHooks(scripts, name, depth + 1);
}

/** Nothing of the shell but `&&`. */
function isChain(text) {
  return !/[;|()`\n]|(?<!&)&(?!&)/.test(text);
}

function grouped(text, count) {
  return count === 1 ? text : `{ ${text}; }`;
}

function isBuild(step) {
  const name = RUNS_SCRIPT.exec(step)?.[1];
  return name === undefined ? BUILDER.test(step.replace(ASSIGNMENTS, '')) : BUILD_NAME.test(name);
}

/** What only sets variables or starts anew after a change has no place in an image. */
function plain(step) {
  return step.replace(/^cross-env(?:-shell)?\s+(?=\w+=)/, '').replace(/^((?:\w+=\S*\s+)*)nodemon\s+([\w@./-]+(?<!\.[cm]?ts))$/, '$1node $2');
}
