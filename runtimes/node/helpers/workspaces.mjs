// The packages of a monorepo, and commands of its root that stand for a script of one of them.
import { parsedPackage } from './json.mjs';
import { shellWord } from './words.mjs';

const TOOLS = new Set(['npm', 'pnpm', 'yarn', 'bun']);
/** What comes before the name or the folder of a package. */
const OF_PACKAGE = /^(?:-w|--workspace|--filter|-F|-C|--dir|--prefix|--cwd|workspace)$/;
/** Words that change nothing of which script runs. */
const NOISE = /^(?:run|run-script|-s|--silent|--if-present)$/;

/** The packages in a folder that is a monorepo's root, each with its `folder` and its `manifest`; none elsewhere. */
export function packagesOf({ files, has, text }, { workspaces }) {
  if (!workspaces && !has('pnpm-workspace.yaml')) return [];
  const paths = files.filter((path) => path.endsWith('/package.json') && !/(^|\/)node_modules\/|[\r\n]/.test(path));
  return paths.map((path) => ({ folder: path.slice(0, -'/package.json'.length), manifest: parsedPackage(text(path)) }));
}

/** The package that a name or a folder means; undefined if there is none. */
export function packageNamed(packages, reference) {
  const plain = reference.replace(/^\.\//, '').replace(/\/$/, '');
  return packages.find(({ folder, manifest }) => manifest.name === plain || folder === plain);
}

/**
 * `npm start -w api`, `pnpm --filter api start`, `yarn workspace api start` and the like.
 * @returns the package and the name of its script; undefined if the command is none of these
 */
export function callOf(command, packages) {
  const [tool, ...words] = command.replaceAll(/["']/g, '').split(/[\s=]+/);
  const at = words.findIndex((word) => OF_PACKAGE.test(word));
  if (!TOOLS.has(tool) || at < 0) return undefined;
  const [, reference = ''] = words.splice(at, 2);
  const names = words.filter((word) => !NOISE.test(word));
  const found = packageNamed(packages, reference);
  return found && names.length === 1 && found.manifest.scripts?.[names[0]] ? { package: found, script: names[0] } : undefined;
}

/** The commands that build a package, behind those for the packages of the folder that it depends on. */
export function buildsOf(target, packages, seen = new Set()) {
  if (seen.has(target)) return [];
  seen.add(target);
  const { dependencies, devDependencies, scripts } = target.manifest;
  const needed = Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => packages.find(({ manifest }) => manifest.name === name) ?? []);
  const own = scripts?.build?.trim() ? [`npm run --prefix ${shellWord(target.folder)} build`] : [];
  return [...needed.flatMap((each) => buildsOf(each, packages, seen)), ...own];
}
