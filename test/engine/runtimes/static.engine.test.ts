/** The runtime `static`: what it answers, what it lets caches know, and how it stops. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { before, it } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { scaffold } from '../../../src/builder/runtime/scaffold.ts';
import { RUNTIMES, tempFolder } from '../../support/builder/folders.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { build, endOf, run, type Running } from '../../support/runtimes/running.ts';

const LINES = 'a line of a text that is long enough\n'.repeat(100);
const LARGE = Buffer.alloc(32 << 20, 'x');
const folder = await tempFolder({
  'funko.yml': 'name: files\nruntime: static\noptions: { fallback: index.html, immutable: [/assets/] }\n',
  'public/index.html': 'home',
  'public/about.html': 'about',
  'public/sub/index.html': 'sub',
  'public/lines.txt': LINES,
  'public/assets/app.1.mjs': LINES,
  'public/large.bin': LARGE,
  'public/.hidden': 'hidden',
  'public/.well-known/x.txt': 'known',
});

let running: Running;
let image: string;

before(async () => {
  ({ image } = await build(folder.path));
  running = await run(image);
});

it('serves files with their types, folders, pages without extension, and the fallback', async () => {
  const cases: [string, number, string, string][] = [
    ['/', 200, 'home', 'text/html; charset=utf-8'],
    ['/lines.txt', 200, LINES, 'text/plain; charset=utf-8'],
    ['/assets/app.1.mjs', 200, LINES, 'text/javascript; charset=utf-8'],
    ['/about', 200, 'about', 'text/html; charset=utf-8'],
    ['/sub/', 200, 'sub', 'text/html; charset=utf-8'],
    ['/route/of/the/app', 200, 'home', 'text/html; charset=utf-8'],
    ['/.well-known/x.txt', 200, 'known', 'text/plain; charset=utf-8'],
  ];
  for (const [path, ...expected] of cases) {
    const { status, text, headers } = await running.ask(path);
    assert.deepEqual([status, text, headers['content-type']], expected, path);
  }
  for (const path of ['/gone.js', '/.hidden', '/funko.yml', '/.runtime/nginx.conf', '/..%2ffunko.yml'])
    assert.notEqual((await running.ask(path)).status, 200, path);
});

it('redirects to a folder in words that hold behind the prefix of the proxy', async () => {
  const { status, headers } = await running.ask('/sub?x=1');
  assert.deepEqual([status, headers.location], [308, './sub/?x=1']);
});

it('serves ranges', async () => {
  const one = await running.ask('/lines.txt', { headers: { range: 'bytes=2-5' } });
  assert.deepEqual(
    [one.status, one.text, one.headers['content-range']],
    [206, 'line', `bytes 2-5/${LINES.length}`],
  );
  const beyond = await running.ask('/lines.txt', { headers: { range: 'bytes=99999-' } });
  assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, `bytes */${LINES.length}`]);
});

it('lets caches ask whether a file is the same, and keep what never changes', async () => {
  const { headers } = await running.ask('/lines.txt');
  const { etag = '', 'last-modified': modified = '' } = headers;
  assert.equal(headers['cache-control'], 'no-cache');
  assert.equal((await running.ask('/lines.txt', { headers: { 'if-none-match': etag } })).status, 304);
  assert.equal((await running.ask('/lines.txt', { headers: { 'if-modified-since': modified } })).status, 304);
  assert.equal((await running.ask('/lines.txt', { headers: { 'if-none-match': '"other"' } })).status, 200);
  const asset = await running.ask('/assets/app.1.mjs', { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(asset.headers['content-encoding'], 'gzip');
  assert.match(asset.headers.vary ?? '', /accept-encoding/i);
  assert.equal((await running.ask('/assets/gone.mjs')).headers['cache-control'], undefined);
});

it('gives a changed file of the same size another ETag, and installs nothing anew for it', async () => {
  const { headers } = await running.ask('/lines.txt');
  await writeFile(folder.at('public/lines.txt'), LINES.replaceAll('a line', 'b line'));
  const { image: second, steps } = await build(folder.path);
  assert.equal(endOf(steps, /apt-get install .*nginx/s), 'cached');
  const answer = await (await run(second)).ask('/lines.txt', { headers: { 'if-none-match': headers.etag ?? '' } });
  assert.equal(answer.status, 200);
  assert.match(answer.text, /^b line/);
});

it('finishes a download when it is stopped, and runs as an unprivileged user', async () => {
  const stopped = await run(image);
  assert.equal(await docker('exec', stopped.container, 'id', '-u'), '1000');
  const asked = get({ host: '127.0.0.1', port: stopped.port, path: '/large.bin', agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const status = stopped.stop();
  await refused(stopped);
  assert.equal((await buffer(response)).compare(LARGE), 0);
  assert.equal(await status, '0');
});

it('makes its files with a command, and refuses a fallback that is not there', async () => {
  await using made = await tempFolder({
    'funko.yml':
      'name: made\nruntime: static\noptions: { root: out, index: "", build: "mkdir out && tr a-z A-Z < in.txt > out/x.txt" }\n',
    'in.txt': 'shout',
  });
  assert.equal((await (await run((await build(made.path)).image)).ask('/x.txt')).text, 'SHOUT');
  await using sub = await tempFolder({
    'funko.yml': 'name: made\nruntime: static\noptions: { fallback: app.html }\n',
    'public/index.html': 'home',
  });
  await assert.rejects(build(sub.path), /FALLBACK='app\.html' sh \/run\/prepare\.sh/);
});

it("serves what another runtime's tools have made, and keeps what has a hash in its name", async () => {
  const script = `mkdir -p dist/img && echo home > dist/index.html && echo gone > dist/404.html && cd dist &&
    touch main-AB12CD34.js img/a.0123456789abcdef.png img/a.deadbeef.png jan-20240101.css notes-README01.md`;
  await using made = await tempFolder({
    'funko.yml': 'name: made\nruntime: static\nbuild: { runtime: node }\n',
    'package.json': JSON.stringify({ scripts: { build: script.replaceAll(/\s+/g, ' ') } }),
    'build/index.html': 'of another time',
  });
  const { image: first } = await build(made.path);
  const site = await run(first);
  assert.equal((await site.ask('/')).text, 'home\n');
  assert.equal((await site.ask('/x')).text, 'gone\n');
  assert.equal((await site.ask('/package.json')).status, 404);
  const cached = async (path: string): Promise<boolean> =>
    (await site.ask(path)).headers['cache-control']?.includes('immutable') === true;
  for (const path of ['/main-AB12CD34.js', '/img/a.0123456789abcdef.png']) assert.ok(await cached(path), path);
  for (const path of ['/', '/img/a.deadbeef.png', '/jan-20240101.css', '/notes-README01.md'])
    assert.ok(!(await cached(path)), path);
  await using none = await tempFolder({
    'funko.yml': 'name: none\nruntime: static\nbuild: { runtime: node }\n',
    'package.json': '{ "scripts": { "build": "mkdir -p deep/er && touch deep/er/index.html" } }',
  });
  await assert.rejects(build(none.path), /sh \/run\/prepare\.sh 'dist .* public'/);
});

it('answers as its template and its example say', async () => {
  await using made = await tempFolder();
  await scaffold({ name: 'page', runtime: 'static', folder: made.at('page'), runtimesFolder: RUNTIMES });
  assert.match((await (await run((await build(made.at('page'))).image)).ask('/')).text, /Hello, world!/);
  const site = await run((await build(join(RUNTIMES, '../examples/static-site'))).image);
  assert.equal(((await site.json('/departures.json')) as unknown[]).length, 3);
  const gone = await site.ask('/gone');
  assert.deepEqual([gone.status, gone.text.includes('There is no such page')], [404, true]);
});

/** Waits until new connections are not accepted any more. */
async function refused(stopped: Running): Promise<void> {
  while (await stopped.ask('/ping').then(Boolean, () => false));
}

it('serves the folder of the funko itself with root: .', async () => {
  const whole = await tempFolder({
    'funko.yml': 'name: whole\nruntime: static\noptions: { root: . }\n',
    'index.html': 'home',
    '404.html': 'nothing here',
    'css/a.css': 'a {}',
    '.env': 'SECRET=1',
  });
  const { image: own } = await build(whole.path);
  const one = await run(own);
  assert.equal((await one.ask('/')).text, 'home');
  assert.equal((await one.ask('/css/a.css')).text, 'a {}');
  for (const path of ['/.env', '/funko.yml', '/Dockerfile', '/.runtime/nginx.conf', '/gone']) {
    const { status, text } = await one.ask(path);
    assert.deepEqual([status, text], [404, 'nothing here'], path);
  }
});
