/** How the runtime `python` installs a funko's dependencies: by what is there, or not at all, but never in silence. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from './contexts.ts';

const APP = { 'app.py': 'app = Flask(__name__)\n' };

/** The lines with COPY and what RUN lines do, without apt. */
async function stepsOf(files: Record<string, string>): Promise<string[]> {
  const { text } = await builtWith('python', { ...APP, ...files });
  const lines = text.replaceAll(/\\\n */g, '').split('\n');
  const steps = lines.filter((line) => /^(COPY|RUN)/.test(line) && !line.includes('apt-get'));
  return steps.map((line) =>
    line.replace(/^RUN .*?; done && /, '').replaceAll(/HOME=\/root pip .*? install/g, 'pip'),
  );
}

async function refusalOf(files: Record<string, string>): Promise<string> {
  const error = await builtWith('python', { ...APP, ...files }).catch((thrown: unknown) => thrown);
  return String(error);
}

const VENV = 'python3 -m venv --system-site-packages --without-pip /opt/venv';
/** Debian's build system first, which needs no index. */
const eachWay = (what: string): string =>
  `{ pip --use-pep517 --no-build-isolation ${what} || pip --use-pep517 ${what}; }`;
const REST = ['COPY --from=dependencies /opt/venv /opt/venv', 'COPY . .'];

it('copies what requirements.txt includes, and packages of the folder', async () => {
  const files = {
    'requirements.txt':
      '-r requirements/base.txt # all\nflask\\\n  >=3\n./mypkg[extra]\nlib @ file:./lib\nlibs/sub\n',
    'requirements/base.txt': '--requirement=more.txt\n-c limits.txt\nx @ https://example.org/x.whl\n',
    'requirements/more.txt': '-e ./edit\ngit+https://example.org/y#egg=y\n--find-links /${PLACE}\n',
    'requirements/limits.txt': 'flask<4\n',
    ...{ 'mypkg/setup.py': '', 'lib/setup.py': '', 'libs/sub/setup.py': '', 'edit/setup.py': '' },
  };
  assert.deepEqual(await stepsOf(files), [
    'COPY requirements.txt ./',
    'COPY requirements/base.txt requirements/more.txt requirements/limits.txt ./requirements/',
    ...['COPY mypkg mypkg', 'COPY lib lib', 'COPY libs/sub libs/sub', 'COPY edit edit'],
    `${VENV} && ${eachWay('-r requirements.txt')}`,
    ...REST,
  ]);
  const whole = await stepsOf({ 'requirements.txt': '-e .\n', 'setup.py': '' });
  assert.equal(whole[0], 'COPY . .');
  assert.deepEqual(await stepsOf({ 'requirements.txt': 'flask\n' }), [
    'COPY requirements.txt ./',
    `${VENV} && pip -r requirements.txt`,
    ...REST,
  ]);
});

it('refuses what requirements.txt names and the folder does not have', async () => {
  for (const [line, message] of [
    ['-r base.txt', /requirements\.txt: "base\.txt" is not in the funko's folder; add it/],
    ['-e ./x', /requirements\.txt: "\.\/x" is not in the funko's folder/],
    ['../x', /requirements\.txt: "\.\.\/x" is outside of the funko's folder/],
    ['x @ file:///home/me/x', /"file:\/\/\/home\/me\/x" is outside of the funko's folder/],
  ] as const)
    assert.match(await refusalOf({ 'requirements.txt': `${line}\n` }), message);
});

it('installs what pyproject.toml names', async () => {
  const project = '[project]\nname = "x"\ndependencies = ["flask"]\n';
  assert.deepEqual(await stepsOf({ 'pyproject.toml': project }), [
    'COPY pyproject.toml ./',
    'COPY .runtime/dependencies.py .runtime/',
    `${VENV} && python3 .runtime/dependencies.py pyproject.toml > /tmp/requirements.txt && pip -r /tmp/requirements.txt`,
    ...REST,
  ]);
  for (const [file, source] of [
    ['pyproject.toml', '[tool.ruff]\nline-length = 100\n'],
    ['setup.cfg', '[flake8]\n'],
  ] as const)
    assert.deepEqual(await stepsOf({ [file]: source }), ['COPY . .']);
});

it('installs the folder itself if it is a package with code in src, with commands, or with setup.py', async () => {
  const pyproject = '[project]\nname = "x"\n[build-system]\nrequires = ["setuptools"]\n';
  const install = eachWay('--no-deps -e .');
  const steps = await stepsOf({ 'pyproject.toml': pyproject, 'src/x/__init__.py': '' });
  assert.deepEqual(steps.slice(-4), [
    'COPY . .',
    install,
    'COPY --from=project /opt/venv /opt/venv',
    'COPY . .',
  ]);
  assert.equal((await stepsOf({ 'pyproject.toml': pyproject })).includes(install), false);
  assert.deepEqual(await stepsOf({ 'setup.py': '' }), ['COPY . .', `${VENV} && ${eachWay('-e .')}`, ...REST]);
});

it('refuses files of tools that it does not have, and says what to do', async () => {
  const uv = 'uv export --no-dev --no-emit-project -o requirements.txt';
  const poetry = 'poetry export -o requirements.txt';
  for (const [file, source, what, command] of [
    ['uv.lock', '', 'uv.lock', uv],
    ['poetry.lock', '', 'poetry.lock', poetry],
    ['Pipfile', '', 'Pipfile', 'pipenv requirements > requirements.txt'],
    ['pdm.lock', '', 'pdm.lock', 'pdm export --prod -o requirements.txt'],
    ['environment.yml', '', 'environment.yml', 'pip freeze > requirements.txt'],
    ['pyproject.toml', '[tool.uv.sources]\n', 'pyproject.toml: [tool.uv.sources]', uv],
    ['pyproject.toml', '[tool.poetry.dependencies]\n', 'pyproject.toml: [tool.poetry.dependencies]', poetry],
  ] as const) {
    const message = `${what}: the runtime "python" does not install by it; make a requirements.txt of it (${command})`;
    const refusal = await refusalOf({ [file]: source });
    assert.ok(refusal.endsWith(message), refusal);
  }
  const dynamic = '[project]\nname = "x"\ndynamic = ["version", "dependencies"]\n';
  assert.match(await refusalOf({ 'pyproject.toml': dynamic }), /its dependencies are dynamic/);
});

it('warns of files that name dependencies and are not used', async () => {
  const pyproject = '[project]\ndependencies = [\n  "flask",\n]\n';
  for (const [files, warning] of [
    [
      { 'requirements.txt': '', 'uv.lock': '', 'pyproject.toml': pyproject },
      'requirements.txt: dependencies are installed by it, and not by uv.lock, pyproject.toml',
    ],
    [
      { 'requirements/prod.txt': 'flask' },
      'requirements/prod.txt: nothing is installed by it; the runtime "python" reads requirements.txt, which can include it (-r requirements/prod.txt)',
    ],
  ] as const) {
    const { warnings } = await builtWith('python', { ...APP, ...files });
    assert.deepEqual(warnings, [`FOLDER/${warning}`]);
  }
  const own = { 'requirements.txt': '-e .\n', 'pyproject.toml': pyproject };
  assert.deepEqual((await builtWith('python', { ...APP, ...own })).warnings, []);
});
