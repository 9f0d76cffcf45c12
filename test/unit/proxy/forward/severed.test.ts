import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('a life that can’t be reached any more', () => {
  for (const isRetired of [false, true]) {
    const when = isRetired ? 'after its backend left the table' : 'at once';
    it(`resets an answer that has begun, ${when}, and no other life's`, async () => {
      await using stand = await startWorkerHarness();
      const lost = await stand.rawFunko('lost', { id: 'a', life: 'a1' });
      const other = await stand.rawFunko('other', { id: 'b', life: 'b1' });
      using client = await stand.connect();
      using bystander = await stand.connect();
      client.send(get('/funko/lost/'));
      bystander.send(get('/funko/other/'));
      const begin = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n';
      (await lost.next()).send(begin);
      const connection = await other.next();
      connection.send(begin);
      await Promise.all([client.until('one'), bystander.until('one')]);
      if (isRetired) stand.patch([], ['a']);
      stand.front.sever('a1');
      assert.equal(await client.closed(), 'reset');
      connection.send('3\r\ntwo\r\n0\r\n\r\n');
      await bystander.until('two');
      await stand.idle();
    });
  }

  it('is a 502 where no answer has begun, and counts as not in flight', async () => {
    await using stand = await startWorkerHarness();
    const lost = await stand.rawFunko('lost', { id: 'a', life: 'a1' });
    using client = await stand.connect();
    client.send(get('/funko/lost/'));
    await (await lost.next()).until('GET / ');
    stand.front.sever('a1');
    const answer = await client.answer();
    assert.equal(answer.status, 502);
    assert.match(answer.body, /left the network before it had answered/);
    await stand.idle();
  });

  it('resets its WebSockets', async () => {
    await using stand = await startWorkerHarness();
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    await stand.listen(server, 'talk', { id: 'a', life: 'a1' });
    const [socket, ended] = [
      new WebSocket(`ws://127.0.0.1:${stand.port}/funko/talk/`),
      once(sockets, 'connection'),
    ];
    await Promise.all([once(socket, 'open'), ended]);
    const closed = once(socket, 'close');
    stand.front.sever('b1');
    stand.front.sever('a1');
    assert.equal((await closed)[0], 1006);
    await stand.idle();
  });
});
