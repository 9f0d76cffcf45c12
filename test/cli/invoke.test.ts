import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { newHome } from './faaso.ts';
import { engineWith } from './fake-engine.ts';

describe('faaso invoke', () => {
  let asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      asked.push(`${method} ${url} ${String(headers['x-a'])} ${body}`);
      const said = url.endsWith('host') ? `you asked ${headers.host ?? ''}` : `you said ${body}`;
      response.writeHead(url.endsWith('bad') ? 418 : 200).end(said);
    });
  });
  let url = '';
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (asked = []));
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it('sends what it is told to, without a token, and prints the body of the answer', async () => {
    await using home = await newHome({ FAASO_SERVER: url });
    const first = await home.faaso(['invoke', 'demo', '/a?b=c', '-H', 'X-A: 1', '-d', 'hello']);
    assert.deepEqual([first.status, first.stdout], [0, 'you said hello']);
    await home.faaso(['invoke', 'demo', '-d', '-', '-X', 'put'], { input: 'piped' });
    const bad = await home.faaso(['invoke', 'demo', 'bad']);
    assert.deepEqual([bad.status, bad.stdout], [1, 'you said ']);
    assert.match(bad.stderr, /demo answered with status 418/);
    await home.faaso(['invoke', 'demo', '-H', 'X-A: 1', '-H', 'x-a: 2']);
    assert.deepEqual(asked, [
      'POST /funko/demo/a?b=c 1 hello',
      'PUT /funko/demo/ undefined piped',
      'GET /funko/demo/bad undefined ',
      'GET /funko/demo/ 1, 2 ',
    ]);
  });

  it('asks for another host', async () => {
    await using home = await newHome({ FAASO_SERVER: url });
    const { stdout, stderr } = await home.faaso(['invoke', 'demo', 'host', '-H', 'Host: shop.example.com']);
    assert.deepEqual([stdout, stderr], ['you asked shop.example.com', '']);
  });

  it('says of a request that no HTTP can carry that it was not sent', async () => {
    await using home = await newHome({ FAASO_SERVER: url });
    const { status, stderr } = await home.faaso(['invoke', 'demo', '-H', 'X-A: ✓']);
    assert.equal(status, 2);
    assert.match(stderr, /^faaso: such a request can't be sent: .*"x-a"/);
    assert.deepEqual(asked, []);
  });

  it('with --local says of a funko that a server started that it publishes no port', async () => {
    await using engine = await engineWith(1, {
      proxy: { name: 'faaso-demo.1', labels: { 'faaso.funko': 'demo' } },
    });
    await using home = await newHome({ DOCKER_HOST: `unix://${engine.socketPath}` });
    const { status, stderr } = await home.faaso(['invoke', '-l', 'demo']);
    assert.equal(status, 1);
    assert.equal(
      stderr,
      'faaso: "demo" runs, but publishes no port on this machine. Ask the server: faaso invoke demo\n',
    );
  });
});
