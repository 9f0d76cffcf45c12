import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('an answer without a body', () => {
  it('to HEAD keeps its Content-Length, and the connections on both sides', async () => {
    await using stand = await startWorkerHarness();
    let connections = 0;
    const server = await stand.funko('one', (req, res) => {
      res.writeHead(200, { 'content-length': 1000 });
      res.end(req.method === 'HEAD' ? undefined : 'x'.repeat(1000));
    });
    server.on('connection', () => (connections += 1));
    using client = await stand.connect();
    for (let count = 0; count < 3; count += 1) {
      client.send(get('/funko/one/').replace('GET', 'HEAD'));
      const answer = await client.answer('HEAD');
      assert.equal(answer.status, 200);
      assert.equal(answer.header('content-length'), '1000');
    }
    client.send(get('/funko/one/'));
    assert.equal((await client.answer()).body.length, 1000);
    assert.equal(client.text, '');
    assert.equal(connections, 1);
  });

  it('may be a chunked one to HEAD, with an announced trailer', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/').replace('GET', 'HEAD'));
    (await connections.next()).send(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\nConnection: keep-alive\r\n\r\n',
    );
    assert.equal((await client.answer('HEAD')).status, 200);
    client.send(get('/healthz'));
    assert.equal((await client.answer()).status, 200);
  });

  for (const [status, lines, length] of [
    [204, 'Content-Length: 5\r\n', undefined],
    [204, '', undefined],
    [304, 'Content-Length: 5\r\nETag: "a"\r\n', '5'],
    [304, 'Transfer-Encoding: chunked\r\n', undefined],
    [304, '', undefined],
  ] as const) {
    it(`ends at its head: ${status} with ${lines === '' ? 'no length' : JSON.stringify(lines)}`, async () => {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(get('/funko/one/'));
      const connection = await connections.next();
      connection.send(`HTTP/1.1 ${status} X\r\n${lines}\r\n`);
      const answer = await client.answer();
      assert.equal(answer.status, status);
      assert.equal(answer.header('content-length'), length);
      assert.equal(answer.header('transfer-encoding'), undefined);
      client.send(get('/healthz'));
      assert.equal((await client.answer()).status, 200);
    });
  }
});

describe('an answer with a body', () => {
  it('that is chunked arrives whole with its trailers', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', 'TE: trailers'));
    (await connections.next()).send(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, X-Two\r\n\r\n' +
        '3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nX-Sum: 1\r\nX-Two: 2\r\nSet-Cookie: a=b\r\nX-Sum: 3\r\n\r\n',
    );
    const answer = await client.answer();
    assert.equal(answer.body, 'abcde');
    assert.equal(answer.header('trailer'), 'X-Sum, X-Two');
    assert.deepEqual(answer.trailers, [
      ['x-sum', '1'],
      ['x-sum', '3'],
      ['x-two', '2'],
    ]);
  });

  it('that ends with its connection is whole for HTTP/1.1 and for HTTP/1.0', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    for (const version of ['1.1', '1.0']) {
      using client = await stand.connect();
      client.send(get('/funko/one/').replace('HTTP/1.1', `HTTP/${version}`));
      const connection = await connections.next();
      connection.send('HTTP/1.0 200 OK\r\n\r\nall of it').socket.end();
      const answer = await client.answer();
      assert.equal(answer.body, 'all of it');
      assert.equal(answer.header('transfer-encoding'), version === '1.1' ? 'chunked' : undefined);
    }
  });

  it('goes to HTTP/1.0 without chunks, and the connection is kept only if the client asked for it', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => {
      res.write('a');
      res.end(req.httpVersion);
    });
    using client = await stand.connect();
    client.send('GET /funko/one/ HTTP/1.0\r\n\r\n');
    const answer = await client.answer();
    assert.equal(answer.header('transfer-encoding'), undefined);
    assert.equal(answer.body, 'a1.1');
    assert.equal(await client.closed(), 'end');
    using other = await stand.connect();
    other.send('GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    assert.equal((await other.answer()).header('connection'), 'keep-alive');
    other.send('GET /healthz HTTP/1.0\r\n\r\n');
    assert.equal((await other.answer()).header('connection'), 'close');
  });

  it('passes on each event of an event stream at once, the head before the first', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/events', 'Accept: text/event-stream'));
    const connection = await connections.next();
    connection.send(
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await client.until('\r\n\r\n');
    for (const event of ['one', 'two', 'three']) {
      connection.send(`${(event.length + 8).toString(16)}\r\ndata: ${event}\n\n\r\n`);
      await client.until(`data: ${event}\n\n`);
    }
  });

  it('streams with backpressure: a client that does not read stops the upstream', async () => {
    await using stand = await startWorkerHarness();
    const mib = Buffer.alloc(1024 * 1024, 'x');
    let sent = 0;
    const total = 64;
    const stuck = Promise.withResolvers<undefined>();
    await stand.funko('one', (_req, res) => {
      const more = (): void => {
        while (sent < total) {
          sent += 1;
          if (!res.write(mib)) {
            res.once('drain', more);
            stuck.resolve(undefined);
            return;
          }
        }
        res.end();
      };
      more();
    });
    using client = await stand.connect();
    client.socket.pause();
    client.send(get('/funko/one/'));
    await stuck.promise;
    // The buffers on the way take some; then nothing moves until the client reads.
    for (let before = -1, still = 0; still < 500; still = before === sent ? still + 1 : 0) {
      before = sent;
      await new Promise(setImmediate);
    }
    assert.ok(sent < total, `${sent} MiB went out`);
    client.socket.resume();
    const answer = await client.answer();
    assert.equal(answer.body.length, total * mib.length);
  });

  it('passes on 103 and 102 before it, but not to HTTP/1.0', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    const early =
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n';
    const connection = await connections.next();
    connection.send(early);
    const hints = await client.answer();
    assert.equal(hints.status, 103);
    assert.deepEqual(hints.all('link'), ['</a.css>; rel=preload', '</b.js>']);
    assert.equal((await client.answer()).status, 102);
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    assert.equal((await client.answer()).body, 'ok');
    using old = await stand.connect();
    old.send(get('/funko/one/').replace('HTTP/1.1', 'HTTP/1.0'));
    const second = connections.all.length > 1 ? await connections.next() : connection;
    await second.until(/GET [^]*GET |^GET [^]*Via: 1\.0/);
    second.send(`${early}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
    assert.equal((await old.answer()).status, 200);
  });
});
