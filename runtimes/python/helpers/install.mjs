// How a funko's dependencies are installed: by which file, and from what of the folder.
import { LOCK_FILES, lockedInstall, toolOf } from './locked.mjs';
import { checkPython } from './python-version.mjs';
import { localsOf } from './requirements.mjs';

const FREEZE = 'pip freeze > requirements.txt';
/** Files of tools that the runtime does not have: what makes a requirements.txt of them. */
const OF_OTHER_TOOLS = { 'pixi.lock': FREEZE, 'pixi.toml': FREEZE, 'environment.yml': FREEZE, 'environment.yaml': FREEZE };
const OF_PIXI = /^\[tool\.pixi\./m;
/** Where projects keep what production needs, if it is not requirements.txt. */
const REQUIREMENTS = ['requirements.txt', ...['production', 'prod'].flatMap((name) => [`requirements/${name}.txt`, `requirements-${name}.txt`])];
/** Requirements that only a requirements.txt brings in. */
const OTHER_REQUIREMENTS = /^requirements(\.in$|[-_.\w]*\.txt$|\/[^/]+\.(txt|in)$)/;
const DEPENDENCIES = /^dependencies\s*=\s*\[\s*["'#]/m;
const DYNAMIC = /^dynamic\s*=\s*\[[^\]]*["']dependencies["']/m;
const COMMANDS = /^\[(project\.((gui-)?scripts|entry-points)|tool\.poetry\.(scripts|plugins))/m;
/** Packages of the folder that pyproject.toml names, and its workspace. */
const LOCAL_PATHS = /\bpath\s*=\s*["'](?!\/)|^\[tool\.uv\.workspace\]|\bworkspace\s*=\s*true/m;
/** Each COPY is a layer, of which an image can't have any number. */
const MOST_COPIES = 50;
const VENV = 'python3 -m venv --system-site-packages --without-pip /opt/venv';
const PIP = 'pip --python /opt/venv/bin/python3 --disable-pip-version-check install';
const SETTINGS = ['constraints.txt', 'pip.conf', 'wheels'];

/**
 * Null if nothing names dependencies. Else:
 * `packages`: Debian packages that installing needs; `tool`: commands that bring a tool which Debian does not have, or undefined;
 * `locked`: a stage that writes requirements, or undefined; `copies`: the COPY lines; `commands`: what installs into /opt/venv;
 * `files`: what pip reads, and replaces variables in;
 * `project`: what installs the folder itself afterwards, with all of it there; undefined if it is not to be installed.
 */
export function installOf(data) {
  checkPython(data);
  const requirements = REQUIREMENTS.find(data.has);
  const pyproject = data.text('pyproject.toml') ?? '';
  const tool = toolOf(data, pyproject);
  if (tool && data.has(tool.file) && requirements !== 'requirements.txt') return ofTool(data, tool, pyproject);
  if (requirements) return ofRequirements(data, requirements);
  refuseOtherTools(data, pyproject);
  if (tool) return ofTool(data, tool, pyproject);
  if (/^\[project\]/m.test(pyproject)) return ofProject(data, pyproject);
  if (isSetup(data)) return ofSetup(data);
  warnOfOthers(data);
  return null;
}

function ofRequirements(data, file) {
  const { files, paths } = localsOf(data, file);
  const copies = copiesOf(data, [...files, ...paths, ...SETTINGS.filter(data.has)]);
  const isLocal = paths.length > 0;
  if (!paths.includes('.')) warnOfUnused(data, file);
  return {
    packages: isLocal ? ['python3-setuptools'] : [],
    copies: paths.includes('.') || copies.length > MOST_COPIES ? ['COPY . .'] : copies,
    commands: [VENV, pip(data, `-r ${file}`, isLocal)],
    files,
  };
}

function warnOfUnused({ has, text, warn }, file) {
  const pyproject = text('pyproject.toml') ?? '';
  const isNamed = DEPENDENCIES.test(pyproject) || toolOf({ has: () => false }, pyproject) !== undefined;
  const unused = [...LOCK_FILES, ...Object.keys(OF_OTHER_TOOLS), ...(isNamed ? ['pyproject.toml'] : [])].filter(has);
  if (unused.length > 0) warn(`${file}: dependencies are installed by it, and not by ${unused.join(', ')}`);
}

function refuseOtherTools({ has, fail }, pyproject) {
  const files = Object.entries(OF_OTHER_TOOLS).filter(([file]) => has(file));
  const [what, command] = files[0] ?? (OF_PIXI.test(pyproject) ? ['pyproject.toml: [tool.pixi]', FREEZE] : []);
  if (what !== undefined)
    fail(`${what}: the runtime "python" does not install by it; make a requirements.txt of it (${command})`);
}

function warnOfOthers({ files, warn }) {
  const found = files.filter((file) => OTHER_REQUIREMENTS.test(file));
  if (found.length > 0)
    warn(`${found.join(', ')}: nothing is installed by it; the runtime "python" reads requirements.txt, which can include it (-r ${found[0]})`);
}

/** By a lock file, or what would make one. Packages beside the folder's own are installed with all of it there. */
function ofTool(data, tool, pyproject) {
  const { reads, commands, project, builds, locked, tool: bring } = lockedInstall(data, tool, (what) => pip(data, what));
  const hasLocals = LOCAL_PATHS.test(pyproject);
  const isWhole = hasLocals && project === undefined;
  const isPackage = needsInstalling(data, pyproject) || hasLocals;
  const settings = SETTINGS.filter(data.has);
  return {
    packages: isPackage && locked ? ['python3-setuptools', ...(builds ? [builds] : [])] : [],
    tool: bring,
    locked: locked && { ...locked, copies: isWhole ? ['COPY . .'] : copiesOf(data, reads) },
    copies: isWhole ? ['COPY . .'] : copiesOf(data, [...(locked ? [] : reads), ...settings]),
    commands: [VENV, ...commands],
    files: [],
    project: isPackage ? (project ?? pip(data, '--no-deps -e .', true)) : undefined,
  };
}

function ofProject(data, pyproject) {
  if (DYNAMIC.test(pyproject)) return ofSetup(data);
  const project = needsInstalling(data, pyproject) ? pip(data, '--no-deps -e .', true) : undefined;
  const copies = copiesOf(data, ['pyproject.toml', ...SETTINGS.filter(data.has)]);
  return {
    packages: project ? ['python3-setuptools'] : [],
    copies: [...copies, 'COPY .runtime/dependencies.py .runtime/'],
    commands: [
      VENV,
      'python3 .runtime/dependencies.py pyproject.toml > /tmp/requirements.txt',
      pip(data, '-r /tmp/requirements.txt'),
    ],
    files: ['pyproject.toml'],
    project,
  };
}

/** setup.py, setup.cfg, or a pyproject.toml with `dynamic`: only the build system knows the dependencies. */
function ofSetup(data) {
  return { packages: ['python3-setuptools'], copies: ['COPY . .'], commands: [VENV, pip(data, '-e .', true)], files: [] };
}

/** The folder itself is a package whose code, commands or entry points are found only if it is installed. */
function needsInstalling(data, pyproject) {
  const isPackage = /^\[build-system\]/m.test(pyproject) || isSetup(data);
  return isPackage && (data.has('src') || COMMANDS.test(pyproject));
}

/** Many a setup.cfg is only there for linters. */
function isSetup({ has, text }) {
  return has('setup.py') || /^\[(metadata|options)\]/m.test(text('setup.cfg') ?? '');
}

/** @param isLocal whether packages of the folder are built: by Debian's setuptools if that can, which needs no index */
function pip(data, what, isLocal = false) {
  const settings = `${data.has('pip.conf') ? 'PIP_CONFIG_FILE=pip.conf ' : ''}HOME=/root ${PIP}`;
  const rest = `${data.has('wheels') ? '--find-links wheels ' : ''}${what}`;
  if (!isLocal) return `${settings} ${rest}`;
  return `{ ${settings} --use-pep517 --no-build-isolation ${rest} || ${settings} --use-pep517 ${rest}; }`;
}

/** COPY lines: files together with those of the same folder, folders by themselves. */
function copiesOf({ has, files }, wanted) {
  const isFile = new Set(files);
  const folders = [...new Set(wanted)].filter((path) => path !== '.' && !isFile.has(path) && has(path));
  const alone = wanted.filter((path) => isFile.has(path) && !folders.some((folder) => path.startsWith(`${folder}/`)));
  const groups = Map.groupBy(alone, (path) => path.slice(0, path.lastIndexOf('/') + 1));
  return [
    ...[...groups].map(([folder, paths]) => copy([...new Set(paths)], `./${folder}`)),
    ...folders.map((folder) => copy([folder], folder)),
  ];
}

function copy(paths, target) {
  const words = [...paths, target];
  return words.every((word) => /^[\w@./+-]+$/.test(word)) ? `COPY ${words.join(' ')}` : `COPY ${JSON.stringify(words)}`;
}
