/** The runtime `python`: what its template and its example answer, and how it fails and stops. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, it } from 'node:test';
import { scaffold } from '../../../src/builder/runtime/scaffold.ts';
import { RUNTIMES, tempFolder } from '../../support/builder/folders.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { build, endOf, run, type Running } from '../../support/runtimes/running.ts';

const APP = `
import io, os, subprocess, sys, time, zipfile
import flask

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/throw":
        raise ValueError("on purpose")
    if path == "/zip":
        with zipfile.ZipFile(io.BytesIO(), "w") as archive:
            archive.write(__file__)
    if path == "/exit":
        sys.exit(3)
    if path == "/orphan":
        shell = ["sh", "-c", "sh -c 'echo $$; exec >&-; exit 3' & exec sleep 0"]
        pid = subprocess.run(shell, stdout=subprocess.PIPE, text=True).stdout.strip()
        while os.path.exists(f"/proc/{pid}"):
            time.sleep(0.01)
    if path == "/large":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x" * 16_000_000]
    if path == "/slow":
        print("slow began")
        time.sleep(1.5)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"first {os.getuid()} {environ['SCRIPT_NAME']} {path} {environ['wsgi.url_scheme']}".encode()]
`;
const FUNKO = `name: built
runtime: python
options: { entry: src/main.py, workers: 1, threads: 4, ship_packages: [python3-flask] }
`;

let running: Running;
let image: string;
const folder = await tempFolder({
  'funko.yml': FUNKO,
  // Already there as Debian's package: no index of packages is asked.
  'requirements.txt': 'flask>=3\n',
  'src/main.py': APP,
});

before(async () => {
  ({ image } = await build(folder.path));
  running = await run(image);
});

it('gives requests to the application as an unprivileged user, with the URL that clients see', async () => {
  const headers = { 'x-forwarded-prefix': '/funko/built', 'x-forwarded-proto': 'https' };
  const { status, text } = await running.ask('/a%2Fb?c', { headers });
  assert.deepEqual([status, text], [200, 'first 1000 /funko/built /a/b https']);
});

it('has files that zipfile takes, which knows no time before 1980', async () => {
  assert.equal((await running.ask('/zip')).status, 200);
});

it('answers 500 without the trace when a request fails, logs the trace, and lives on', async () => {
  for (const [path, trace] of [
    ['/throw', /ValueError: on purpose/],
    ['/exit', /SystemExit: 3/],
  ] as const) {
    const { status, text } = await running.ask(path);
    assert.equal(status, 500);
    assert.doesNotMatch(text, /purpose|exit|Traceback/);
    await running.logged(trace);
  }
  assert.equal((await running.ask('/')).status, 200);
});

it('runs as many requests at the same time as it has threads, and finishes them when it is stopped', async () => {
  const stopped = await run(image);
  const slow = Array.from({ length: 4 }, () => stopped.ask('/slow'));
  await stopped.logged(/(slow began\s*){4}/);
  const status = stopped.stop();
  for (const { text } of await Promise.all(slow)) assert.match(text, /^first/);
  assert.equal(await status, '0');
});

it('lets a slow client read its answer to the end when it is stopped', async () => {
  const stopped = await run(image);
  const response = await stopped.begin('/large');
  const status = stopped.stop();
  assert.equal((await text(response)).length, 16_000_000);
  assert.equal(await status, '0');
});

it('takes the exit status of a process that was left behind for nothing', async () => {
  const leaving = await run(image);
  assert.equal((await leaving.ask('/orphan')).status, 200);
  assert.equal(await leaving.stop(), '0');
});

it('installs nothing anew when a line of code has changed', async () => {
  const second = randomBytes(6).toString('hex');
  await writeFile(folder.at('src/main.py'), APP.replace('first', second));
  const { image, steps } = await build(folder.path);
  assert.equal(endOf(steps, /apt-get install .* gunicorn python3-uvicorn/s), 'cached');
  assert.equal(endOf(steps, /pip .* install/s), 'cached');
  assert.equal(endOf(steps, /COPY \. \./), 'done');
  assert.ok((await (await run(image)).ask('/')).text.startsWith(second));
});

it('answers as its template and its example say', async () => {
  await using made = await tempFolder();
  const name = 'greeter';
  await scaffold({ name, runtime: 'python', folder: made.at(name), runtimesFolder: RUNTIMES });
  const greeter = await run((await build(made.at(name))).image, '--env', 'GREETING=Hi');
  assert.deepEqual(await greeter.json('/?name=Ada'), { message: 'Hi, Ada!' });
  assert.deepEqual(await greeter.json('/', { name: 'Bob' }), { message: 'Hi, Bob!' });

  const example = join(RUNTIMES, '../examples/python-links');
  const links = await run((await build(example)).image, '--env', 'BASE_URL=https://f.test');
  const { url } = (await links.json('/?minutes=5', { path: '/r.pdf' })) as { url: string };
  assert.match(url, /^https:\/\/f\.test\/r\.pdf\?expires=\d+&signature=[0-9a-f]{64}$/);
  const query = new URL(url).search.slice(1);
  assert.deepEqual(await links.json(`/check?path=/r.pdf&${query}`), { valid: true });
  assert.deepEqual(await links.json(`/check?path=/s.pdf&${query}`), { valid: false });
});

it('says why it can not start', async () => {
  await using broken = await tempFolder({ 'src/main.py': 'application = 3\n' });
  const file = `${broken.at('src/main.py')}:/funko/src/main.py:ro`;
  await assert.rejects(
    docker('run', '--rm', '--volume', file, image),
    /The funko can't start: src\/main\.py must have a WSGI or ASGI application named app \(or application, or api\), or/,
  );
});
