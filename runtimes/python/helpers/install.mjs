// How a funko's dependencies are installed: by which file, and from what of the folder.
import { localsOf } from './requirements.mjs';

const UV = 'uv export --no-dev --no-emit-project -o requirements.txt';
const POETRY = 'poetry export -o requirements.txt';
const PIPENV = 'pipenv requirements > requirements.txt';
const FREEZE = 'pip freeze > requirements.txt';
/** Files of tools that the runtime does not have: what makes a requirements.txt of them. */
const OF_OTHER_TOOLS = {
  'uv.lock': UV,
  'poetry.lock': POETRY,
  'Pipfile.lock': PIPENV,
  Pipfile: PIPENV,
  'pdm.lock': 'pdm export --prod -o requirements.txt',
  'pixi.lock': FREEZE,
  'pixi.toml': FREEZE,
  'pylock.toml': FREEZE,
  'environment.yml': FREEZE,
  'environment.yaml': FREEZE,
};
/** The same of tables in pyproject.toml: pip would not read them, or take a public package of the same name. */
const OF_OTHER_TABLES = [
  [/^\[tool\.uv\.(sources|workspace)/m, '[tool.uv.sources]', UV],
  [/^\[tool\.poetry\.(dependencies|group)/m, '[tool.poetry.dependencies]', POETRY],
  [/^\[tool\.pixi\./m, '[tool.pixi]', FREEZE],
];
/** Requirements that only a requirements.txt brings in. */
const OTHER_REQUIREMENTS = /^requirements(\.in$|[-_.\w]*\.txt$|\/[^/]+\.(txt|in)$)/;
const DEPENDENCIES = /^dependencies\s*=\s*\[\s*["'#]/m;
const DYNAMIC = /^dynamic\s*=\s*\[[^\]]*["']dependencies["']/m;
const COMMANDS = /^\[project\.((gui-)?scripts|entry-points)/m;
/** Each COPY is a layer, of which an image can't have any number. */
const MOST_COPIES = 50;
const VENV = 'python3 -m venv --system-site-packages --without-pip /opt/venv';
const PIP = 'pip --python /opt/venv/bin/python3 --disable-pip-version-check install';
const SETTINGS = ['constraints.txt', 'pip.conf', 'wheels'];

/**
 * Null if nothing names dependencies. Else:
 * `packages`: Debian packages that installing needs; `copies`: the COPY lines; `commands`: what installs into /opt/venv;
 * `files`: what pip reads, and replaces variables in;
 * `project`: what installs the folder itself afterwards, with all of it there; undefined if it is not to be installed.
 */
export function installOf(data) {
  if (data.has('requirements.txt')) return ofRequirements(data);
  const pyproject = data.text('pyproject.toml') ?? '';
  refuseOtherTools(data, pyproject);
  if (/^\[project\]/m.test(pyproject)) return ofProject(data, pyproject);
  if (isSetup(data)) return ofSetup(data);
  warnOfOthers(data);
  return null;
}

function ofRequirements(data) {
  const { files, paths } = localsOf(data);
  const copies = copiesOf(data, [...files, ...paths, ...SETTINGS.filter(data.has)]);
  const isLocal = paths.length > 0;
  if (!paths.includes('.')) warnOfUnused(data);
  return {
    packages: isLocal ? ['python3-setuptools'] : [],
    copies: paths.includes('.') || copies.length > MOST_COPIES ? ['COPY . .'] : copies,
    commands: [VENV, pip(data, '-r requirements.txt', isLocal)],
    files,
  };
}

function warnOfUnused({ has, text, warn }) {
  const pyproject = text('pyproject.toml') ?? '';
  const isNamed = DEPENDENCIES.test(pyproject) || OF_OTHER_TABLES.some(([table]) => table.test(pyproject));
  const unused = [...Object.keys(OF_OTHER_TOOLS), ...(isNamed ? ['pyproject.toml'] : [])].filter(has);
  if (unused.length > 0) warn(`requirements.txt: dependencies are installed by it, and not by ${unused.join(', ')}`);
}

function refuseOtherTools({ has, fail }, pyproject) {
  const found = OF_OTHER_TABLES.find(([table]) => table.test(pyproject));
  const files = Object.entries(OF_OTHER_TOOLS).filter(([file]) => has(file));
  const [what, command] = files[0] ?? (found ? [`pyproject.toml: ${found[1]}`, found[2]] : []);
  if (what !== undefined)
    fail(`${what}: the runtime "python" does not install by it; make a requirements.txt of it (${command})`);
}

function warnOfOthers({ files, warn }) {
  const found = files.filter((file) => OTHER_REQUIREMENTS.test(file));
  if (found.length > 0)
    warn(`${found.join(', ')}: nothing is installed by it; the runtime "python" reads requirements.txt, which can include it (-r ${found[0]})`);
}

function ofProject(data, pyproject) {
  if (DYNAMIC.test(pyproject))
    data.fail('pyproject.toml: its dependencies are dynamic, which the runtime "python" can not read; name them in requirements.txt');
  const project = projectOf(data, pyproject);
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

/** setup.py or setup.cfg alone: only the build system knows the dependencies. */
function ofSetup(data) {
  return { packages: ['python3-setuptools'], copies: ['COPY . .'], commands: [VENV, pip(data, '-e .', true)], files: [] };
}

/** The folder itself is a package whose code, commands or entry points are found only if it is installed. */
function projectOf(data, pyproject) {
  const isPackage = /^\[build-system\]/m.test(pyproject) || isSetup(data);
  const needs = data.has('src') || COMMANDS.test(pyproject);
  return isPackage && needs ? pip(data, '--no-deps -e .', true) : undefined;
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
