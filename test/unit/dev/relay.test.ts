import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { Relay } from '../../../src/dev/relay.ts';

async function serve(word: string): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => void request.pipe(response.setHeader('word', word)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function wordOf(url: string): Promise<string | null> {
  const answer = await fetch(url, { method: 'POST', body: 'echo', headers: { connection: 'close' } });
  assert.equal(await answer.text(), 'echo');
  return answer.headers.get('word');
}

describe('the port of a session', () => {
  it('leads to what runs now, and lets requests wait while nothing does', async () => {
    const [one, two] = await Promise.all([serve('one'), serve('two')]);
    await using relay = await Relay.listen(undefined);
    const early = wordOf(relay.url);
    relay.open(one.port);
    assert.equal(await early, 'one');
    relay.hold();
    const waiting = [wordOf(relay.url), wordOf(relay.url)];
    relay.open(two.port);
    assert.deepEqual(await Promise.all(waiting), ['two', 'two']);
    one.server.close();
    two.server.close();
  });

  it('says why nothing runs, to those that wait, too', async () => {
    await using relay = await Relay.listen(undefined);
    const waiting = fetch(relay.url);
    relay.down('it ended: ü');
    for (const answer of [await waiting, await fetch(relay.url)])
      assert.deepEqual([answer.status, await answer.text()], [503, 'it ended: ü\n']);
  });

  it('is the next one if it is taken, unless it was asked for', async () => {
    await using first = await Relay.listen(undefined);
    await using second = await Relay.listen(undefined);
    assert.notEqual(first.url, second.url);
    const port = Number(new URL(first.url).port);
    await assert.rejects(Relay.listen(port), {
      code: 'conflict',
      message: `the port ${port} of 127.0.0.1 is taken; name another one with --port`,
    });
  });

  it('closes what is open when the session ends', async () => {
    const { server, port } = await serve('one');
    const relay = await Relay.listen(undefined);
    relay.open(port);
    const client = connect(Number(new URL(relay.url).port), '127.0.0.1');
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhalf');
    await once(server, 'request');
    const closed = once(client, 'close');
    client.resume();
    await relay[Symbol.asyncDispose]();
    await closed;
    server.closeAllConnections();
    server.close();
  });
});
