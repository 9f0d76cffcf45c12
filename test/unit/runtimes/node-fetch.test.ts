/** Handlers of the runtime `node` that answer by what they return, as on Workers, Deno and Bun. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { ask, serve } from '../../support/builder/served.ts';

const ECHO = `const fetch = async (request) => new Response(await request.text() + ' ' + request.method + ' ' + request.url,
  { status: 201, headers: { 'x-custom': request.headers.get('x-custom') ?? '-' } });`;

it('serves a default export with fetch, a function of a request, and CommonJS of both', async () => {
  for (const [file, code] of [
    ['index.mjs', `${ECHO} export default { fetch };`],
    ['index.mjs', `${ECHO} export default fetch;`],
    ['index.mjs', `${ECHO} export { fetch };`],
    ['index.mjs', `${ECHO} export const POST = fetch;`],
    ['index.mjs', `${ECHO} export default Promise.resolve({ fetch });`],
    ['index.cjs', `${ECHO} module.exports = fetch;`],
    ['index.cjs', `${ECHO} exports.fetch = fetch;`],
    [
      'index.ts',
      `export default { async fetch(request: Request): Promise<Response> { ${ECHO} return fetch(request) } }`,
    ],
  ] as const) {
    await using served = await serve({ [file]: code }, file);
    const headers = { host: 'a.test', 'x-custom': 'c' };
    const answer = await ask(served, '/p%20q?x=1', { method: 'POST', body: 'body', headers });
    const seen = [answer.status, answer.headers['x-custom'], answer.text];
    assert.deepEqual(seen, [201, 'c', 'body POST http://a.test/p%20q?x=1'], code);
  }
});

it('gives the URL that the client asked, and answers a request that is none with 400', async () => {
  await using served = await serve({ 'index.js': 'export default (request) => request.url;' });
  const headers = { host: 'inside:3000', 'x-forwarded-host': 'shop.test', 'x-forwarded-proto': 'https' };
  assert.equal((await ask(served, '//a?b', { headers })).text, 'https://shop.test//a?b');
  assert.equal((await ask(served, '/', { headers: { host: 'bad host' } })).status, 400);
});

it('sends cookies apart, bodies of one piece with their length, and none for HEAD', async () => {
  await using served = await serve({
    'index.js': `export default () => {
      const headers = new Headers([['set-cookie', 'a=1'], ['set-cookie', 'b=2']]);
      return new Response('whole', { headers });
    }`,
  });
  const { headers } = await ask(served, '/');
  assert.deepEqual([headers['set-cookie'], headers['content-length']], [['a=1', 'b=2'], '5']);
  assert.equal((await ask(served, '/', { method: 'HEAD' })).text, '');
});

it('sends texts, objects and bytes that are returned, from handlers with a response too', async () => {
  await using served = await serve({
    'index.js': `export default (request, response) => {
      if (request.url === '/text') return 'text';
      if (request.url === '/response') return new Response('made', { status: 202 });
      if (request.url === '/object') return { a: 1 };
      if (request.url === '/late') return setTimeout(() => response.end('late'), 10);
      return response.end('end');
    }`,
  });
  const seen = [];
  for (const path of ['/text', '/response', '/object', '/late', '/'])
    seen.push([(await ask(served, path)).status, (await ask(served, path)).text]);
  assert.deepEqual(seen, [
    [200, 'text'],
    [202, 'made'],
    [200, '{"a":1}'],
    [200, 'late'],
    [200, 'end'],
  ]);
});

it('answers 500 at once to what can not be sent, and says why; a thrown error is logged with its stack', async () => {
  await using served = await serve({
    'index.js': `export default async (request) => {
      if (new URL(request.url).pathname === '/throw') throw new Error('on purpose');
      if (new URL(request.url).pathname === '/error') return Response.error();
    }`,
  });
  for (const path of ['/', '/throw', '/error'])
    assert.equal((await ask(served, path)).text, 'Internal Server Error\n');
  await served.said(
    /GET \/ failed: the handler returned undefined; a handler of one parameter must return a Response/,
  );
  await served.said(/GET \/throw failed: Error: on purpose\n\s+at/);
});

it('streams both ways, and tells the handler when the client goes', async () => {
  await using served = await serve({
    'index.js': `export default (request) => {
      request.signal.addEventListener('abort', () => console.log('aborted'));
      return new Response(request.body.pipeThrough(new TransformStream({ flush() { console.log('flushed') } })));
    };`,
  });
  const asked = request({ port: await served.port(), method: 'POST' });
  asked.write('one');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const [first] = (await once(response, 'data')) as [Buffer];
  assert.equal(first.toString(), 'one');
  asked.end('two');
  assert.equal(await text(response), 'two');
  await served.said(/flushed/);
  assert.doesNotMatch(served.output, /aborted/);
  const gone = request({ port: await served.port(), method: 'POST' }).on('error', () => undefined);
  gone.write('half');
  await once(gone, 'response');
  gone.destroy();
  await served.said(/aborted/);
  assert.equal((await ask(served, '/ping')).status, 200);
  assert.doesNotMatch(served.output, /failed/);
});

it('cancels a body that nobody reads any more, and cuts one that fails', async () => {
  await using served = await serve({
    'index.js': `export default (request) => {
      if (request.url.endsWith('/cut')) return new Response(new ReadableStream({
        start(controller) { controller.enqueue(new Uint8Array(9)); },
        pull() { throw new Error('broken body') },
      }, { highWaterMark: 0 }));
      return new Response(new ReadableStream({
        pull(controller) { controller.enqueue(new Uint8Array(65536)); },
        cancel() { console.log('cancelled'); },
      }));
    };`,
  });
  const endless = request({ port: await served.port() })
    .on('error', () => undefined)
    .end();
  await once(endless, 'response');
  endless.destroy();
  await served.said(/cancelled/);
  await assert.rejects(ask(served, '/cut'), { code: 'ECONNRESET' });
  await served.said(/GET \/cut failed: Error: broken body/);
});
