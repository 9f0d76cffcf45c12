/** How the runtime `python` installs a funko's dependencies: by what is there, or not at all, but never in silence. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from '../../support/builder/contexts.ts';

const APP = { 'app.py': 'app = Flask(__name__)\n' };

/** The lines with COPY and what RUN lines do, without apt. */
async function stepsOf(files: Record<string, string>): Promise<string[]> {
  const { text } = await builtWith('python', { ...APP, ...files });
  const lines = text.replaceAll(/\\\n */g, '').split('\n');
  const steps = lines.filter((line) => /^(COPY|RUN)/.test(line) && !line.includes('apt-get'));
  return steps.map((line) =>
    line.replace(/^RUN .*? \. \/run\/install\.sh && /, '').replaceAll(/HOME=\/root pip .*? install/g, 'pip'),
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

it('installs what the tool of a lock file makes of it, in a stage whose packages do not count as installed', async () => {
  const pyproject = '[project]\nname = "x"\n';
  const pdm = 'PDM_CHECK_UPDATE=false PDM_USE_VENV=false pdm export --prod -o /tmp/requirements.txt';
  const poetry = 'poetry export --no-interaction --only main -o /tmp/requirements.txt';
  for (const [file, copies, command, packages] of [
    ['poetry.lock', 'poetry.lock pyproject.toml', poetry, 'python3-poetry python3-poetry-plugin-export'],
    ['pdm.lock', 'pdm.lock pyproject.toml', pdm, 'python3-pdm'],
    ['Pipfile.lock', 'Pipfile.lock', 'pipenv requirements > /tmp/requirements.txt', 'pipenv'],
  ] as const) {
    const files = { [file]: '', 'pyproject.toml': pyproject };
    assert.deepEqual(
      await stepsOf(files),
      [
        `COPY ${copies} ./`,
        `HOME=/tmp ${command}`,
        'COPY --from=locked /tmp/requirements.txt /tmp/',
        `${VENV} && pip --no-deps -r /tmp/requirements.txt`,
        ...REST,
      ],
      file,
    );
    const { text } = await builtWith('python', { ...APP, ...files });
    const installed = [...text.matchAll(/--no-install-recommends (.*)$/gm)].map(([, names]) => names);
    assert.deepEqual(installed.slice(1), [packages, 'python3-pip']);
  }
});

it('installs with uv by its lock file', async () => {
  const pyproject = '[project]\nname = "x"\n[tool.uv]\nrequired-version = "0.9.2"\n';
  const bring = (uv: string): string => `python3 -m venv --without-pip /opt/uv && pip '${uv}'`;
  const uv =
    'VIRTUAL_ENV=/opt/venv UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON=/opt/venv/bin/python3 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_CACHE_DIR=/root/.cache/pip/uv HOME=/root /opt/uv/bin/uv';
  assert.deepEqual(await stepsOf({ 'uv.lock': '', 'pyproject.toml': pyproject }), [
    bring('uv==0.9.2'),
    'COPY uv.lock pyproject.toml ./',
    `${VENV} && ${uv} sync --no-dev --frozen --no-install-project --no-install-workspace`,
    ...REST,
  ]);
  assert.deepEqual(await stepsOf({ 'pylock.toml': '' }), [
    bring('uv'),
    'COPY pylock.toml ./',
    `${VENV} && ${uv} pip install -r pylock.toml`,
    ...REST,
  ]);
  const workspace = '[project]\nname = "x"\n[tool.uv.workspace]\nmembers = ["libs/*"]\n';
  const steps = await stepsOf({ 'uv.lock': '', 'pyproject.toml': workspace, 'libs/a/pyproject.toml': '' });
  assert.deepEqual(steps.slice(-4, -2), ['COPY . .', `${uv} sync --no-dev --frozen`]);
});

it('installs packages of the folder that a lock file names with all of the folder', async () => {
  const path = '[tool.poetry.dependencies]\nlib = { path = "./lib" }\n';
  const steps = await stepsOf({ 'poetry.lock': '', 'pyproject.toml': path, 'lib/setup.py': '' });
  assert.deepEqual([steps[0], steps[3]], ['COPY . .', 'COPY . .']);
});

it('refuses files of tools that it does not have, and says what to do', async () => {
  for (const [file, source, what] of [
    ['environment.yml', '', 'environment.yml'],
    ['pixi.lock', '', 'pixi.lock'],
    ['pyproject.toml', '[tool.pixi.dependencies]\n', 'pyproject.toml: [tool.pixi]'],
  ] as const) {
    const message = `${what}: the runtime "python" does not install by it; make a requirements.txt of it (pip freeze > requirements.txt)`;
    const refusal = await refusalOf({ [file]: source });
    assert.ok(refusal.endsWith(message), refusal);
  }
});

it('installs the folder itself if only its build system knows the dependencies', async () => {
  const dynamic = '[project]\nname = "x"\ndynamic = ["version", "dependencies"]\n';
  const steps = await stepsOf({ 'pyproject.toml': dynamic });
  assert.deepEqual(steps, ['COPY . .', `${VENV} && ${eachWay('-e .')}`, ...REST]);
});

it('compiles the code of large folders, and runs the option build', async () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`lib/m${index}.py`, '']));
  const compile = '{ python3 -m compileall -q -j 0 . > /dev/null || true; }';
  const lastOf = async (files: Record<string, string>, options = ''): Promise<string | undefined> => {
    const { text } = await builtWith('python', { ...APP, ...files }, options);
    return /COPY \. \.\n(RUN [^#]*)/
      .exec(text)?.[1]
      ?.replaceAll(/ \\\n */g, ' ')
      .trim();
  };
  const build = 'options: { build: make docs }\n';
  assert.equal(await lastOf({}), undefined);
  assert.equal(await lastOf(many), `RUN ${compile}`);
  assert.equal(await lastOf(many, build), `RUN ${compile} && make docs`);
});

it('collects the static files of a Django project that says where to', async () => {
  const manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
  const files = { 'manage.py': manage, 'shop/wsgi.py': 'application = get_wsgi_application()\n' };
  const ofSettings = async (settings: Record<string, string>, options = ''): Promise<boolean> =>
    (await builtWith('python', { ...files, ...settings }, options)).text.includes(
      'python3 manage.py collectstatic --noinput\n',
    );
  const root = 'STATIC_ROOT = BASE_DIR / "static"\n';
  assert.equal(await ofSettings({ 'shop/settings.py': root }), true);
  assert.equal(await ofSettings({ 'shop/settings/__init__.py': '', 'shop/settings/base.py': root }), true);
  assert.equal(await ofSettings({ 'shop/settings.py': '# STATIC_ROOT = x\n' }), false);
  assert.equal(await ofSettings({ 'shop/settings.py': root }, 'options: { build: "true" }\n'), false);
});

it('warns of files that name dependencies and are not used', async () => {
  const pyproject = '[project]\ndependencies = [\n  "flask",\n]\n';
  for (const [files, warning] of [
    [
      { 'requirements.txt': '', 'uv.lock': '', 'pyproject.toml': pyproject },
      'requirements.txt: dependencies are installed by it, and not by uv.lock, pyproject.toml',
    ],
    [
      { 'requirements/dev.txt': 'flask' },
      'requirements/dev.txt: nothing is installed by it; the runtime "python" reads requirements.txt, which can include it (-r requirements/dev.txt)',
    ],
  ] as const) {
    const { warnings } = await builtWith('python', { ...APP, ...files });
    assert.deepEqual(warnings, [`FOLDER/${warning}`]);
  }
  const own = { 'requirements.txt': '-e .\n', 'pyproject.toml': pyproject };
  assert.deepEqual((await builtWith('python', { ...APP, ...own })).warnings, []);
});

it('warns of a project that does not allow the Python that is there', async () => {
  const warningsOf = async (project: string): Promise<number> =>
    (await builtWith('python', { ...APP, 'pyproject.toml': project })).warnings.length;
  for (const [wanted, count] of [
    ['>=3.9', 0],
    ['>=3.9,<3.13', 1],
    ['<3.13.2', 0],
    ['~=3.11', 0],
    ['~=3.12.0', 1],
    ['==3.12.*', 1],
    ['>=3.8,<4.0', 0],
    ['>=3.14', 1],
  ] as const) {
    assert.equal(await warningsOf(`[project]\nname = "x"\nrequires-python = "${wanted}"\n`), count, wanted);
  }
  const poetry = (wanted: string): string => `[tool.poetry.dependencies]\npython = "${wanted}"\n`;
  assert.deepEqual(
    await Promise.all(['^3.11', '~3.12'].map(async (each) => warningsOf(poetry(each)))),
    [0, 1],
  );
});
