import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pruneBuildCache } from '../../../../src/docker/buildkit/build-cache.ts';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

test('the engine is told how much of its build cache stays, and says what it freed', async () => {
  const asked: (string | undefined)[] = [];
  await using server = await socketServer((request, response) => {
    asked.push(request.method, request.url);
    response.setHeader('content-type', 'application/json');
    response.end('{"CachesDeleted":["a"],"SpaceReclaimed":12345}');
  });
  const engine = new Engine({ socketPath: server.socketPath });
  assert.equal(await pruneBuildCache(engine, 1024), 12345);
  assert.equal(await pruneBuildCache(engine, 1024, { unusedHours: 1 }), 12345);
  // Without its limit the request would empty the cache.
  const path = '/build/prune?keep-storage=1024&all=true';
  const until = encodeURIComponent('{"until":["1h"]}');
  assert.deepEqual(asked, ['POST', path, 'POST', `${path}&filters=${until}`]);
});
