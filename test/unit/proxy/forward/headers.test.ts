import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawClient } from '../../../support/forward/raw-client.ts';
import { get, startWorkerHarness, type WorkerHarness } from '../../../support/forward/worker-harness.ts';

/** Sends a request to a raw funko and gives the head that it saw, as lines. */
async function headSeen(stand: WorkerHarness, client: RawClient, request: string): Promise<string[]> {
  const connections = await stand.rawFunko('one');
  client.send(request);
  const connection = await connections.next();
  const head = await connection.until('\r\n\r\n');
  connection.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  await client.answer();
  return head.slice(0, head.indexOf('\r\n\r\n')).split('\r\n');
}

/** Sends a GET and gives the answer, for an upstream that answers with these lines. */
async function relayed(stand: WorkerHarness, client: RawClient, lines: string[], body = '') {
  const connections = await stand.rawFunko('one');
  client.send(get('/funko/one/'));
  const connection = await connections.next();
  await connection.until('\r\n\r\n');
  connection.send(`HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n${body}`);
  return client.answer();
}

describe('the fields of a request', () => {
  it('reach the funko in order, duplicates and spelling included', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    const fields = [
      'X-b: 1',
      'cookie: a=b',
      'X-A: 2',
      'X-b: 3',
      'Accept:  text/*  ',
      'Cookie: c=d',
      'X-Empty:',
      'X-L: \xe9',
    ];
    const lines = await headSeen(stand, client, get('/funko/one/', ...fields));
    assert.deepEqual(
      lines.filter((line) => /^(x-b|x-a|cookie|accept|x-empty|x-l):/i.test(line)),
      [
        'X-b: 1',
        'cookie: a=b',
        'X-A: 2',
        'X-b: 3',
        'Accept: text/*',
        'Cookie: c=d',
        'X-Empty: ',
        'X-L: \xe9',
      ],
    );
  });

  it('lose what concerns one connection only, and what Connection names, wherever it stands', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    const lines = await headSeen(
      stand,
      client,
      get(
        '/funko/one/',
        'X-Secret: 1',
        'Connection: keep-alive, X-Secret',
        'Connection: x-OTHER ,, close-not',
        'X-Other: 2',
        'Keep-Alive: timeout=9',
        'Proxy-Connection: keep-alive',
        'Proxy-Authorization: Basic eA==',
        'TE: trailers, deflate',
        'Trailer: X-T',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQ',
        'X-Kept: 3',
      ),
    );
    const names = lines.slice(1).map((line) => line.split(':')[0]?.toLowerCase());
    assert.deepEqual(names.sort(), [
      'connection',
      'host',
      'te',
      'via',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-prefix',
      'x-forwarded-proto',
      'x-kept',
      'x-request-id',
    ]);
    assert.ok(lines.includes('connection: keep-alive'));
    assert.ok(lines.includes('TE: trailers'));
  });

  it('say who asked and what for, whatever the client claimed', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    const lines = await headSeen(
      stand,
      client,
      get(
        '/funko/one/x',
        'Connection: X-Forwarded-For, Host',
        'X-Forwarded-For: 6.6.6.6',
        'X-Forwarded-Host: evil.test',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Prefix: /evil',
        'X-Forwarded-User: root',
        'X_Forwarded_For: 6.6.6.6',
        'x-forwarded_proto: https',
        'X-Real-IP: 6.6.6.6',
        'X_Real_IP: 6.6.6.6',
        'Forwarded: for=6.6.6.6',
        'Via: 1.0 before',
      ),
    );
    const said = lines.filter((line) => /forwarded|real|via|host/i.test(line)).sort();
    assert.deepEqual(said, [
      'Via: 1.0 before, 1.1 faaso',
      'X-Forwarded-For: 127.0.0.1',
      'X-Forwarded-Host: faaso.test',
      'X-Forwarded-Prefix: /funko/one',
      'X-Forwarded-Proto: http',
      'host: faaso.test',
    ]);
  });

  it('are believed about who asked if they come from a trusted address', async () => {
    await using stand = await startWorkerHarness({ settings: { trustedAddresses: ['127.0.0.0/8'] } });
    using client = await stand.connect();
    const lines = await headSeen(
      stand,
      client,
      get(
        '/funko/one/',
        'X-Forwarded-For: 1.2.3.4',
        'X-Forwarded-For: 5.6.7.8',
        'X-Forwarded-Host: shop.test',
        'X-Forwarded-Proto: https',
      ),
    );
    assert.ok(lines.includes('X-Forwarded-For: 1.2.3.4, 5.6.7.8, 127.0.0.1'));
    assert.ok(lines.includes('X-Forwarded-Host: shop.test'));
    assert.ok(lines.includes('X-Forwarded-Proto: https'));
  });

  it('carry a request id: the client’s own if it is fit for a log, else a new one', async () => {
    await using stand = await startWorkerHarness();
    const seen: unknown[] = [];
    await stand.funko('one', (req, res) => {
      seen.push(req.headers['x-request-id'], req.headers.traceparent);
      res.end();
    });
    using client = await stand.connect();
    client.send(get('/funko/one/', 'X-Request-Id: abc-123', 'traceparent: 00-1-2-01'));
    await client.answer();
    client.send(get('/funko/one/', 'X-Request-Id: a b"c'));
    await client.answer();
    assert.deepEqual(seen.slice(0, 2), ['abc-123', '00-1-2-01']);
    assert.match(String(seen[2]), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });
});

describe('the id of a request', () => {
  const ID = 'X-Request-Id: abc-123';

  it('is in the answer, unless the funko has set one, and in the log', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => {
      if (req.url === '/own') res.setHeader('X-Request-ID', 'mine');
      res.end();
    });
    using client = await stand.connect();
    client.send(get('/funko/one/', ID));
    assert.deepEqual((await client.answer()).all('x-request-id'), ['abc-123']);
    client.send(get('/funko/one/own', ID));
    assert.deepEqual((await client.answer()).all('x-request-id'), ['mine']);
    client.send(get('/funko/one/made'));
    const made = (await client.answer()).header('x-request-id');
    const line = await stand.logged(({ path }) => path === '/funko/one/made');
    assert.equal(line['requestId'], made);
  });

  it('is in the answer to a WebSocket’s upgrade', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', ID, 'Connection: Upgrade', 'Upgrade: websocket'));
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    (await connections.next()).send(upgrade);
    assert.deepEqual((await client.answer()).all('x-request-id'), ['abc-123']);
  });

  it('is in what FaaSO answers itself: as a field, in the problem, on the page', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(get('/funko/nobody/', ID));
    const answer = await client.answer();
    assert.deepEqual(answer.all('x-request-id'), ['abc-123']);
    assert.partialDeepStrictEqual(JSON.parse(answer.body), { requestId: 'abc-123' });
    client.send(get('/funko/nobody/', ID, 'Accept: text/html'));
    assert.match((await client.answer()).body, /request abc-123/);
  });
});

describe('the fields of an answer', () => {
  it('reach the client with duplicates in order, without what concerns one connection only', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    const answer = await relayed(
      stand,
      client,
      [
        'Set-Cookie: a=1',
        'Content-Disposition: attachment; filename="\xc3\xbc.txt"',
        'X-Secret: 1',
        'Connection: close, x-secret',
        'Keep-Alive: timeout=1',
        'Proxy-Authenticate: Basic',
        'Upgrade: h2c',
        'Set-Cookie: b=2; Path=/',
        'X-Kept: \xe9',
        'Content-Length: 2',
      ],
      'ok',
    );
    assert.deepEqual(answer.all('set-cookie'), ['a=1', 'b=2; Path=/funko/one/']);
    assert.equal(answer.header('content-disposition'), 'attachment; filename="\xc3\xbc.txt"');
    assert.equal(answer.header('x-kept'), '\xe9');
    assert.deepEqual(answer.all('connection'), ['keep-alive']);
    for (const gone of ['x-secret', 'proxy-authenticate', 'upgrade'])
      assert.equal(answer.header(gone), undefined);
    assert.equal(answer.header('keep-alive'), 'timeout=65');
    assert.ok(answer.header('date'));
    assert.equal(answer.body, 'ok');
  });

  it('keep the reason phrase and an unusual status', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    const connection = await connections.next();
    connection.send('HTTP/1.1 599 Quite Odd\r\nContent-Length: 0\r\n\r\n');
    assert.equal((await client.answer()).statusLine, 'HTTP/1.1 599 Quite Odd');
  });
});
