import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { newHome } from '../../../support/cli/faaso.ts';
import { engineWith } from '../../../support/cli/fake-engine.ts';

describe('faaso invoke', () => {
  let asked: string[] = [];
  let types: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      asked.push(`${method} ${url} ${String(headers['x-a'])} ${body}`);
      types.push(`${headers['content-type'] ?? 'none'} ${headers.accept ?? 'none'} ${body}`);
      response.setHeader('X-Said', 'yes');
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
  beforeEach(() => {
    asked = [];
    types = [];
  });
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

  it('recognises a body that is JSON, and takes it from texts, files and stdin', async () => {
    await using home = await newHome({ FAASO_SERVER: url });
    await writeFile(home.path('user.json'), '{"name": "Ada"}\n');
    const sent = async (words: readonly string[], input = ''): Promise<unknown> => {
      const { status, stderr } = await home.faaso(['invoke', 'demo', '/', ...words], { input });
      assert.deepEqual([status, stderr], [0, '']);
      return types.pop();
    };
    const form = 'application/x-www-form-urlencoded none';
    assert.equal(await sent(['-d', '{"a": 1}']), 'application/json none {"a": 1}');
    assert.equal(await sent(['-d', 'a=1', '--data', 'b=2']), `${form} a=1&b=2`);
    assert.equal(
      await sent(['-d', '{"a": 1}', '-H', 'content-TYPE: text/plain']),
      'text/plain none {"a": 1}',
    );
    assert.equal(await sent(['-d', '@user.json']), 'application/json none {"name": "Ada"}\n');
    assert.equal(await sent(['-d', '@-'], '[1]'), 'application/json none [1]');
    assert.equal(await sent(['-d', '']), `${form} `);
    const json = 'application/json application/json';
    assert.equal(await sent(['--json', '[2]']), `${json} [2]`);
    assert.equal(await sent(['--json', '@user.json']), `${json} {"name": "Ada"}\n`);
    assert.equal(await sent(['--json', '-d', '[3]']), `${json} [3]`);
    assert.equal(await sent(['--json']), 'none application/json ');
    assert.equal(asked.at(-1), 'GET /funko/demo/ undefined ');
  });

  it('sends no --json that is not JSON, and no file that is not there', async () => {
    await using home = await newHome({ FAASO_SERVER: url });
    const bad = await home.faaso(['invoke', 'demo', '/', '--json', '{a: 1}']);
    assert.equal(bad.status, 2);
    assert.match(bad.stderr, /^faaso: --json "\{a: 1\}": it is not JSON/);
    const none = await home.faaso(['invoke', 'demo', '/', '-d', '@nothing']);
    assert.equal(none.status, 1);
    assert.match(none.stderr, /^faaso: Can't open .*nothing: no such file or folder/);
    assert.deepEqual(asked, []);
  });

  it('shows heads: of the answer before the body, or of both on stderr', async () => {
    await using home = await newHome({ FAASO_SERVER: url });
    const included = await home.faaso(['invoke', 'demo', 'bad', '-i']);
    assert.equal(included.status, 1);
    assert.match(
      included.stdout,
      /^HTTP\/1\.1 418 I'm a Teapot\r\nX-Said: yes\r\n([^\r\n]+\r\n)*\r\nyou said $/,
    );
    const { stdout, stderr } = await home.faaso(['invoke', 'demo', '/x', '-v', '-d', '[1]', '-H', 'X-A: 1']);
    assert.equal(stdout, 'you said [1]');
    assert.match(
      stderr,
      /^> POST \/funko\/demo\/x HTTP\/1\.1\n(> .+\n)*>\n< HTTP\/1\.1 200 OK\n(< .+\n)*<\n$/,
    );
    for (const line of ['> x-a: 1', '> content-type: application/json', '> Host: 127', '< X-Said: yes'])
      assert.ok(stderr.includes(line), stderr);
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
