// Which package manager installs a funko's dependencies, and in which version.

/** Without `packageManager` in package.json, by what the lock file's format says; the newest of each when this was written. */
const PNPM = [
  [9, '10.34.8'],
  [6, '8.15.9'],
  [5, '7.33.7'],
];
const YARN = [
  [10, '4.18.1'],
  [9, '4.14.1'],
  [8, '4.12.0'],
  [6, '3.8.7'],
  [5, '3.1.1'],
  [0, '2.4.2'],
];
const YARN_CLASSIC = '1.22.22';
export const BUN = '1.4.5';

/** In the order of preference where nothing names the manager: npm's are those of the tool that everybody has. */
const LOCK_FILES = {
  'npm-shrinkwrap.json': 'npm',
  'package-lock.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};
const VERSION = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

/**
 * @returns `kind`: npm, pnpm, yarn (1), berry (Yarn 2 or newer) or bun; `lock`: its lock file, undefined if there is none; `tool`: the npm
 * package that has it, undefined for the npm of the image
 */
export function managerOf(data, manifest) {
  const named = namedManager(data, manifest);
  const locks = Object.keys(LOCK_FILES).filter((file) => data.has(file));
  const lock = locks.find((file) => LOCK_FILES[file] === named?.name) ?? locks[0];
  sayUnused(data, { lock, locks, named });
  const name = lock === undefined ? (named?.name ?? 'npm') : LOCK_FILES[lock];
  const version = named?.name === name ? named.version : undefined;
  return { lock, ...toolOf(name, version, lock && (data.text(lock) ?? '')) };
}

/** `pnpm@9.1.0+sha512.…`, as Corepack reads it. */
function namedManager({ fail }, { packageManager }) {
  if (packageManager === undefined) return undefined;
  const [, name = '', version = ''] = /^(npm|pnpm|yarn|bun)@([^+]+)(\+.*)?$/.exec(String(packageManager)) ?? [];
  if (VERSION.test(version)) return { name, version };
  return fail(
    `package.json: "packageManager" is ${JSON.stringify(packageManager)}; it must be npm, pnpm, yarn or bun with a version, such as "pnpm@10.34.8"`,
  );
}

function sayUnused({ warn }, { lock, locks, named }) {
  const others = locks.filter((file) => file !== lock);
  if (others.length > 0)
    warn(`package.json: ${lock} is used, and not ${others.join(', ')}; remove what is out of date, or name the tool in "packageManager"`);
  else if (lock && named && LOCK_FILES[lock] !== named.name)
    warn(`package.json: ${lock} is used, though "packageManager" is ${named.name}; there is no lock file of ${named.name}`);
}

function toolOf(name, version, lock) {
  if (name === 'npm') return { kind: 'npm' };
  if (name === 'bun') return { kind: 'bun', tool: `bun@${version ?? BUN}` };
  if (name === 'pnpm') return { kind: 'pnpm', tool: `pnpm@${version ?? pnpmFor(lock)}` };
  const isClassic = version === undefined ? !/^__metadata:/m.test(lock ?? '') : version.startsWith('1.');
  if (isClassic) return { kind: 'yarn', tool: `yarn@${version ?? YARN_CLASSIC}` };
  return { kind: 'berry', tool: `@yarnpkg/cli-dist@${version ?? berryFor(lock)}` };
}

function pnpmFor(lock = '') {
  return newestFor(PNPM, /^lockfileVersion: '?(\d+)/m.exec(lock)?.[1]);
}

function berryFor(lock = '') {
  return newestFor(YARN, /^__metadata:\s+version: (\d+)/m.exec(lock)?.[1]);
}

function newestFor(versions, format = '99') {
  const [, version] = versions.find(([least]) => Number(format) >= least) ?? versions.at(-1);
  return version;
}
