/** Large bodies, and clients that go away, through the proxy as people run it. */
import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { poll } from '../../support/engine/wait.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

let stand: ProxyHarness;

before(async () => {
  stand = await startProxyHarness();
});

after(async () => {
  await stand[Symbol.asyncDispose]();
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

/** Memory of the proxy's processes that is their own, in bytes: the container's anonymous memory. */
async function memoryOf(of: ProxyHarness): Promise<number> {
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
