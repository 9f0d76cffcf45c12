// Installing by the lock file of a tool: the tool itself reads it, in a stage that does not get into the image.

const UV = '/opt/uv/bin/uv';
const UV_ENV =
  'VIRTUAL_ENV=/opt/venv UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON=/opt/venv/bin/python3 UV_PYTHON_DOWNLOADS=never ' +
  'UV_LINK_MODE=copy UV_CACHE_DIR=/root/.cache/pip/uv HOME=/root';
const REQUIREMENTS = '/tmp/requirements.txt';
/** Their requirements are complete: pip looks for no others. */
const LOCKED = `--no-deps -r ${REQUIREMENTS}`;

/**
 * Tools, the one whose lock file counts first if there are several. `file`: what tells it; `table`: one of pyproject.toml that does, too.
 * `packages`: the Debian packages that have the tool, and what builds the folder if it is a package; `reads`: its other files;
 * `command`: what writes requirements to a file. uv is not Debian's, and installs by itself.
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
  },
  { name: 'pdm', file: 'pdm.lock', reads: ['pyproject.toml', 'pdm.toml'], packages: ['python3-pdm'], command: `pdm export --prod -o ${REQUIREMENTS}` },
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
 * `packages`, `reads`: see above; `tool`: a command that brings it, before any file is there; `commands`: what installs;
 * `project`: what installs the folder itself, and packages beside it; undefined if pip does that.
 * @param pip makes a command with pip that installs
 */
export function lockedInstall(data, tool, pip) {
  const reads = [tool.file, ...tool.reads].filter(data.has);
  if (tool.name !== 'uv') return { packages: tool.packages, reads, commands: [`HOME=/tmp ${tool.command}`, pip(LOCKED)] };
  return { packages: [], reads, tool: toolCommand(data), ...byUv(data, tool) };
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
