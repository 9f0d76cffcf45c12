import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pruneBuildCache } from '../../src/docker/build-cache.ts';
import { Engine } from '../../src/docker/engine.ts';
import { socketServer } from './socket-server.ts';

test('the engine is told how much of its build cache stays, and says what it freed', async () => {
  const asked: (string | undefined)[] = [];
  await using server = await socketServer((request, response) => {
    asked.push(request.method, request.url);
    response.setHeader('content-type', 'application/json');
    response.end('{"CachesDeleted":["a"],"SpaceReclaimed":12345}');
  });
  const engine = new Engine({ socketPath: server.socketPath });
  assert.equal(await pruneBuildCache(engine, 1024), 12345);
  // Without its limit the request would empty the cache.
  assert.deepEqual(asked, ['POST', '/build/prune?keep-storage=1024&all=true']);
});
