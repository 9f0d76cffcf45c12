/** Build contexts that must not be built, sent to the proxy as people run it; and clients that send badly. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { hostileTars } from '../../support/builder/hostile-tars.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { poll } from '../../support/engine/wait.ts';
import { imagesOf } from '../../support/lifecycle/lifecycle-harness.ts';
import { tarOf } from '../../support/admin/tar.ts';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

let stand: ProxyHarness;
let name: string;

before(async () => {
  stand = await startProxyHarness({ FAASO_MAX_CONTEXT_MIB: '1', FAASO_CONTEXT_PACE_SECONDS: '1' });
  name = stand.name('hostile');
});
after(async () => stand[Symbol.asyncDispose]());

const pathOf = (funko: string): string => `/admin/funkos/${funko}/versions`;

async function send(
  bytes: Buffer,
  type: string,
  chunked: boolean,
): Promise<{ type: string; body: string; status: number }> {
  const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': bytes.length };
  const headers = { authorization: `Bearer ${stand.token}`, 'content-type': type, ...length };
  const sent = request(stand.url + pathOf(name), { method: 'POST', headers, agent: false });
  sent.end(bytes);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    type: answer.headers['content-type'] ?? '',
    status: answer.statusCode ?? 0,
    body: await text(answer),
  };
}

async function good(text: string): Promise<Buffer> {
  const dockerfile = `FROM scratch\nLABEL faaso.test=${RUN}\nCOPY . .\n`;
  return tarOf({ 'funko.yml': `name: ${name}\n`, Dockerfile: dockerfile, text });
}

/** Builds at once, so that nothing holds the only place there is; what is built goes again. */
async function buildsAtOnce(): Promise<void> {
  const { status, body } = await send(gzipSync(await good(crypto.randomUUID())), 'application/gzip', false);
  assert.equal(status, 200, body);
  assert.match(body, /"type":"result"/, body);
  assert.doesNotMatch(body, /"type":"queued"/);
  assert.equal((await stand.admin(`/funkos/${name}`, { method: 'DELETE' })).status, 200);
}

async function nothingLeft(): Promise<void> {
  assert.deepEqual(await imagesOf(name), []);
  assert.equal(await stand.docker('ps', '--all', '--quiet', '--filter', `label=faaso.funko=${name}`), '');
  assert.equal(await stand.docker('exec', stand.proxyName, 'find', '/tmp', '-mindepth', '1'), '');
}

test('a context that must not be built is a problem that names the entry, whole or in chunks, and leaves nothing', async () => {
  const answers = new Map<string, string>();
  for (const { what, bytes, gzip = false, status, message } of await hostileTars(name)) {
    // It would be larger than all that this proxy takes.
    if (what === 'too many entries') continue;
    for (const chunked of [false, true]) {
      const answer = await send(bytes, gzip ? 'application/gzip' : 'application/x-tar', chunked);
      const problem =
        answer.type === 'application/problem+json' ? (JSON.parse(answer.body) as Problem) : undefined;
      const right = problem?.status === status && answer.status === status && message.test(problem.detail);
      if (!right) answers.set(`${what}${chunked ? ', in chunks' : ''}`, `${answer.status} ${answer.body}`);
    }
  }
  // One too large says so itself, and then is not even looked into.
  answers.delete('too many bytes');
  assert.deepEqual(Object.fromEntries(answers), {});
  await nothingLeft();
  await buildsAtOnce();
});

/** A connection on which the beginning of a build was sent. */
async function begun(tar: Buffer, bytes: number): Promise<Socket> {
  const socket = connect(stand.port, '127.0.0.1');
  const head = [`POST ${pathOf(name)} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${stand.token}`];
  head.push('Content-Type: application/x-tar', `Content-Length: ${tar.length}`);
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(tar.subarray(0, bytes));
  await once(socket, 'connect');
  return socket;
}

test('a client that stops half-way, or goes away there, holds nothing up', async () => {
  const tar = await good('x'.repeat(500_000));
  const gone = await begun(tar, 300_000);
  await poll(
    'the build in the log',
    async () => {
      gone.destroy();
      return stand.logs();
    },
    (log) => log.includes('"operation":"build"') && log.includes('"result":"cancelled"'),
  );
  await buildsAtOnce();
  const half = await begun(tar, 300_000);
  assert.match(String(await once(half, 'data')), /^HTTP\/1\.1 408 .*too slowly.*"code":"bad_context"/s);
  half.destroy();
  await nothingLeft();
  await buildsAtOnce();
});

test('a client that sends byte by byte is given up', async () => {
  const tar = await good('x'.repeat(500_000));
  const slow = await begun(tar, 1600);
  const drip = setInterval(() => slow.write('x'), 100);
  const [answer] = (await once(slow, 'data').finally(() => clearInterval(drip))) as [Buffer];
  assert.match(String(answer), /^HTTP\/1\.1 408 /);
  slow.destroy();
  await nothingLeft();
  await buildsAtOnce();
});
