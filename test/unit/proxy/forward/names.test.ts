import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { rulesOf } from '../../../../src/funko/traffic-rules.ts';
import { startWorkerHarness, type WorkerHarness } from '../../../support/forward/worker-harness.ts';

/** A GET under a host, as raw text. */
function under(host: string, path = '/', ...fields: string[]): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
}

/** Answers with its name and the target that it got. */
async function telling(stand: WorkerHarness, ...names: string[]): Promise<void> {
  for (const name of names) await stand.funko(name, (req, res) => res.end(`${name} ${req.url}`));
}

async function bodyOf(stand: WorkerHarness, text: string): Promise<string> {
  using client = await stand.connect();
  client.send(text);
  return (await client.answer()).body;
}

describe('a funko’s own name', () => {
  it('leads to it with every path as it stands', async () => {
    await using stand = await startWorkerHarness();
    await telling(stand, 'one', 'two');
    const host = 'one.localhost:8888';
    for (const path of [
      '/',
      '/a//b/%2e%2e/../c%2F?d=/x',
      '/funko/two/',
      '/funko/two',
      '/healthz',
      '/readyz',
      '//two/',
    ])
      assert.equal(await bodyOf(stand, under(host, path)), `one ${path}`);
    assert.equal(await bodyOf(stand, under('two.localhost')), 'two /');
  });

  it('is read without its port, case and last dot', async () => {
    await using stand = await startWorkerHarness();
    await telling(stand, 'one');
    for (const host of ['one.localhost', 'One.LocalHost:1', 'one.localhost.:8888', 'one.localhost:'])
      assert.equal(await bodyOf(stand, under(host)), 'one /');
  });

  it('may come in an absolute target, which replaces the Host', async () => {
    await using stand = await startWorkerHarness();
    await telling(stand, 'one', 'two');
    const absolute = 'http://one.localhost:8888/x?y';
    assert.equal(await bodyOf(stand, under('two.localhost', absolute)), 'one /x?y');
    assert.equal(await bodyOf(stand, under('127.0.0.1', 'http://one.localhost')), 'one /');
    assert.equal(await bodyOf(stand, under('one.localhost', 'http://localhost/funko/two/z')), 'two /z');
  });

  it('is told to the funko as the Host, without a prefix', async () => {
    await using stand = await startWorkerHarness();
    const { promise, resolve } = Promise.withResolvers<IncomingMessage['headers']>();
    await stand.funko('one', (req, res) => {
      resolve(req.headers);
      res.end();
    });
    using client = await stand.connect();
    client.send(
      under('one.localhost:8888', '/', 'X-Forwarded-Prefix: /mine', 'X-Forwarded-Host: other.test'),
    );
    await client.answer();
    const headers = await promise;
    assert.equal(headers.host, 'one.localhost:8888');
    assert.equal(headers['x-forwarded-host'], 'one.localhost:8888');
    assert.equal(headers['x-forwarded-proto'], 'http');
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    assert.ok(!('x-forwarded-prefix' in headers));
  });

  it('leads to a version, unless a funko has exactly that name', async () => {
    await using stand = await startWorkerHarness();
    await telling(stand, 'one', 'one@v2', 'two--v1', 'two@v1');
    assert.equal(await bodyOf(stand, under('one--v2.localhost')), 'one@v2 /');
    assert.equal(await bodyOf(stand, under('two--v1.localhost')), 'two--v1 /');
    assert.match(await bodyOf(stand, under('one--v3.localhost')), /Nothing runs of version 3 of \\"one\\"/);
  });

  it('of nobody is a 404 that names the funko, for a browser as a page', async () => {
    await using stand = await startWorkerHarness();
    await telling(stand, 'one');
    using client = await stand.connect();
    client.send(under('nobody.localhost', '/funko/one/'));
    const answer = await client.answer();
    assert.equal(answer.status, 404);
    assert.partialDeepStrictEqual(JSON.parse(answer.body), { code: 'unknown_funko' });
    assert.match(answer.body, /There is no funko \\"nobody\\"/);
    client.send(under("<i>'.localhost".replace(/[<>]/g, ''), '/', 'Accept: text/html'));
    const page = await client.answer();
    assert.equal(page.status, 404);
    assert.match(page.body, /There is no funko &#34;i&#39;&#34;/);
    for (const host of ['a.one.localhost', '.localhost', '%6fne.localhost', 'one..localhost']) {
      client.send(under(host));
      assert.equal((await client.answer()).status, 404, host);
    }
  });

  it('of a funko that is built but down is a 503, as by its path', async () => {
    await using stand = await startWorkerHarness();
    stand.routes.share({}, ['asleep', 'asleep--v1']);
    using client = await stand.connect();
    for (const name of ['asleep', 'asleep--v1']) {
      client.send(under(`${name}.localhost`));
      const answer = await client.answer();
      assert.equal(answer.status, 503);
      assert.match(answer.body, new RegExp(`faaso up ${name}"`));
    }
  });

  it('does not end where another name begins: other hosts are served by the path', async () => {
    await using stand = await startWorkerHarness();
    await telling(stand, 'one');
    for (const host of [
      'localhost',
      'localhost.:8888',
      '127.0.0.1:8888',
      '[::1]:8888',
      'one.test',
      'one.localhost.test',
      'onelocalhost',
      'one',
    ]) {
      assert.equal(await bodyOf(stand, under(host, '/funko/one/x')), 'one /x', host);
      assert.match(await bodyOf(stand, under(host, '/')), /There is nothing at this path/, host);
    }
  });

  it('never leads to the admin API: its pages are of another origin', async () => {
    const adminSocket = join(tmpdir(), `faaso-${randomBytes(6).toString('hex')}.sock`);
    const asked: (string | undefined)[] = [];
    const admin = createServer((req, res) => {
      asked.push(req.url);
      res.end('admin');
    });
    admin.listen(adminSocket);
    await once(admin, 'listening');
    await using stand = await startWorkerHarness({ adminSocket });
    await telling(stand, 'one');
    for (const path of ['/admin', '/admin/funkos', '/admin/funkos?x'])
      assert.equal(await bodyOf(stand, under('one.localhost', path)), `one ${path}`);
    assert.match(await bodyOf(stand, under('nobody.localhost', '/admin/funkos')), /unknown_funko/);
    assert.equal(await bodyOf(stand, under('one.localhost', 'http://ONE.localhost./admin/')), 'one /admin/');
    assert.deepEqual(asked, []);
    admin.close();
  });

  it('needs a Host: HTTP/1.0 without one is served by the path', async () => {
    await using stand = await startWorkerHarness();
    await telling(stand, 'one');
    assert.equal(await bodyOf(stand, 'GET /funko/one/x HTTP/1.0\r\n\r\n'), 'one /x');
    assert.equal(await bodyOf(stand, 'GET /x HTTP/1.0\r\nHost: one.localhost\r\n\r\n'), 'one /x');
  });

  it('changes nothing about OPTIONS *, CONNECT and unsound requests', async () => {
    await using stand = await startWorkerHarness();
    await telling(stand, 'one');
    using client = await stand.connect();
    client.send(
      'OPTIONS * HTTP/1.1\r\nHost: one.localhost\r\n\r\nOPTIONS http://one.localhost HTTP/1.1\r\nHost: x\r\n\r\n',
    );
    assert.equal((await client.answer()).status, 204);
    assert.equal((await client.answer()).status, 204);
    client.send(under('one.localhost', '/#x'));
    assert.equal((await client.answer()).status, 400);
    client.send('CONNECT one.localhost:80 HTTP/1.1\r\nHost: one.localhost:80\r\n\r\n');
    assert.equal((await client.answer()).status, 405);
    using other = await stand.connect();
    other.send('GET / HTTP/1.1\r\nHost: one.localhost\r\nHost: two.localhost\r\n\r\n');
    assert.equal((await other.answer()).status, 400);
  });

  it('carries WebSockets', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(
      under('one.localhost', '/chat', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: k'),
    );
    const connection = await connections.next();
    assert.match(await connection.until('\r\n\r\n'), /^GET \/chat HTTP\/1\.1\r\n/);
    connection.send(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello',
    );
    await client.until('hello');
    client.send('and back');
    await connection.until('and back');
  });

  it('is held to the same rules, and logged as the same funko', async () => {
    await using stand = await startWorkerHarness();
    const ok = (_req: IncomingMessage, res: ServerResponse): void => void res.end('ok');
    const rules = (keys: object) => ({ rules: rulesOf({ 'faaso.traffic': JSON.stringify(keys) }) });
    await stand.funko('one', ok, rules({ hosts: ['shop.example'] }));
    await stand.funko('two', ok, rules({ limits: { body: 1 }, hosts: ['*.localhost'] }));
    using client = await stand.connect();
    client.send(under('one.localhost', '/secret?x'));
    assert.equal((await client.answer()).status, 421);
    client.send('POST / HTTP/1.1\r\nHost: two.localhost\r\nContent-Length: 2\r\n\r\nxx');
    assert.equal((await client.answer()).status, 413);
    const line = await stand.logged(({ funko }) => funko === 'one');
    assert.partialDeepStrictEqual(line, { path: '/secret', funko: 'one', status: 421 });
  });
});
