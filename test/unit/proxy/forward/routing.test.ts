import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('a front', () => {
  it('forwards to the funko that the path names, the rest byte for byte', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => res.end(`one ${req.url}`));
    await stand.funko('two', (req, res) => res.end(`two ${req.url}`));
    using client = await stand.connect();
    client.send(get('/funko/one/a//b/%2e%2e/../c%2F?d=/funko/two/&e#'.slice(0, -1)));
    assert.equal((await client.answer()).body, 'one /a//b/%2e%2e/../c%2F?d=/funko/two/&e');
    client.send(get('/funko/two/'));
    assert.equal((await client.answer()).body, 'two /');
  });

  it('redirects where the slash after the name is missing, and keeps the query and the method', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get('/funko/one?a=b').replace('GET', 'POST'));
    const answer = await client.answer();
    assert.equal(answer.status, 308);
    assert.equal(answer.header('location'), '/funko/one/?a=b');
  });

  it('answers an unknown funko with a problem that names it', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get('/funko/nobody/'));
    const answer = await client.answer();
    assert.equal(answer.status, 404);
    assert.equal(answer.header('content-type'), 'application/problem+json');
    assert.partialDeepStrictEqual(JSON.parse(answer.body), {
      code: 'unknown_funko',
      status: 404,
      type: 'about:blank',
    });
    assert.match(answer.body, /nobody/);
  });

  it('says of no funko that it does not exist before the first list is in', async () => {
    await using stand = await startWorkerHarness();
    stand.sync = { ...stand.sync, state: 'starting' };
    using client = await stand.connect();
    client.send(get('/funko/nobody/'));
    const answer = await client.answer();
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.header('retry-after')) > 0);
  });

  it('answers a browser with a page in which nothing that came from outside is markup', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get("/funko/<script>'&/", 'Accept: text/html,*/*;q=0.8'));
    const answer = await client.answer();
    assert.equal(answer.header('content-type'), 'text/html; charset=utf-8');
    assert.match(answer.body, /&#60;script&#62;&#39;&#38;/);
    assert.doesNotMatch(answer.body, /<script/);
  });

  it('answers 503 with Retry-After and the reason while no instance is ready', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('slow', (_req, res) => res.end(), { state: 'starting' });
    using client = await stand.connect();
    client.send(get('/funko/slow/'));
    const answer = await client.answer();
    assert.equal(answer.status, 503);
    assert.equal(answer.header('retry-after'), '1');
    assert.partialDeepStrictEqual(JSON.parse(answer.body), { code: 'no_instance' });
    assert.match(answer.body, /faaso-slow\.1 is starting/);
  });

  it('says whether it lives and whether the table is in step', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get('/healthz'));
    assert.equal((await client.answer()).status, 200);
    client.send(get('/readyz'));
    assert.equal((await client.answer()).status, 200);
    stand.sync = { state: 'stale', since: '2026-02-03T04:05:06.000Z', reason: 'the engine does not answer' };
    client.send(get('/readyz'));
    const stale = await client.answer();
    assert.equal(stale.status, 503);
    assert.deepEqual(JSON.parse(stale.body), {
      status: 'stale',
      since: '2026-02-03T04:05:06.000Z',
      reason: 'the engine does not answer',
    });
    client.send(get('/healthz'));
    assert.equal((await client.answer()).status, 200);
  });

  it('lets its own pages be read only', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get('/readyz').replace('GET', 'DELETE'));
    const answer = await client.answer();
    assert.equal(answer.status, 405);
    assert.equal(answer.header('allow'), 'GET, HEAD');
  });

  it('answers OPTIONS * itself', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\nOPTIONS http://x HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.equal((await client.answer()).status, 204);
    assert.equal((await client.answer()).status, 204);
  });

  it('lets OPTIONS and TRACE go no further than Max-Forwards says', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => res.end(`${req.method} ${String(req.headers['max-forwards'])}`));
    using client = await stand.connect();
    const ask = async (method: string, hops: string): Promise<[number, string]> => {
      client.send(`${method} /funko/one/ HTTP/1.1\r\nHost: x\r\nMax-Forwards: ${hops}\r\n\r\n`);
      const { status, body } = await client.answer();
      return [status, body];
    };
    assert.deepEqual(await ask('OPTIONS', '2'), [200, 'OPTIONS 1']);
    assert.deepEqual(await ask('TRACE', '1'), [200, 'TRACE 0']);
    assert.equal((await ask('OPTIONS', '0'))[0], 204);
    assert.equal((await ask('TRACE', '0'))[0], 405);
    assert.deepEqual(await ask('OPTIONS', 'few'), [200, 'OPTIONS few']);
    assert.deepEqual(await ask('GET', '0'), [200, 'GET 0']);
  });

  it('takes the Host from an absolute target', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => res.end(`${req.headers.host} ${req.url}`));
    using client = await stand.connect();
    client.send('GET http://right.test:81/funko/one/x?y HTTP/1.1\r\nHost: wrong.test\r\n\r\n');
    assert.equal((await client.answer()).body, 'right.test:81 /x?y');
  });

  it('forwards /admin to a Unix socket with the path kept whole', async () => {
    const adminSocket = join(tmpdir(), `faaso-${randomBytes(6).toString('hex')}.sock`);
    const admin = createServer((req, res) =>
      res.end(`${req.url} ${String(req.headers['x-forwarded-prefix'] ?? 'no prefix')}`),
    );
    admin.listen(adminSocket);
    await once(admin, 'listening');
    await using stand = await startWorkerHarness({ adminSocket });
    using client = await stand.connect();
    client.send(get('/admin/funkos?x'));
    assert.equal((await client.answer()).body, '/admin/funkos?x no prefix');
    admin.closeAllConnections();
    admin.close();
    await once(admin, 'close');
    client.send(get('/admin/funkos'));
    const answer = await client.answer();
    assert.equal(answer.status, 502);
    assert.match(answer.body, /The admin API/);
  });

  it(
    'waits for the admin API however long funkos’ answers may pause: a release command can be silent',
    { timeout: 10_000 },
    async () => {
      const adminSocket = join(tmpdir(), `faaso-${randomBytes(6).toString('hex')}.sock`);
      const admin = createServer((_, res) => {
        res.write('begun');
        // The timers that would end it are a second apart.
        setTimeout(() => res.end(' and done'), 1_500);
      });
      admin.listen(adminSocket);
      await once(admin, 'listening');
      await using stand = await startWorkerHarness({ adminSocket, settings: { bodyIdleMs: 100 } });
      using client = await stand.connect();
      client.send(get('/admin/funkos/a/up'));
      assert.match((await client.answer()).body, /begun[^]* and done/);
      admin.closeAllConnections();
      admin.close();
      await once(admin, 'close');
    },
  );

  it('has no admin API if it was given no socket', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get('/admin/'));
    assert.equal((await client.answer()).status, 404);
  });

  it('refuses CONNECT with an answer, which says when it was given', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send('CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n');
    const answer = await client.answer();
    assert.equal(answer.status, 405);
    assert.ok(Math.abs(Date.parse(answer.header('date') ?? '') - Date.now()) < 60_000);
    assert.equal(await client.closed(), 'end');
  });

  it('answers a CONNECT that follows upon a request when that one is answered', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(`${get('/funko/one/')}CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n`);
    const connection = await connections.next();
    await connection.until('\r\n\r\n');
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    assert.equal((await client.answer()).body, 'ok');
    assert.equal((await client.answer()).status, 405);
    assert.equal(await client.closed(), 'end');
  });
});

describe('a name with a dot', () => {
  it('is no funko’s, and the 404 says of which one a container of that name is an instance', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get('/funko/hello.blue/'));
    const answer = await client.answer();
    assert.equal(answer.status, 404);
    assert.match(answer.body, /a container faaso-hello\.blue is an instance of \\"hello\\"/);
  });
});
