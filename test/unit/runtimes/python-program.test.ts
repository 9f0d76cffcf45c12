/** What the runtime `python` starts: which file it finds, and how it reads what funko.yml or a Procfile says. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from '../../support/builder/contexts.ts';

const FASTAPI = 'from fastapi import FastAPI\n\napp = FastAPI()\n';
const MANAGE = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
const DJANGO = 'application = get_wsgi_application()\n';
const GUARDED =
  'from http.server import HTTPServer\n\nif __name__ == "__main__":\n    HTTPServer(("", 3000), None).serve_forever()\n';

/** The image's command as a line; of an application just what is served. */
async function startOf(files: Record<string, string>, options = ''): Promise<string> {
  const { text } = await builtWith('python', files, options);
  const words = JSON.parse(/^CMD (.*)$/m.exec(text)?.[1] ?? '') as string[];
  return words.join(' ').replace(/^python3 \.runtime\/serve\.py (\S+) .*$/, 'serves $1');
}

it('finds the file with the application, wherever projects have it', async () => {
  for (const [files, start] of [
    [{ 'hello.py': 'app = Flask(__name__)\n', 'models.py': 'x = 1\n' }, 'serves hello.py'],
    [{ 'server.py': 'web = flask.Flask(__name__)\n' }, 'serves server.py'],
    [
      { 'app/__init__.py': '', 'app/main.py': FASTAPI, 'tests/test_main.py': 'from app.main import app\n' },
      'serves app/main.py',
    ],
    [
      { 'src/shop/__init__.py': '', 'src/shop/api.py': '', 'src/shop/asgi.py': FASTAPI },
      'serves src/shop/asgi.py',
    ],
    [
      { 'flaskr/__init__.py': 'def create_app(test_config=None):\n    pass\n', 'flaskr/db.py': '' },
      'serves flaskr/__init__.py',
    ],
    [
      {
        'main.py': 'import uvicorn\n\nif __name__ == "__main__":\n    uvicorn.run("app.web:app")\n',
        'app/app.py': FASTAPI,
      },
      'serves app/app.py',
    ],
    [{ 'run.py': GUARDED, 'tool.py': '' }, 'python3 run.py'],
    [
      { 'main.py': 'from aiohttp import web\napp = web.Application()\nweb.run_app(app)\n' },
      'python3 main.py',
    ],
    [{ 'app.py': 'app = Flask(__name__)\napp.run(host="0.0.0.0", port=81)\n' }, 'serves app.py'],
    [{ 'shop/__main__.py': 'print()\n', 'shop/a.py': '' }, 'python3 -m shop'],
    [{ 'only.py': 'print()\n' }, 'python3 only.py'],
  ] as const)
    assert.equal(await startOf(files), start);
});

it('finds the application of a Django project by its settings', async () => {
  const files = { 'manage.py': MANAGE, 'shop/wsgi.py': DJANGO, 'shop/asgi.py': DJANGO, 'app.py': FASTAPI };
  assert.equal(await startOf(files), 'serves shop/wsgi.py');
  const channels = { ...files, 'shop/settings.py': 'ASGI_APPLICATION = "shop.asgi.application"\n' };
  assert.equal(await startOf(channels), 'serves shop/asgi.py');
  assert.equal(await startOf({ 'manage.py': MANAGE, 'shop/settings.py': '' }), 'serves manage.py');
  const below = { 'web/manage.py': MANAGE, 'web/shop/wsgi.py': DJANGO, 'web/other/wsgi.py': DJANGO };
  assert.equal(await startOf(below), 'serves web/shop/wsgi.py');
});

it('takes an entry as a file or as a module, with a name in it', async () => {
  const files = { 'src/web.py': 'x = 1\n', 'flaskr/__init__.py': '' };
  for (const [entry, start] of [
    ['src/web.py:api', 'serves src/web.py:api'],
    ['src.web:make()', 'serves src/web.py:make()'],
    ['flaskr:create_app()', 'serves flaskr/__init__.py:create_app()'],
    ['src.web', 'python3 src/web.py'],
  ] as const)
    assert.equal(await startOf(files, `options: { entry: "${entry}" }\n`), start);
});

it('runs the command of a tool that runs others, on the port that requests come to', async () => {
  for (const [command, start] of [
    ['uv run uvicorn main:app', 'sh -c UVICORN_PORT=$PORT exec python3 -m uvicorn main:app'],
    ['poetry run gunicorn main:app', 'sh -c exec gunicorn main:app'],
    ['uv run --no-dev main.py', 'sh -c exec python3 main.py'],
    ['python -m flask --app main run', 'sh -c FLASK_RUN_PORT=$PORT exec python -m flask --app main run'],
  ] as const) {
    assert.equal(await startOf({}, `options: { start: "${command}" }\n`), start);
    assert.equal(await startOf({ Procfile: `web: ${command}\n`, 'main.py': FASTAPI }), start);
  }
});

it('says what it looked for', async () => {
  const built = builtWith('python', { 'a.py': 'x = 1\n', 'b.py': '' });
  const refusal = String(await built.catch((thrown: unknown) => thrown));
  for (const word of ['app.py', 'wsgi.py', 'create_app', 'manage.py', 'Procfile', 'options: { entry: FILE }'])
    assert.ok(refusal.includes(word), refusal);
});
