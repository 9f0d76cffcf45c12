// Installing by the lock file of a tool. What Debian's tools need themselves must not count as installed: they have a stage of their own.

const UV = '/opt/uv/bin/uv';
const UV_ENV =
  'VIRTUAL_ENV=/opt/venv UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON=/opt/venv/bin/python3 UV_PYTHON_DOWNLOADS=never ' +
  'UV_LINK_MODE=copy UV_CACHE_DIR=/root/.cache/pip/uv HOME=/root';
const REQUIREMENTS = '/tmp/requirements.txt';
/** Their requirements are complete: pip looks for no others. */
const LOCKED = `--no-deps -r ${REQUIREMENTS}`;

/**
 * Tools, the one whose lock file counts first if there are several. `file`: what tells it; `table`: one of pyproject.toml that does, too.
 * `reads`: its other files; `packages`: the Debian packages that have the tool; `command`: what writes requirements to a file;
 * `builds`: the Debian package that builds the folder if it is a package. uv is not Debian's, and installs by itself.
 */
const TOOLS = [
  { name: 'uv', file: 'uv.lock', table: /^\[tool\.uv\.(sources|workspace)/m, reads: ['pyproject.toml', 'uv.toml'] },
  {
    name: 'poetry',
    file: 'poetry.lock',
    table: /^\[tool\.poetry\.(dependencies|group)/m,
    reads: ['pyproject.toml', 'poetry.toml'],
    packages: ['python3-poetry', 'python3-poetry-plugin-export'],
    command: `poetry export --no-interaction --only main -o ${REQUIREMENTS}`,
    builds: 'python3-poetry-core',
  },
  {
    name: 'pdm',
    file: 'pdm.lock',
    reads: ['pyproject.toml', 'pdm.toml'],
    packages: ['python3-pdm'],
    command: `PDM_CHECK_UPDATE=false PDM_USE_VENV=false pdm export --prod -o ${REQUIREMENTS}`,
  },
  { name: 'uv', file: 'pylock.toml', reads: [] },
  { name: 'pipenv', file: 'Pipfile.lock', reads: ['Pipfile'], packages: ['pipenv'], command: `pipenv requirements > ${REQUIREMENTS}` },
  { name: 'pipenv', file: 'Pipfile', reads: [], packages: ['pipenv'], command: `pipenv lock && pipenv requirements > ${REQUIREMENTS}` },
];

/** The tool that a folder's dependencies are locked by; undefined if there is none. */
export function toolOf({ has }, pyproject) {
  return TOOLS.find(({ file }) => has(file)) ?? TOOLS.find(({ table }) => table?.test(pyproject));
}

/** The files by which tools are told. */
export const LOCK_FILES = TOOLS.map(({ file }) => file);

/**
 * `reads`: what decides about the dependencies; `tool`: commands that bring uv; `commands`: what installs; `project`: what installs the
 * folder itself, and packages beside it; undefined if pip does that. `locked`: `packages` and `command` of a stage that writes
 * requirements, undefined with uv; `builds`: see above.
 */
export function lockedInstall(data, tool, pip) {
  const { command, packages, builds } = tool;
  const reads = [tool.file, ...tool.reads].filter(data.has);
  if (tool.name === 'uv') return { reads, tool: toolCommand(data), ...byUv(data, tool) };
  return { reads, locked: { packages, command: `HOME=/tmp ${command}` }, commands: [pip(LOCKED)], builds };
}

function byUv(data, { file }) {
  if (file === 'pylock.toml') return { commands: [`${UV_ENV} ${UV} pip install${wheels(data)} -r pylock.toml`] };
  const sync = `${UV_ENV} ${UV} sync --no-dev${data.has('uv.lock') ? ' --frozen' : ''}${wheels(data)}`;
  return { commands: [`${sync} --no-install-project --no-install-workspace`], project: sync };
}

/** As its `required-version` asks. */
function toolCommand({ text }) {
  const [, version = ''] = /^required-version\s*=\s*["']([^"'\s]+)["']/m.exec(text('pyproject.toml') ?? '') ?? [];
  const wanted = /^\d/.test(version) ? `uv==${version}` : `uv${version}`;
  return ['python3 -m venv --without-pip /opt/uv', `HOME=/root pip --python /opt/uv/bin/python3 --disable-pip-version-check install '${wanted}'`];
}

function wheels({ has }) {
  return has('wheels') ? ' --find-links wheels' : '';
}
