import assert from 'node:assert/strict';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { createContainer } from '../../../src/docker/instance-calls.ts';
import { socketServer } from '../../support/docker/socket-server.ts';

/** Whether an instance of an image is given the engine's init. */
async function initFor(config: object, initCommit: string): Promise<unknown> {
  let created: unknown;
  await using server = await socketServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.endsWith('/info')) response.end(JSON.stringify({ InitCommit: { ID: initCommit } }));
    else if (request.method === 'GET') response.end(JSON.stringify({ Id: 'i', Config: config }));
    else {
      void json(request).then((body) => {
        created = body;
        response.writeHead(201).end('{"Id":"c"}');
      });
    }
  });
  const spec = { name: 'c', image: 'i', labels: {}, env: {}, network: 'n', aliases: [] };
  await createContainer(new Engine(server), spec);
  return (created as { HostConfig: { Init: unknown } }).HostConfig.Init;
}

test('an instance gets the init of the engine, unless its image brings one or the engine has none', async () => {
  assert.equal(await initFor({ Cmd: ['node', 'index.js'] }, 'de40ad0'), true);
  assert.equal(await initFor({ Cmd: ['node', 'index.js'] }, ''), true, "Debian's names no commit");
  assert.equal(await initFor({ Entrypoint: ['/usr/bin/tini', '--'], Cmd: ['node'] }, 'de40ad0'), false);
  assert.equal(await initFor({ Entrypoint: ['/init'] }, 'de40ad0'), false, 's6-overlay must be process 1');
  assert.equal(await initFor({ Cmd: ['node', 'index.js'] }, 'N/A'), false, 'its start would fail');
});
