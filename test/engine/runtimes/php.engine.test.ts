/** The runtime `php`: what scripts are given, what can be reached, and how a funko fails and stops. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { before, it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { build, run, type Running } from '../../support/runtimes/running.ts';

const FRONT = `<?php
switch (strtok($_SERVER['REQUEST_URI'], '?')) {
  case '/throw': throw new Exception('on purpose');
  case '/fatal': echo 'half'; not_there();
  case '/memory': ini_get('memory_limit') === '8M' or exit('php.ini was not read'); str_repeat('x', 9_000_000); exit;
  case '/exit': http_response_code(202); exit(3);
  case '/log': file_put_contents('php://stderr', "said\\n"); error_log('logged'); exit;
  case '/body': exit((string) stream_copy_to_stream(fopen('php://input', 'r'), fopen('/dev/null', 'w')));
  case '/upload': exit((string) $_FILES['f']['size']);
  case '/large': for ($i = 0; $i < 16; $i++) echo str_repeat('x', 1_000_000); exit;
  case '/slow': file_put_contents('php://stderr', "slow began\\n"); usleep(1_500_000); exit('done');
}
$https = $_SERVER['HTTPS'] ?? 'off';
$proxy = getenv('HTTP_PROXY');
echo posix_getuid(), " {$_ENV['A']} {$_SERVER['REQUEST_URI']} {$_SERVER['SCRIPT_NAME']} $https [$proxy]";
`;

let running: Running;
let image: string;
const folder = await tempFolder({
  'funko.yml': 'name: built\nruntime: php\noptions: { root: web, workers: 4 }\n',
  'php.ini': 'memory_limit = 8M\n',
  'secret.php': '<?php echo "not for strangers";',
  'web/index.php': FRONT,
  'web/other.php': '<?php echo "other ", $_GET["a"], " ", $_SERVER["SCRIPT_NAME"];',
  'web/style.css': 'h1 { color: red }',
  'web/admin/index.php': '<?php echo "admin ", $_SERVER["SCRIPT_NAME"];',
  'web/docs/index.html': 'docs',
  'web/.env': 'hidden',
});

before(async () => {
  ({ image } = await build(folder.path));
  running = await run(image, '--env', 'A=b');
});

it('gives what is no file to index.php, as an unprivileged user, as the client asked for it', async () => {
  const headers = { 'x-forwarded-proto': 'https', proxy: 'http://evil.test' };
  const { status, text } = await running.ask('/a%2Fb.php?c=d', { headers });
  assert.deepEqual([status, text], [200, '1000 b /a%2Fb.php?c=d /index.php on []']);
});

it('serves files and scripts of the root, and nothing else', async () => {
  const style = await running.ask('/style.css');
  assert.deepEqual([style.text, style.headers['content-type']], ['h1 { color: red }', 'text/css; charset=utf-8']);
  assert.equal((await running.ask('/other.php?a=1')).text, 'other 1 /other.php');
  assert.equal((await running.ask('/.env')).status, 404);
  for (const path of ['/secret.php', '/../secret.php', '/%2e%2e/secret.php', '/funko.yml'])
    assert.doesNotMatch((await running.ask(path)).text, /strangers|runtime/, path);
});

it('answers for a folder with its own index', async () => {
  assert.equal((await running.ask('/admin/?a=1')).text, 'admin /admin/index.php');
  assert.equal((await running.ask('/docs/')).text, 'docs');
  const headers = { 'x-forwarded-prefix': '/funko/built' };
  const { status, headers: answered } = await running.ask('/admin?a=1', { headers });
  assert.deepEqual([status, answered.location], [301, '/funko/built/admin/?a=1']);
  assert.match((await running.ask('/docs/none/')).text, /\/docs\/none\/ \/index\.php/);
});

it('runs the scripts of composer.json and a command, has secrets as variables, and writes to its folders', async () => {
  const manifest = {
    config: { 'vendor-dir': 'lib/vendor' },
    autoload: { 'psr-4': { 'App\\': 'src/' } },
    scripts: { 'post-install-cmd': 'App\\Made::write' },
    repositories: { own: { type: 'path', url: 'packages/*' }, 'packagist.org': false },
    require: { 'own/words': '*', 'ext-ctype': '*' },
  };
  await using project = await tempFolder({
    'funko.yml':
      'name: own\nruntime: php\noptions: { build: "cp made made-twice", writable: [uploads] }\n',
    'composer.json': JSON.stringify(manifest),
    'packages/words/composer.json': '{ "name": "own/words", "version": "1.0", "autoload": { "files": ["w.php"] } }',
    'packages/words/w.php': '<?php function word() { return "word"; }',
    'src/Made.php':
      '<?php namespace App; class Made { static function write() { file_put_contents("made", "made"); } }',
    'public/index.php':
      '<?php require "../lib/vendor/autoload.php"; echo word(), " ", file_get_contents("../made-twice"), " ", getenv("API_KEY"), " ", fileowner("../uploads"), " ", class_exists(App\\Made::class);',
    key: 's3cret\n',
  });
  const made = await build(project.path);
  const served = await run(made.image, '--volume', `${project.at('key')}:/run/secrets/API_KEY:ro`);
  assert.equal((await served.ask('/')).text, 'word made s3cret 1000 1');
});

it('gives a changed file of the same size another ETag and time', async () => {
  const { headers } = await running.ask('/style.css');
  const known: Record<string, string>[] = [
    { 'if-none-match': headers.etag ?? '' },
    { 'if-modified-since': headers['last-modified'] ?? '' },
  ];
  await writeFile(folder.at('web/style.css'), 'h1 { color: tan }');
  const second = await run((await build(folder.path)).image, '--env', 'A=b');
  for (const headers of known) {
    const { status, text } = await second.ask('/style.css', { headers });
    assert.deepEqual([status, text], [200, 'h1 { color: tan }']);
  }
});

it('answers 500 without the trace when a script fails, logs the trace, and lives on', async () => {
  for (const [path, trace] of [
    ['/throw', /Uncaught Exception: on purpose in .*index\.php:3/],
    ['/fatal', /Call to undefined function not_there\(\)/],
    ['/memory', /Allowed memory size of 8388608 bytes exhausted/],
  ] as const) {
    const { status, text } = await running.ask(path);
    assert.equal(status, 500, path);
    assert.doesNotMatch(text, /purpose|undefined|php/);
    await running.logged(trace);
  }
  assert.equal((await running.ask('/exit')).status, 202);
  await running.ask('/log');
  await running.logged(/^said$[^]*logged/m);
});

it('takes bodies and files of any size', async () => {
  const body = 'x'.repeat(12_000_000);
  assert.equal((await running.ask('/body', { method: 'POST', body })).text, '12000000');
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  const part = 'Content-Disposition: form-data; name="f"; filename="f"';
  const form = { method: 'POST', headers, body: `--b\r\n${part}\r\n\r\n${body}\r\n--b--\r\n` };
  assert.equal((await running.ask('/upload', form)).text, '12000000');
});

it('runs as many requests at the same time as it has workers, and finishes all when it is stopped', async () => {
  const stopped = await run(image);
  const response = await stopped.begin('/large');
  const slow = Array.from({ length: 5 }, async () => stopped.ask('/slow'));
  await stopped.logged(/(slow began\s*){4}/);
  assert.equal((await stopped.ask('/ping')).status, 200);
  const status = stopped.stop();
  for (const answer of slow) assert.equal((await answer).text, 'done');
  assert.equal((await text(response)).length, 16_000_000);
  assert.equal(await status, '0');
});

it('ends when PHP-FPM or nginx ends', async () => {
  const ended = await run(image);
  await docker('exec', '--detach', ended.container, 'bash', '-c', 'kill -9 $(cat /tmp/nginx.pid)');
  await ended.logged(/ended by itself/);
  assert.equal(await docker('wait', ended.container), '1');
});

it('serves a folder that has its index.php at the top, without vendor, Composer’s files and names with a dot', async () => {
  await using top = await tempFolder({
    'funko.yml': 'name: top\nruntime: php\noptions: { root: . }\n',
    'index.php': '<?php echo "top ", $_POST["n"] ?? "";',
    'vendor/secret.php': '<?php echo "not for strangers";',
    'php.ini': 'memory_limit = 8M\n',
    '.env': 'not for strangers',
  });
  const made = await build(top.path);
  const served = await run(made.image);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.equal((await served.ask('/', { method: 'POST', headers, body: 'n=form' })).text, 'top form');
  for (const path of ['/vendor/secret.php', '/php.ini', '/.env', '/funko.yml'])
    assert.doesNotMatch((await served.ask(path)).text, /strangers|memory_limit|runtime/, path);
});
