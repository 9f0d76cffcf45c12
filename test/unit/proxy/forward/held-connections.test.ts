/** Connections to a funko, and to the admin API, are not to be held by clients that send nothing, and their number is bounded. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RawClient } from '../../../support/forward/raw-client.ts';
import { rulesOf } from '../../../../src/funko/traffic-rules.ts';
import { startWorkerHarness } from '../../../support/forward/worker-harness.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a connection to a funko', () => {
  for (const expectation of ['', 'Expect: 100-continue\r\n']) {
    it(`is taken when a short body has come whole${expectation && ', also if the client asked for 100 Continue'}`, async () => {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(`POST /funko/one/ HTTP/1.1\r\nHost: a\r\n${expectation}Content-Length: 10\r\n\r\n`);
      if (expectation !== '') assert.equal((await client.answer()).status, 100);
      client.send('1');
      using other = await stand.connect();
      // The front has read the first byte by the time that it has answered another client, and the funko is asked by that one first.
      other.send('GET /funko/one/other HTTP/1.1\r\nHost: a\r\n\r\n');
      const first = await connections.next();
      assert.match(await first.until('\r\n\r\n'), /^GET \/other /);
      first.send(OK);
      await other.answer();
      client.send('234567890');
      assert.match(await first.until('1234567890'), /POST \/ /);
      first.send(OK);
      assert.equal((await client.answer()).body, 'ok');
    });
  }

  it('and the turn at a funko that takes one request at a time are free while a short body comes', async () => {
    await using stand = await startWorkerHarness();
    const rules = rulesOf({ 'faaso.traffic': '{"concurrency":{"requests":1,"queue":0}}' });
    await stand.funko('one', (req, res) => req.resume().once('end', () => res.end('ok')), { rules });
    using slow = await stand.connect();
    slow.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1');
    using client = await stand.connect();
    client.send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.answer();
    client.send('GET /funko/one/ HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.equal((await client.answer()).status, 200);
    slow.send('234567890');
    assert.equal((await slow.answer()).body, 'ok');
  });

  it('is waited for if all are in use, and then the client gets a 503', async () => {
    const settings = { maxUpstreamConnections: 1, connectionWithinMs: 50 };
    await using stand = await startWorkerHarness({ settings });
    const connections = await stand.rawFunko('one');
    using stream = await stand.connect();
    stream.send('GET /funko/one/ HTTP/1.1\r\nHost: a\r\n\r\n');
    const held = await connections.next();
    await held.until('\r\n\r\n');
    using client = await stand.connect();
    client.send('GET /funko/one/ HTTP/1.1\r\nHost: a\r\n\r\n');
    const refused = await client.answer();
    assert.equal(refused.status, 503);
    assert.ok(Number(refused.header('retry-after')) > 0);
    assert.match(refused.body, /faaso-one\.1 has 1 requests in flight.*FAASO_FUNKO_CONNECTIONS/);
    held.send(OK);
    await stream.answer();
    client.send('GET /funko/one/again HTTP/1.1\r\nHost: a\r\n\r\n');
    // The refused request was next for the connection, which undici closes then.
    const next = await connections.next();
    await next.until('GET /again HTTP/1.1\r\n');
    next.send(OK);
    assert.equal((await client.answer()).body, 'ok');
    assert.equal(stand.inFlight.get('id-one'), 0);
  });
});

it('a connection to the admin API is taken when a body has come, so that nobody without a token holds one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faaso-held-'));
  const adminSocket = join(folder, 'admin.sock');
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  await once(server.listen(adminSocket), 'listening');
  try {
    await using stand = await startWorkerHarness({ adminSocket });
    const clients: RawClient[] = [];
    for (let number = 0; number < 5; number += 1) {
      const client = await stand.connect();
      clients.push(client.send('POST /admin/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1'));
    }
    using last = await stand.connect();
    last.send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    await last.answer();
    assert.equal(asked, 0);
    const [first] = clients;
    first?.send('234567890');
    assert.equal((await first?.answer())?.status, 401);
    assert.equal(asked, 1);
    for (const client of clients) client.socket.destroy();
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});
