// package.json and deno.json, read.
import { parsedJson, parsedPackage } from './json.mjs';
import { hasStart } from './scripts.mjs';
import { packageNamed, packagesOf } from './workspaces.mjs';

/** Files that start a project where no script does. */
const STARTS = /^(?:index|server|app|main)\.[cm]?[jt]sx?$/;

/**
 * What package.json says, with the tasks of deno.json among its scripts, and for a monorepo `packages`, and `target`, the one of them that is
 * started in place of the root. Null if there is no package.json, an empty one if it can't be read: that is for the package manager to complain of.
 */
export function manifestOf(data) {
  const manifest = packageOf(data);
  if (manifest === null) return null;
  const packages = packagesOf(data, manifest);
  return { ...manifest, scripts: { ...tasksOf(data), ...manifest.scripts }, packages, target: targetOf(data, manifest, packages) };
}

/** The same for what starts and builds: deno.json alone is enough. */
export function projectOf(data) {
  return manifestOf(data) ?? { scripts: tasksOf(data) };
}

/** The package that funko.yml names, else the only one that can be started if the root can't. */
function targetOf(data, manifest, packages) {
  const { workspace, start, entry } = data.options;
  if (workspace !== '') return packageNamed(packages, workspace) ?? refuse(data, workspace, packages);
  const isRoot = start.length > 0 || entry !== '' || hasStart(manifest) || manifest.main !== undefined || data.files.some((path) => STARTS.test(path));
  if (isRoot) return undefined;
  const startable = packages.filter((each) => hasStart(each.manifest));
  if (startable.length > 1) data.fail(`funko.yml: ${startable.map(({ folder }) => folder).join(', ')} can be started; name one with "options: { workspace: FOLDER }"`);
  return startable[0];
}

function refuse({ fail }, workspace, packages) {
  const there = packages.map(({ folder }) => folder).join(', ');
  return fail(`funko.yml: options.workspace is ${JSON.stringify(workspace)}; it must be the name or the folder of a package: ${there || 'there is none'}`);
}

function packageOf({ text }) {
  const source = text('package.json');
  return source === undefined ? null : parsedPackage(source);
}

/** A task may be a mapping with its command. */
function tasksOf({ text }) {
  const { tasks } = parsedJson(withoutComments(text('deno.json') ?? text('deno.jsonc') ?? '{}'));
  const commands = Object.entries(tasks ?? {}).map(([name, task]) => [name, typeof task === 'string' ? task : task?.command]);
  return Object.fromEntries(commands.filter(([, command]) => typeof command === 'string'));
}

function withoutComments(source) {
  const plain = source.replaceAll(/"(?:[^"\\]|\\.)*"|\/\/.*|\/\*[^]*?\*\//g, (match) => (match.startsWith('"') ? match : ''));
  return plain.replaceAll(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (match) => (match === ',' ? '' : match));
}
