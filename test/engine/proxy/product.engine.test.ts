/** The proxy as people run it: the image, the Compose file, a real engine. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { poll } from '../../support/engine/wait.ts';

const MIB = 1024 ** 2;

let stand: ProxyHarness;

before(async () => {
  stand = await startProxyHarness();
});

after(async () => {
  await stand[Symbol.asyncDispose]();
});

test('a container that is started by hand is answered with no other command', async () => {
  const name = stand.name('whatever');
  const id = await stand.serve(`faaso-${name}`, `response.end('hand-made ' + request.url)`);
  const answer = await stand.until(`/funko/${name}/a/b?c=d`, (status) => status === 200);
  assert.equal(answer.body, 'hand-made /a/b?c=d');
  await stand.docker('stop', '-t', '1', id);
  await stand.until(`/funko/${name}/`, (status) => status === 503);
  await stand.docker('rm', id);
  await stand.until(`/funko/${name}/`, (status) => status === 404);
});

test('an alias adopts a running container, and a rename moves it', async () => {
  const adopted = stand.name('other');
  const moved = stand.name('moved');
  const name = stand.name('named');
  const id = await stand.serve(`faaso-${name}`, `response.end('it')`);
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  await stand.docker('network', 'disconnect', stand.network, id);
  await stand.docker('network', 'connect', '--alias', `faaso-${adopted}`, stand.network, id);
  await stand.until(`/funko/${adopted}/`, (status) => status === 200);
  await stand.docker('rename', id, `faaso-${moved}`);
  await stand.until(`/funko/${moved}/`, (status) => status === 200);
  await stand.until(`/funko/${name}/`, (status) => status === 404);
  assert.equal((await stand.fetch(`/funko/${adopted}/`)).status, 200);
  await stand.docker('rm', '-f', id);
});

test('a wrong token, or none, is 401 whatever the path and the body', async () => {
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${stand.token}` }]) {
    for (const path of ['/admin/funkos', '/admin/nothing', '/admin/funkos/x/versions']) {
      const body = randomBytes(MIB);
      const method = path.endsWith('versions') ? 'POST' : 'GET';
      const init = method === 'POST' ? { method, body, headers } : { headers };
      const answer = await stand.fetch(path, init);
      assert.equal(answer.status, 401, path);
      assert.equal(((await answer.json()) as { code: string }).code, 'unauthorized');
    }
  }
  assert.equal((await stand.admin('/funkos')).status, 200);
});

test('a funko reaches the admin API’s port, but can’t use it', async () => {
  const name = stand.name('curious');
  const ask = `fetch('http://faaso-proxy:8888/admin/funkos').then((a) => response.end(String(a.status)))`;
  const id = await stand.serve(`faaso-${name}`, ask);
  const answer = await stand.until(`/funko/${name}/`, (status) => status === 200);
  assert.equal(answer.body, '401');
  await stand.docker('rm', '-f', id);
});

test('a worker’s user can reach neither the engine nor the token, and no worker is root', async () => {
  const { proxyName } = stand;
  const workers = await stand.docker(
    'exec',
    proxyName,
    'sh',
    '-c',
    'grep -h ^Uid: /proc/[0-9]*/status | sort | uniq -c',
  );
  assert.match(workers, /10001/);
  const asWorker = async (script: string): Promise<string> =>
    stand.docker('exec', '--user', '10001:10001', proxyName, 'node', '-e', script);
  const connects = `require('node:net').connect('/engine/run/docker.sock').on('connect', () => console.log('open')).on('error', (e) => console.log(e.code))`;
  assert.equal(await asWorker(connects), 'EACCES');
  const reads = `try { require('node:fs').readFileSync('/data/token'); console.log('read') } catch (e) { console.log(e.code) }`;
  assert.equal(await asWorker(reads), 'EACCES');
});

test('each request is one line in the log: whose it was, and what came of it', async () => {
  const name = stand.name('logged');
  const id = await stand.serve(`faaso-${name}`, `response.end('four')`);
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  await stand.fetch(`/funko/${name}/page?key=secret`, { headers: { 'x-request-id': 'mine-1' } });
  const log = await poll(
    'the line',
    async () => stand.logs(),
    (text) => text.includes('"requestId":"mine-1"'),
  );
  const line = log.split('\n').find((each) => each.includes('"requestId":"mine-1"')) ?? '';
  const { path, funko, instance, status, bytes } = JSON.parse(line) as Record<string, unknown>;
  assert.deepEqual(
    [path, funko, instance, status, bytes],
    [`/funko/${name}/page`, name, `faaso-${name}`, 200, 4],
  );
  assert.ok(!log.includes('secret'), 'a query never reaches the log');
  await stand.docker('rm', '-f', id);
});

test('a worker that is killed is replaced, and requests are answered', async () => {
  const name = stand.name('steady');
  const id = await stand.serve(`faaso-${name}`, `response.end('here')`);
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  const before = await workersOf(stand);
  assert.equal(before.length, 2);
  await stand.docker('exec', stand.proxyName, 'node', '-e', `process.kill(${before[0]}, 'SIGKILL')`);
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  const afterwards = await poll(
    'two workers',
    async () => workersOf(stand),
    (now) => now.length === 2 && !now.includes(before[0] ?? 0),
  );
  assert.ok(afterwards.includes(before[1] ?? 0), 'the other worker is the same as before');
  for (let i = 0; i < 20; i += 1) assert.equal((await stand.fetch(`/funko/${name}/`)).status, 200);
  await stand.docker('rm', '-f', id);
});

test('after a restart of the proxy everything is routed again with no command', async () => {
  const name = stand.name('kept');
  const id = await stand.serve(`faaso-${name}`, `response.end('here')`);
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  await stand.docker('restart', stand.proxyName);
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  assert.equal((await stand.admin('/funkos')).status, 200, 'the token is the same');
  await stand.docker('rm', '-f', id);
});

test('a stop finishes what runs', async () => {
  const name = stand.name('draining');
  const id = await stand.serve(
    `faaso-${name}`,
    `if (request.url === '/go') { globalThis.slow?.end(' and finished'); response.end(); return; }
     if (request.url === '/slow') { globalThis.slow = response; response.write('begun'); return; }
     response.end();`,
  );
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  const slow = await stand.fetch(`/funko/${name}/slow`);
  const address = `{{(index .NetworkSettings.Networks "${stand.network}").IPAddress}}`;
  const direct = await stand.docker('inspect', '-f', address, id);
  const stopped = stand.docker('stop', stand.proxyName);
  await poll(
    'the proxy stops taking requests',
    async () =>
      stand.fetch('/healthz').then(
        () => true,
        () => false,
      ),
    (open) => !open,
  );
  await fetch(`http://${direct}:3000/go`);
  assert.equal(await slow.text(), 'begun and finished');
  await stopped;
  await stand.docker('start', stand.proxyName);
  await stand.ready();
  await stand.docker('rm', '-f', id);
});

/** The process ids of the workers, inside the container. */
async function workersOf(of: ProxyHarness): Promise<number[]> {
  const script = `for (const id of require('node:fs').readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    try { if (/^Uid:\\s+10001/m.test(require('node:fs').readFileSync('/proc/' + id + '/status', 'utf8'))) console.log(id) } catch {}
  }`;
  const printed = await of.docker('exec', of.proxyName, 'node', '-e', script);
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

test('a limit of requests in flight holds over all workers, and metrics tell what was carried', async () => {
  const name = stand.name('narrow');
  const body = `globalThis.now = (globalThis.now ?? 0) + 1; globalThis.most = Math.max(globalThis.most ?? 0, globalThis.now);
    setTimeout(() => { globalThis.now -= 1; response.end(String(globalThis.most)); }, 20);`;
  const flags = ['--label', 'faaso.traffic={"concurrency":{"requests":2,"wait":20}}'];
  const id = await stand.serve(`faaso-${name}`, body, { flags });
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  // A connection of its own for each, so that the kernel spreads them over the workers.
  const ask = async (): Promise<Response> =>
    stand.fetch(`/funko/${name}/`, { headers: { connection: 'close' } });
  const answers = await Promise.all(Array.from({ length: 30 }, ask));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const seen = await Promise.all(answers.map(async (answer) => Number(await answer.text())));
  assert.equal(Math.max(...seen), 2);
  const metrics = await (await stand.admin('/metrics')).text();
  const counted = new RegExp(`faaso_requests_total\\{funko="${name}",code="2xx"\\} (\\d+)`).exec(metrics);
  assert.ok(Number(counted?.[1]) >= 30, metrics);
  await stand.docker('rm', '-f', id);
});
