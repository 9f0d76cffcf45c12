/** What the runtime `python` installs of a funko's own folder, without an index of packages. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { build, run } from '../../support/runtimes/running.ts';

const setup = (name: string): string =>
  `from setuptools import setup\nsetup(name="${name}", version="1.5", packages=["${name}"])\n`;
const APP = `
from importlib.metadata import version
import one, two, flask

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{one.WORD} {two.WORD} {version('one')}".encode()]
`;
const PYPROJECT = `[project]
name = "mine"
version = "2.5"
dependencies = ["flask>=3"]

[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"
`;

it('installs packages of the folder that requirements.txt names, and what it includes', async () => {
  await using folder = await tempFolder({
    'funko.yml': 'name: built\nruntime: python\noptions: { ship_packages: [python3-flask] }\n',
    'requirements.txt': '-r requirements/base.txt\n./one\n',
    'requirements/base.txt': 'flask>=3\n-e ./libs/two\n',
    'one/setup.py': setup('one'),
    'one/one/__init__.py': 'WORD = "first"\n',
    'libs/two/setup.py': setup('two'),
    'libs/two/two/__init__.py': 'WORD = "second"\n',
    'app.py': APP,
  });
  const running = await run((await build(folder.path)).image);
  assert.equal((await running.ask('/')).text, 'first second 1.5');
});

it('installs a folder that is a package itself by its pyproject.toml', async () => {
  await using folder = await tempFolder({
    'funko.yml': 'name: built\nruntime: python\noptions: { ship_packages: [python3-flask] }\n',
    'pyproject.toml': PYPROJECT,
    'src/mine/__init__.py': 'WORD = "mine"\n',
    'app.py': APP.replace('one, two', 'mine as one, mine as two').replace("'one'", "'mine'"),
  });
  const running = await run((await build(folder.path)).image);
  assert.equal((await running.ask('/')).text, 'mine mine 2.5');
});
