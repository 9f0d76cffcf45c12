/** What the images of the runtimes start, and when they are ready. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listRuntimes } from '../../../../src/builder/runtime/runtime.ts';
import { builtWith } from '../../../support/builder/contexts.ts';
import { RUNTIMES } from '../../../support/builder/folders.ts';

const FLASK = { 'app.py': 'app = Flask(__name__)\n' };
const SCRIPT = 'import http.server\nhttp.server.HTTPServer(("", 3000), None).serve_forever()\n';

/** The image's command, and the health path. */
async function startOf(runtime: string, files: Record<string, string>, options = ''): Promise<unknown[]> {
  const { text, health } = await builtWith(runtime, files, options);
  return [...(JSON.parse(/^CMD (.*)$/m.exec(text)?.[1] ?? '') as string[]), health];
}

async function refusalOf(runtime: string, files: Record<string, string>, options = ''): Promise<string> {
  const error = await builtWith(runtime, files, options).catch((thrown: unknown) => thrown);
  return String(error);
}

it('runs a start command in place of the own server of a runtime, through a shell that it replaces', async () => {
  for (const [runtime, files] of [
    ['python', FLASK],
    ['ruby', { 'config.ru': '' }],
    ['php', { 'public/index.php': '' }],
    ['shell', { 'main.sh': '' }],
    ['python', {}],
    ['ruby', {}],
    ['php', {}],
    ['shell', {}],
  ] as const) {
    const text = await startOf(runtime, files, 'options: { start: my-server --port $PORT }\n');
    assert.deepEqual(text, ['sh', '-c', 'exec my-server --port $PORT', '']);
    const list = await startOf(runtime, files, 'options: { start: [my-server, a b] }\n');
    assert.deepEqual(list, ['my-server', 'a b', '']);
    const procfile = { ...files, Procfile: '# what runs\nworker: x\nweb: my-server --port $PORT\r\n' };
    assert.deepEqual(await startOf(runtime, procfile), ['sh', '-c', 'exec my-server --port $PORT', '']);
  }
});

it('starts the file that is there if nothing names one: an application is served, a program run', async () => {
  const served = (file: string): string[] => [
    ...['python3', '.runtime/serve.py', file, '--workers', '1', '--threads', '8', '/ping'],
  ];
  const cases: [string, Record<string, string>, string, string[]][] = [
    ['python', FLASK, '', served('app.py')],
    ['python', { 'main.py': 'from x import (\n  app,\n)\n' }, '', served('main.py')],
    ['python', { 'main.py': 'app: ASGI = make()\n' }, '', served('main.py')],
    ['python', { 'main.py': 'def create_app():\n  pass\n' }, '', served('main.py')],
    ['python', { 'app.py': SCRIPT }, '', ['python3', 'app.py', '']],
    ['python', { 'x.py': SCRIPT, ...FLASK }, 'options: { entry: x.py }\n', ['python3', 'x.py', '']],
    [
      'python',
      { 'manage.py': 'import app', 'my/wsgi.py': 'application = x()\n', 'my/asgi.py': 'application = x()\n' },
      '',
      served('my/wsgi.py'),
    ],
    ['ruby', { 'config.ru': '', 'app.rb': '' }, '', ['puma', '--config', '.runtime/puma.rb', '/ping']],
    ['ruby', { 'app.rb': '' }, '', ['ruby', 'app.rb', '']],
    ['ruby', { 'app.rb': '', Gemfile: '' }, '', ['bundle', 'exec', 'ruby', 'app.rb', '']],
    ['php', { 'public/index.php': '' }, '', ['bash', '.runtime/serve.sh', '/ping']],
    ['go', { 'go.mod': '' }, '', ['/usr/local/bin/funko', '']],
    ['go', { 'go.mod': '' }, 'options: { start: funko serve :3000 }\n', ['funko', 'serve', ':3000', '']],
  ];
  for (const [runtime, files, options, words] of cases)
    assert.deepEqual(await startOf(runtime, files, options), words);
});

it('says what it can not start', async () => {
  for (const runtime of ['python', 'ruby', 'php', 'shell'])
    assert.match(
      await refusalOf(runtime, {}),
      new RegExp(
        `/funko\\.yml: the runtime "${runtime}" finds nothing to start: .* "options: { start: COMMAND }"`,
      ),
    );
  const both = 'options: { entry: app.py, start: x }\n';
  assert.match(await refusalOf('python', FLASK, both), /options\.start and options\.entry are both set/);
  assert.match(await refusalOf('python', FLASK, 'options: { entry: b.py }\n'), /names the file b\.py, which/);
  const shell = 'options: { start: funko $PORT }\n';
  assert.match(await refusalOf('go', { 'go.mod': '' }, shell), /needs a shell, and the image has none/);
});

it('gives every image a UTF-8 locale, before anything of the funko is run', async () => {
  const files = {
    'index.js': '',
    'go.mod': '',
    'app.cr': '',
    'public/index.php': '',
    'Cargo.toml': '',
    'index.html': '',
    'config.ru': '',
    'Main.java': '',
  };
  for (const { name } of await listRuntimes(RUNTIMES)) {
    const { text } = await builtWith(name, { ...files, 'app.py': '', 'main.sh': '' });
    const last = `\n${text}`.split('\nFROM ').at(-1) ?? '';
    assert.match(last, /^ENV .*\bLANG=C\.UTF-8\b|^base\n/m, name);
    assert.match(text, /^ENV .*\bLANG=C\.UTF-8\b/m, name);
  }
});
