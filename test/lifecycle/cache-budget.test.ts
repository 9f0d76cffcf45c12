import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { Engine } from '../../src/docker/engine.ts';
import { CacheBudget } from '../../src/lifecycle/cache-budget.ts';
import { socketServer } from '../docker/socket-server.ts';

test('the cache is cut once at a time, and once more for all builds that ended meanwhile; trouble is told', async () => {
  const cuts: ServerResponse[] = [];
  const begun = Promise.withResolvers<undefined>();
  const listen: RequestListener = (request, response) => {
    assert.match(request.url ?? '', /^\/build\/prune\?keep-storage=1000&/);
    if (cuts.push(response) === 1) begun.resolve(undefined);
    else response.writeHead(500).end('{"message":"no"}');
  };
  await using server = await socketServer(listen);
  const troubles: string[] = [];
  const budget = new CacheBudget(new Engine(server), { bytes: 1000, onTrouble: (why) => troubles.push(why) });
  const first = budget.grown();
  await begun.promise;
  const others = [budget.grown(), budget.grown()];
  cuts[0]?.end('{"SpaceReclaimed":1}');
  await Promise.all([first, ...others]);
  assert.equal(cuts.length, 2);
  assert.deepEqual(troubles, ['pruning the build cache: no']);
});
