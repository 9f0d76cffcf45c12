/** Programs that listen by themselves, under the runtime `node`. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { freePort } from '../../support/engine/free-port.ts';
import type { Content } from '../../support/builder/folders.ts';
import { serve, type Served } from '../../support/builder/served.ts';

const LISTEN = `const { createServer } = require('node:http');
const server = createServer((request, response) => response.end('own ' + request.url));
const listen = (host) => server.listen(process.env.PORT, host, () => console.log('own one listens'));
`;

/** A program on a port that only it knows, and what it answers. */
async function program(
  files: Record<string, Content>,
  entry?: string,
): Promise<{ served: Served; url: string }> {
  const port = await freePort();
  return { served: await serve(files, entry, port), url: `http://127.0.0.1:${port}` };
}

async function answerOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

it('leaves a program alone that listens on PORT, whatever it exports, and does not answer /ping for it', async () => {
  for (const code of [
    `${LISTEN} listen();`,
    `${LISTEN} if (require.main === module) listen(); module.exports = () => new Response('exported');`,
    `${LISTEN} setTimeout(listen, 20);`,
  ]) {
    const { served, url } = await program({ 'index.js': code });
    await using _ = served;
    await served.said(/own one listens/);
    assert.equal(await answerOf(`${url}/ping`), 'own /ping', code);
    assert.doesNotMatch(served.output, /funko|exports/, code);
  }
});

it('gives way to a program that listens after what it exports was served', async () => {
  const code = `${LISTEN} process.stdin.once('data', () => listen()); module.exports = (a, b) => b.end('exported');`;
  const { served, url } = await program({ 'index.js': code });
  await using _ = served;
  await served.said(/index\.js listens on port/);
  assert.equal(await answerOf(url), 'exported');
  served.process.stdin.write('go\n');
  await served.said(/own one listens/);
  assert.equal(await answerOf(url), 'own /');
});

it('lets an application listen that can do nothing else', async () => {
  const code = `${LISTEN} module.exports = { listen: (port) => { process.env.PORT = port; listen(); } };`;
  const { served, url } = await program({ 'index.js': code });
  await using _ = served;
  await served.said(/own one listens/);
  assert.equal(await answerOf(url), 'own /');
});

it('says of a program that goes on what is wrong with its exports, unless it listens', async () => {
  const { served } = await program({ 'index.js': 'setInterval(() => {}, 1e6); module.exports = { a: 1 };' });
  await using _ = served;
  await served.said(/^index\.js exports an object with a; it must export/);
});

it('says which address or port is wrong', async () => {
  const local = await program({ 'index.js': `${LISTEN} listen('127.0.0.1');` });
  await using _ = local.served;
  await local.served.said(
    /index\.js listens on 127\.0\.0\.1 alone, .*: let it listen on 0\.0\.0\.0 \(process\.env\.HOST\)\./,
  );
  const other = await program({ 'index.js': `${LISTEN} server.listen(0);` });
  await using __ = other.served;
  await other.served.said(
    /index\.js listens on port \d+, but requests come to port \d+: let it listen on process\.env\.PORT\./,
  );
});

it('serves nothing of what a program forks', async () => {
  const code = `const { fork } = require('node:child_process');
    if (process.argv[2]) return void (module.exports = () => 'child');
    fork(__filename, ['child']).on('exit', (status) => console.log('child ended', status, process.execArgv.length));
    module.exports = (a, b) => b.end('parent');`;
  const { served } = await program({ 'index.js': code });
  await using _ = served;
  await served.said(/child ended 0 1/);
});

it('leaves SIGTERM to a program with a handler, and finishes the requests of others', async () => {
  const own = await program({
    'index.js': `${LISTEN} listen(); process.on('SIGTERM', () => process.exit(7));`,
  });
  await using _ = own.served;
  await own.served.said(/own one listens/);
  own.served.process.kill('SIGTERM');
  assert.deepEqual(await own.served.exited, [7, null]);

  const code = LISTEN.replace(
    "response.end('own ' + request.url)",
    "request.resume().on('end', () => response.end('whole'))",
  );
  const other = await program({ 'index.js': `${code} listen();` });
  await using __ = other.served;
  await other.served.said(/own one listens/);
  const agent = new Agent({ keepAlive: true });
  const slow = request(other.url, { method: 'POST', agent });
  slow.write('half');
  await answerOf(other.url);
  other.served.process.kill('SIGTERM');
  slow.end('whole');
  const [response] = (await once(slow, 'response')) as [IncomingMessage];
  assert.equal(await text(response), 'whole');
  assert.deepEqual(await other.served.exited, [0, null]);
  agent.destroy();
});
