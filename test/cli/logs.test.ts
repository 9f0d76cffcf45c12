import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from './admin-under-test.ts';
import { newHome, outcomeOf } from './faaso.ts';
import { statusOf } from './fake-funkos.ts';

describe('faaso logs', () => {
  it('prints each line with its instance, or as JSON', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const { status, stdout } = await home.faaso(['logs', 'demo', '--tail', '5', '--instance', '1']);
    assert.deepEqual([status, stdout], [0, 'demo.1  hello\n']);
    assert.deepEqual(admin.funkos.requests, [{ name: 'demo', follow: false, tail: 5, instance: '1' }]);
    const json = await home.faaso(['logs', 'demo', '--json', '--since', '10m']);
    const { instance, text: line, stream } = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepEqual([instance, line, stream], ['faaso-demo.1', 'hello', 'stdout']);
    const wrong = await home.faaso(['logs', 'demo', '--since', 'yesterday']);
    assert.equal(wrong.status, 2);
  });

  it('goes on with -f until Ctrl-C', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const child = home.start(['logs', 'demo', '-f']);
    const ended = outcomeOf(child);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    assert.equal((await ended).status, 130);
  });
});

describe('faaso invoke', () => {
  it('sends what it is told to, and prints the body of the answer', async () => {
    const asked: string[] = [];
    const server = createServer((request: IncomingMessage, response) => {
      void text(request).then((body) => {
        const { method = '', url = '', headers } = request;
        asked.push(`${method} ${url} ${String(headers['x-a'])} ${body}`);
        response.writeHead(url.endsWith('bad') ? 418 : 200).end(`you said ${body}`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await using home = await newHome({ FAASO_SERVER: url, FAASO_TOKEN: 'x' });
      const first = await home.faaso(['invoke', 'demo', '/a?b=c', '-H', 'X-A: 1', '-d', 'hello']);
      assert.deepEqual([first.status, first.stdout], [0, 'you said hello']);
      await home.faaso(['invoke', 'demo', '-d', '-', '-X', 'put'], { input: 'piped' });
      const bad = await home.faaso(['invoke', 'demo', 'bad']);
      assert.deepEqual([bad.status, bad.stdout], [1, 'you said ']);
      assert.match(bad.stderr, /demo answered with status 418/);
      assert.deepEqual(asked, [
        'POST /funko/demo/a?b=c 1 hello',
        'PUT /funko/demo/ undefined piped',
        'GET /funko/demo/bad undefined ',
      ]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
