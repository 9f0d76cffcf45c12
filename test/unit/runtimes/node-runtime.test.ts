/** The server of the runtime `node`, as a process without a container. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { RUNTIMES } from '../../support/builder/folders.ts';
import { ask, serve } from '../../support/builder/served.ts';

const QUIET = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];

it('gives requests to the default export and answers /ping itself', async () => {
  await using served = await serve({
    'index.js': 'export default (request, response) => response.end(`${request.method} ${request.url}`);',
  });
  assert.equal((await ask(served, '/a%2Fb?c=d', { method: 'PUT' })).text, 'PUT /a%2Fb?c=d');
  assert.deepEqual(
    [(await ask(served, '/ping')).text, (await ask(served, '/ping?x')).text],
    ['OK\n', 'OK\n'],
  );
  assert.equal((await ask(served, '/pingpong')).text, 'GET /pingpong');
  assert.equal((await ask(served, '/ping', { method: 'HEAD' })).status, 200);
  assert.doesNotMatch(served.output, /Warning/);
});

it('loads CommonJS, compiled CommonJS, TypeScript and a file elsewhere', async () => {
  const files = {
    'c.cjs': "module.exports = (request, response) => response.end('commonjs');",
    'd.js':
      "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = (a, b) => b.end('compiled');",
    'src/t.ts':
      "import type { ServerResponse } from 'node:http';\nexport default (_: unknown, b: ServerResponse): void => { b.end('typescript'); };",
  };
  for (const [entry, expected] of [
    ['c.cjs', 'commonjs'],
    ['d.js', 'compiled'],
    ['src/t.ts', 'typescript'],
  ] as const) {
    await using served = await serve(files, entry);
    assert.equal((await ask(served, '/')).text, expected);
  }
});

it('serves applications that are no functions: of Fastify, once ready, and servers', async () => {
  await using fastify = await serve({
    'index.js': `let isReady = false;
    export default {
      ready: async () => { isReady = true; },
      routing: (request, response) => response.end('ready: ' + isReady),
    };`,
  });
  assert.equal((await ask(fastify, '/')).text, 'ready: true');
  await using server = await serve({
    'index.js': `import { createServer } from 'node:http';
    export default createServer((request, response) => response.end('listener'));`,
  });
  assert.equal((await ask(server, '/')).text, 'listener');
  await using unready = await serve({
    'index.js': `export default { ready: () => Promise.reject(new Error('no plugin')), routing() {} };`,
  });
  assert.deepEqual((await unready.exited)[0], 1);
  assert.match(unready.output, /the application of index\.js does not get ready\.[^]*no plugin/);
});

it('serves what `faaso new` makes: JSON in, JSON out, a query parameter', async () => {
  await using served = await serve({
    'index.js': await readFile(join(RUNTIMES, 'node/template/index.js'), 'utf8'),
  });
  assert.match((await ask(served, '/?name=Ada')).text, /^\{"message":".*, Ada!"\}\n$/);
  assert.match((await ask(served, '//odd', { method: 'POST', body: '{"name":"Bob"}' })).text, /, Bob!/);
  assert.equal((await ask(served, '/', { method: 'POST', body: '{' })).status, 500);
});

it('answers 500 when the function throws or rejects, logs why, and lives on', async () => {
  await using served = await serve({
    'index.js': `export default (request, response) => {
      response.setHeader('content-encoding', 'gzip');
      if (request.url.startsWith('/throw')) throw new Error('thrown on purpose');
      if (request.url === '/reject') return Promise.reject(new Error('rejected on purpose'));
      response.end();
    };`,
  });
  for (const path of ['/throw?token=secret', '/reject']) {
    const { status, text: body, headers } = await ask(served, path);
    assert.deepEqual(
      [status, body, headers['content-encoding']],
      [500, 'Internal Server Error\n', undefined],
    );
  }
  await served.said(/GET \/throw failed: Error: thrown on purpose\n\s+at/);
  await served.said(/GET \/reject failed: Error: rejected on purpose/);
  assert.doesNotMatch(served.output, /secret/);
  assert.equal((await ask(served, '/')).status, 200);
});

it('cuts the connection when the function fails in the middle of its answer', async () => {
  await using served = await serve({
    'index.js': `export default async (request, response) => {
      response.write('half');
      await new Promise((resolve) => request.on('end', resolve).resume());
      throw new Error('too late');
    };`,
  });
  await assert.rejects(ask(served, '/'), { code: 'ECONNRESET' });
  assert.equal((await ask(served, '/ping')).status, 200);
});

it('prints what plain node prints when the code can not be loaded, and ends as node does', async () => {
  for (const code of [
    "import 'not-there';\nexport default () => {};",
    "import { nothing } from 'node:http';",
    "throw new Error('on load');",
    'const fine = 1;\nexport default (request, response) => {\n  const x = ;\n};\n',
    'const plain = require("./gone");',
    'export default await Promise.reject(new TypeError("later"));',
  ]) {
    await using served = await serve({ 'index.js': code });
    const [status] = await served.exited;
    const plain = spawnSync(process.execPath, [...QUIET, 'index.js'], {
      cwd: served.folder,
      encoding: 'utf8',
    });
    assert.deepEqual([status, served.output], [plain.status, plain.stderr], code);
  }
});

it('says in a sentence what it does not understand, and ends with status 1', async () => {
  const cases: [string, RegExp][] = [
    [
      'export default 3;',
      /^The funko can't start: index\.js exports a number; it must export a function \(request/,
    ],
    ['export const x = 1;', /index\.js exports an object with x; it must export .* or listen on port \d+/],
    ['module.exports = { a: 1, b: 2 };', /index\.js exports an object with a, b; /],
    ['console.log("done");', /^done\nThe funko can't start: index\.js exports nothing; /],
    ['process.exit(0);', /^The funko can't start: index\.js has ended, and has not listened on port/],
  ];
  for (const [code, message] of cases) {
    await using served = await serve({ 'index.js': code });
    const [status] = await served.exited;
    assert.deepEqual(
      [status, served.output.trim().split('\n').length],
      [1, code.includes('done') ? 2 : 1],
      code,
    );
    assert.match(served.output, message);
  }
});

it('streams both ways: what comes in goes out before the request has ended', async () => {
  await using served = await serve({
    'index.js': 'export default (request, response) => { request.pipe(response); };',
  });
  const asked = request({ port: await served.port(), method: 'POST' });
  asked.write('one');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const [first] = (await once(response, 'data')) as [Buffer];
  assert.equal(first.toString(), 'one');
  asked.end('two');
  assert.equal(await text(response), 'two');
});

it('gives upgrades to the export `upgrade`', async () => {
  await using served = await serve({
    'index.js': `export default (request, response) => response.end();
    export const upgrade = (request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\\r\\nupgrade: x\\r\\nconnection: upgrade\\r\\n\\r\\n');`,
  });
  const asked = request({
    port: await served.port(),
    headers: { connection: 'upgrade', upgrade: 'x' },
  }).end();
  const [response] = (await once(asked, 'upgrade')) as [IncomingMessage];
  assert.equal(response.statusCode, 101);
});

it('on SIGTERM finishes what runs, takes no more, and ends with status 0', async () => {
  await using served = await serve({
    'index.js': `export default (request, response) => {
      if (request.url !== '/slow') return response.end('fast');
      console.log('slow began');
      request.resume().on('end', () => response.end('finished'));
    };`,
  });
  const agent = new Agent({ keepAlive: true });
  const port = await served.port();
  await ask(served, '/idle', { agent });
  const slow = request({ port, path: '/slow', method: 'POST', agent: new Agent({ keepAlive: true }) });
  slow.flushHeaders();
  await served.said(/slow began/);
  served.process.kill('SIGTERM');
  await served.said(/SIGTERM: finishing 1 request/);
  await assert.rejects(ask(served, '/late'), { code: 'ECONNREFUSED' });
  slow.end('body');
  const [response] = (await once(slow, 'response')) as [IncomingMessage];
  assert.deepEqual([await text(response), response.headers.connection], ['finished', 'close']);
  assert.deepEqual(await served.exited, [0, null]);
  agent.destroy();
});

it('on SIGTERM does not wait for a connection whose answer had begun before, and then fell idle', async () => {
  await using served = await serve({
    'index.js': `export default (request, response) => {
      response.flushHeaders();
      request.resume().on('end', () => response.end('finished'));
    };`,
  });
  const agent = new Agent({ keepAlive: true });
  const begun = request({ port: await served.port(), method: 'POST', agent });
  begun.write('half');
  const [response] = (await once(begun, 'response')) as [IncomingMessage];
  served.process.kill('SIGTERM');
  await served.said(/SIGTERM: finishing 1 request/);
  begun.end('whole');
  assert.deepEqual([await text(response), response.headers.connection], ['finished', 'keep-alive']);
  assert.deepEqual(await served.exited, [0, null]);
  agent.destroy();
});

it('on SIGTERM while it still loads ends at once', async () => {
  await using served = await serve({
    'index.js': "console.log('loading'); await new Promise((resolve) => setTimeout(resolve, 1e6));",
  });
  await served.said(/loading/);
  served.process.kill('SIGTERM');
  assert.deepEqual(await served.exited, [0, null]);
});
