import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { CacheBudget } from '../../../../src/lifecycle/builds/cache-budget.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

test('the cache is cut once at a time, what was used lately last, and once more for all builds that ended meanwhile', async () => {
  const cuts: string[] = [];
  const first = Promise.withResolvers<ServerResponse>();
  const listen: RequestListener = (request, response) => {
    assert.match(request.url ?? '', /^\/build\/prune\?keep-storage=1000&/);
    cuts.push((request.url ?? '').includes('until') ? 'old' : 'all');
    if (cuts.length === 1) first.resolve(response);
    else if (cuts.length < 4) response.end('{"SpaceReclaimed":1}');
    else response.writeHead(500).end('{"message":"no"}');
  };
  await using server = await socketServer(listen);
  const troubles: string[] = [];
  const budget = new CacheBudget(new Engine(server), { bytes: 1000, onTrouble: (why) => troubles.push(why) });
  const grown = budget.grown();
  const held = await first.promise;
  const others = [budget.grown(), budget.grown()];
  held.end('{"SpaceReclaimed":1}');
  await Promise.all([grown, ...others]);
  assert.deepEqual(cuts, ['old', 'all', 'old', 'all']);
  assert.deepEqual(troubles, ['pruning the build cache: no']);
});
