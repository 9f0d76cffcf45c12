/** The proxy as people run it: the image, the Compose file, a real engine. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { startStand, type Stand } from '../engine/stand.ts';
import { poll } from '../engine/wait.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

let stand: Stand;

before(async () => {
  stand = await startStand();
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

test('1 GiB up and 1 GiB down pass, and the proxy’s memory stays flat', async () => {
  const name = stand.name('big');
  const id = await stand.serve(
    `faaso-${name}`,
    `if (request.method === 'POST') {
       let bytes = 0;
       request.on('data', (chunk) => { bytes += chunk.length; });
       request.on('end', () => response.end(String(bytes)));
     } else {
       const chunk = Buffer.alloc(65536, 1);
       let left = ${GIB} / chunk.length;
       const write = () => { while (left > 0) { left -= 1; if (!response.write(chunk)) { response.once('drain', write); return; } } response.end(); };
       write();
     }`,
  );
  await poll(
    'an answer',
    async () => (await stand.fetch(`/funko/${name}/`, { method: 'POST' })).status,
    (status) => status === 200,
  );
  const before = await memoryOf(stand);
  let most = before;
  const watch = async (): Promise<void> => {
    most = Math.max(most, await memoryOf(stand));
  };
  assert.equal(await upload(`${stand.url}/funko/${name}/`, GIB, watch), String(GIB));
  assert.equal(await download(`${stand.url}/funko/${name}/`, watch), GIB);
  assert.ok(most - before <= 64 * MIB, `${Math.round((most - before) / MIB)} MiB more than before`);
  await stand.docker('rm', '-f', id);
});

test('a client that goes away ends the request to the funko', async () => {
  const name = stand.name('aborted');
  const id = await stand.serve(
    `faaso-${name}`,
    `if (request.url === '/ended') { response.end(String(globalThis.ended ?? 0)); return; }
     if (request.url !== '/endless') { response.end(); return; }
     response.write('begun');
     response.on('close', () => { globalThis.ended = (globalThis.ended ?? 0) + 1; });`,
  );
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  const leave = new AbortController();
  const endless = await stand.fetch(`/funko/${name}/endless`, { signal: leave.signal });
  const reader = endless.body?.getReader();
  await reader?.read();
  leave.abort();
  await stand.until(`/funko/${name}/ended`, (_status, body) => body === '1');
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
async function workersOf(of: Stand): Promise<number[]> {
  const script = `for (const id of require('node:fs').readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    try { if (/^Uid:\\s+10001/m.test(require('node:fs').readFileSync('/proc/' + id + '/status', 'utf8'))) console.log(id) } catch {}
  }`;
  const printed = await of.docker('exec', of.proxyName, 'node', '-e', script);
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** Memory of the proxy's processes that is their own, in bytes: the container's anonymous memory. */
async function memoryOf(of: Stand): Promise<number> {
  const script = 'cat /sys/fs/cgroup/memory.stat 2>/dev/null || cat /sys/fs/cgroup/memory/memory.stat';
  const stat = await of.docker('exec', of.proxyName, 'sh', '-c', script);
  const line = /^(?:anon|total_rss) ([0-9]+)$/m.exec(stat);
  return Number(line?.[1]);
}

/** Calls `watch` about ten times, evenly over so many bytes. */
function watching(bytes: number, watch: () => Promise<void>): (chunk: number) => Promise<void> {
  let since = 0;
  return async (chunk) => {
    since += chunk;
    if (since < bytes / 10) return;
    since = 0;
    await watch();
  };
}

async function upload(url: string, bytes: number, watch: () => Promise<void>): Promise<string> {
  const chunk = Buffer.alloc(65_536, 1);
  const passed = watching(bytes, watch);
  const body = Readable.from(
    (async function* () {
      for (let sent = 0; sent < bytes; sent += chunk.length) {
        yield chunk;
        await passed(chunk.length);
      }
    })(),
  );
  const answered = Promise.withResolvers<IncomingMessage>();
  const onward = request(url, { method: 'POST', headers: { 'content-length': bytes } }, answered.resolve);
  onward.once('error', answered.reject);
  body.pipe(onward);
  let text = '';
  for await (const part of await answered.promise) text += String(part);
  return text;
}

async function download(url: string, watch: () => Promise<void>): Promise<number> {
  const answered = Promise.withResolvers<IncomingMessage>();
  request(url, answered.resolve).once('error', answered.reject).end();
  const passed = watching(GIB, watch);
  let bytes = 0;
  for await (const chunk of await answered.promise) {
    bytes += (chunk as Buffer).length;
    await passed((chunk as Buffer).length);
  }
  return bytes;
}
