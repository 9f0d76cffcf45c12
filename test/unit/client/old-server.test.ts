import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { tarOf } from '../../support/admin/tar.ts';

test('a server that does not know Dockerfiles apart from the context is called too old', async (t) => {
  const server = createServer((request, response) => {
    request.resume();
    const problem = { code: 'bad_request', detail: 'the query: unknown key "preamble"' };
    response.writeHead(400, { 'content-type': 'application/problem+json', connection: 'close' });
    response.end(JSON.stringify(problem));
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const manifest = { name: 'hello', runtime: null, options: {}, env: {} };
  const context = Readable.from([await tarOf({ 'funko.yml': 'name: hello\n' })]);
  const request = { manifest, health: '/', dockerfile: 'FROM x\n', context };
  await assert.rejects(
    new ServerFunkos({ url, token: 'x' }).build(request, () => undefined),
    {
      code: 'server_failed',
      message: /^The server at http:\S+ is older than this command, .*Upgrade/,
    },
  );
});
