/** The runtime `shell`: what a script is given, what its output means, and the limits of its runs. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { build, run, type Running } from '../../support/runtimes/running.ts';

const FUNKO = `name: built
runtime: shell
options: { entry: bin/answer, time_limit: 2, concurrency: 2 }
`;
const SCRIPT = `
case $PATH_INFO in
  /given) echo "$REQUEST_METHOD $QUERY_STRING|$QUERY_name|$QUERY_b|$CONTENT_LENGTH|$SCRIPT_NAME|$HTTP_X_A|$HTTP_PROXY|$(id -u)" ;;
  /query) echo "$QUERY_STRING $QUERY_REQUEST_METHOD $REQUEST_METHOD $PATH" ;;
  /body) wc -c ;;
  /fail) echo "half an answer"; echo "on purpose" >&2; exit 3 ;;
  /killed) kill -9 $$ ;;
  /forever) trap 'echo "told to end" >&2; exit' TERM; sleep 60 & wait ;;
  /background) sleep 600 & echo "left behind" ;;
  /gone) while grep -qs ^sleep /proc/[0-9]*/cmdline; do sleep 0.02; done; echo gone ;;
  /slow) echo "slow began" >&2; sleep 1; echo done ;;
  /status) printf 'Status: 404 Not Found\\nX-A: 1\\nConnection: close\\nContent-Length: 99\\n\\nnothing here' ;;
  /location) printf 'Location: /elsewhere\\n\\n' ;;
  /bad-header) printf 'Content-Type: a/b\\nnonsense\\n\\n' ;;
  /no-end) printf 'Status: 200 OK\\n' ;;
  /dependency) greet ;;
  /large) head -c 20000000 /dev/zero ;;
esac
`;

let running: Running;
let image: string;

before(async () => {
  const dependencies = 'printf "#!/bin/sh\\necho from a dependency\\n" > bin/greet; chmod +x bin/greet\n';
  const folder = await tempFolder({
    'funko.yml': FUNKO,
    'bin/answer': SCRIPT,
    'dependencies.sh': dependencies,
  });
  ({ image } = await build(folder.path));
  running = await run(image);
});

it('gives a script the request as CGI variables, and each parameter of the query', async () => {
  const headers = { 'x-forwarded-prefix': '/funko/built', 'x-a': 'ü$(id)', proxy: 'http://evil.test' };
  const path = '/given?name=Ada%20L%C3%B6v&name=2&b=%24(id)&bad-name=1&n=%00';
  const { status, text } = await running.ask(path, { method: 'PUT', headers, body: '12345' });
  const query = path.slice('/given?'.length);
  assert.deepEqual([status, text], [200, `PUT ${query}|Ada Löv|$(id)|5|/funko/built|ü$(id)||1000\n`]);
});

it('keeps the query from taking the place of any variable', async () => {
  const { text } = await running.ask('/query?STRING=x&REQUEST_METHOD=y&PATH=/tmp');
  assert.match(text, /^STRING=x&REQUEST_METHOD=y&PATH=\/tmp y GET .*\/usr\/bin/);
});

it('passes bodies and answers of any size', async () => {
  const body = 'x'.repeat(3_000_000);
  assert.equal((await running.ask('/body', { method: 'POST', body })).text, '3000000\n');
  assert.equal((await running.ask('/body')).text, '0\n');
  const { text, headers } = await running.ask('/large');
  assert.deepEqual([text.length, headers['content-length']], [20_000_000, '20000000']);
});

it('answers 500 for a script that fails, with its standard error and the reason in the log', async () => {
  for (const [path, reason] of [
    ['/fail', /on purpose\s+GET \/fail failed: exit status 3/],
    ['/killed', /GET \/killed failed: killed by SIGKILL/],
    ['/bad-header', /GET \/bad-header failed: 'nonsense' is no header line/],
    ['/no-end', /GET \/no-end failed: its header lines have no end/],
  ] as const) {
    const { status, text } = await running.ask(path);
    assert.deepEqual([status, text], [500, 'Internal Server Error\n']);
    await running.logged(reason);
  }
});

it('takes status and headers from the head of the output, but none that frame the message', async () => {
  const { status, text, headers } = await running.ask('/status');
  assert.deepEqual([status, text, headers['x-a']], [404, 'nothing here', '1']);
  assert.equal(headers['content-length'], '12');
  assert.match(headers['content-type'] ?? '', /^text\/plain/);
  const moved = await running.ask('/location');
  assert.deepEqual([moved.status, moved.headers.location], [302, '/elsewhere']);
  const head = await running.ask('/status', { method: 'HEAD' });
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [404, '', '12']);
});

it('ends a script that takes too long, and what a script leaves in the background', async () => {
  assert.equal((await running.ask('/forever')).status, 504);
  await running.logged(/told to end\s+GET \/forever failed: not done after 2 s/);
  assert.equal((await running.ask('/background')).text, 'left behind\n');
  assert.equal((await running.ask('/gone')).text, 'gone\n');
});

it('runs so many scripts at once, lets others wait, and finishes all when it is stopped', async () => {
  const stopped = await run(image);
  const startedAt = performance.now();
  const slow = Array.from({ length: 4 }, async () => stopped.ask('/slow'));
  await stopped.logged(/(slow began\s*){2}/);
  assert.equal((await stopped.ask('/ping')).status, 200);
  assert.ok(performance.now() - startedAt < 1000, '/ping waited for a script');
  const status = stopped.stop();
  for (const answer of slow) assert.equal((await answer).text, 'done\n');
  assert.ok(performance.now() - startedAt >= 2000, 'more than two ran at once');
  assert.equal(await status, '0');
});

it('has what dependencies.sh made in its path', async () => {
  assert.equal((await running.ask('/dependency')).text, 'from a dependency\n');
});
