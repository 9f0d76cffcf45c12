import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFront } from '../../../../src/proxy/forward/front.ts';
import { DEFAULT_FORWARD_SETTINGS } from '../../../../src/proxy/forward/settings.ts';
import { Stats } from '../../../../src/proxy/ipc/stats.ts';
import { Upstreams } from '../../../../src/proxy/forward/upstream/upstreams.ts';
import { ConcurrencyClient } from '../../../../src/proxy/worker/concurrency-client.ts';
import { Routes } from '../../../../src/proxy/balancing/routes.ts';
import { silentLogger } from '../../../../src/logger.ts';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('a front', () => {
  it('answers a head that is too large with 431', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get('/healthz', `X: ${'y'.repeat(20_000)}`));
    const answer = await client.answer();
    assert.equal(answer.status, 431);
    assert.equal(answer.header('connection'), 'close');
    assert.equal(await client.closed(), 'end');
  });

  it('takes heads as large as is set, of requests and of answers, and names the setting to others', async () => {
    await using stand = await startWorkerHarness({ settings: { maxHeaderBytes: 100 * 1024 } });
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', `X-There: ${'y'.repeat(90_000)}`));
    const connection = await connections.next();
    assert.match(await connection.until('\r\n\r\n'), /x-there: y{90000}\r\n/i);
    connection.send(`HTTP/1.1 200 OK\r\nX-Back: ${'z'.repeat(90_000)}\r\nContent-Length: 0\r\n\r\n`);
    assert.equal((await client.answer()).header('x-back')?.length, 90_000);
    client.send(get('/funko/one/'));
    await connection.until('\r\n\r\nGET ');
    connection.send(`HTTP/1.1 200 OK\r\nX-Back: ${'z'.repeat(200_000)}\r\nContent-Length: 0\r\n\r\n`);
    const tooLarge = await client.answer();
    assert.equal(tooLarge.status, 502);
    assert.match(tooLarge.body, /FAASO_MAX_HEAD_KIB/);
    client.send(get('/funko/one/', `X-There: ${'y'.repeat(200_000)}`));
    const refused = await client.answer();
    assert.equal(refused.status, 431);
    assert.match(refused.body, /FAASO_MAX_HEAD_KIB/);
  });

  it('passes on a head that is just not too large, with all of its fields', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', ...Array.from({ length: 2500 }, () => 'a:b')));
    const head = await (await connections.next()).until('\r\n\r\n');
    assert.equal(head.match(/\r\na: b/g)?.length, 2500);
  });

  it('answers a head that does not arrive in time with 408', async () => {
    await using stand = await startWorkerHarness({ settings: { clientHeadersMs: 100 } });
    using client = await stand.connect();
    client.send('GET /healthz HTTP/1.1\r\nHost: a\r\nX: ');
    assert.equal((await client.answer()).status, 408);
    assert.equal(await client.closed(), 'end');
  });

  it('closes a connection that is idle for too long', async () => {
    await using stand = await startWorkerHarness({ settings: { clientKeepAliveMs: 100 } });
    using client = await stand.connect();
    client.send(get('/healthz'));
    await client.answer();
    await client.closed();
  });

  it('resets a client that does not take its answer', async () => {
    await using stand = await startWorkerHarness({ settings: { clientIdleMs: 200 } });
    await stand.funko('one', (_req, res) => {
      res.on('error', () => undefined);
      const block = Buffer.alloc(1024 * 1024);
      const more = (): void => {
        while (!res.destroyed && res.write(block));
      };
      res.on('drain', more);
      more();
    });
    using client = await stand.connect();
    client.socket.pause();
    client.send(get('/funko/one/'));
    await stand.logged((line) => line['msg'] === 'request');
    await stand.idle();
  });

  it('holds no more connections than it is told to', async () => {
    await using stand = await startWorkerHarness({ settings: { maxConnections: 2 } });
    using one = await stand.connect();
    using two = await stand.connect();
    one.send(get('/healthz'));
    two.send(get('/healthz'));
    await Promise.all([one.answer(), two.answer()]);
    using three = await stand.connect();
    await three.closed();
    one.socket.destroy();
  });

  it('refuses to start with a trusted address that is none', () => {
    for (const address of ['localhost', '10.0.0.0/33', '10.0.0/8', '::1/129', '10.0.0.0/x', '']) {
      const settings = { ...DEFAULT_FORWARD_SETTINGS, trustedAddresses: [address] };
      const options = {
        routes: new Routes(),
        upstreams: new Upstreams(settings),
        admission: new ConcurrencyClient(() => undefined),
        tally: new Stats(() => true),
        settings,
        sync: () => ({ state: 'in_step' as const, since: '', reason: null }),
        logger: silentLogger(),
        accessLog: null,
        adminSocket: null,
      };
      assert.throws(() => createFront(options), { code: 'bad_setting' });
    }
  });
});

describe('the access log', () => {
  it('has a line for each request: who, what, where, how it went', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (_req, res) => res.end('hello'));
    using client = await stand.connect();
    client.send(get('/funko/one/a?b', 'X-Request-Id: id-1'));
    await client.answer();
    client.send(get('/funko/nobody/'));
    await client.answer();
    const line = await stand.logged((each) => each['requestId'] === 'id-1');
    assert.partialDeepStrictEqual(line, {
      msg: 'request',
      client: '127.0.0.1',
      method: 'GET',
      path: '/funko/one/a',
      funko: 'one',
      instance: 'faaso-one.1',
      status: 200,
      bytes: 5,
    });
    assert.equal(typeof line['ms'], 'number');
    assert.partialDeepStrictEqual(await stand.logged((each) => each['funko'] === 'nobody'), {
      status: 404,
      instance: null,
    });
  });
});
