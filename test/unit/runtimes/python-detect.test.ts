/** How a folder with Python is known, and where what it imports comes from. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { guessRuntimes } from '../../../src/builder/detect/detect.ts';
import { listRuntimes } from '../../../src/builder/runtime/runtime.ts';
import { RUNTIMES, tempFolder } from '../../support/builder/folders.ts';

async function guessOf(files: Record<string, string>): Promise<unknown[]> {
  await using folder = await tempFolder(files);
  const [guess] = await guessRuntimes(folder.path, await listRuntimes(RUNTIMES));
  return [guess?.runtime?.name, guess?.name ?? guess?.evidence[0], guess?.options];
}

const MANAGE = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";

it('takes Debian packages for what the code imports', async () => {
  for (const [files, name, packages] of [
    [
      { 'main.py': 'from fastapi import FastAPI\nimport httpx, models\n', 'models.py': 'import requests' },
      'FastAPI',
      ['fastapi', 'httpx', 'requests'],
    ],
    [{ 'main.py': 'from fastapi.templating import Jinja2Templates\n' }, 'FastAPI', ['fastapi', 'jinja2']],
    [
      { 'hello.py': 'from flask import Flask\nimport yaml as y\n', 'tests/test_a.py': 'import bs4\n' },
      'Flask',
      ['flask', 'yaml'],
    ],
    [{ 'main.py': 'from starlette.applications import Starlette\n' }, 'Starlette', ['starlette']],
    [
      {
        'manage.py': `${MANAGE}from django.core.management import x`,
        'shop/settings.py': 'X = [\'whitenoise.middleware.Y\', "rest_framework"]\n',
      },
      'Django',
      ['django', 'djangorestframework', 'whitenoise'],
    ],
  ] as const)
    assert.deepEqual(await guessOf(files), [
      'python',
      name,
      { ship_packages: packages.map((each) => `python3-${each}`) },
    ]);
});

it('leaves the packages to the file that names them', async () => {
  const app = { 'main.py': 'from fastapi import FastAPI\n' };
  for (const file of ['requirements.txt', 'pyproject.toml', 'uv.lock', 'Pipfile', 'requirements/prod.txt'])
    assert.deepEqual(await guessOf({ ...app, [file]: '' }), ['python', 'FastAPI', {}]);
  assert.deepEqual(await guessOf({ 'app.py': 'import unheard_of\n' }), ['python', 'app.py', {}]);
});
