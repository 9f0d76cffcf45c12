import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { firstValueFrom } from 'rxjs';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { FollowedSplits } from '../../../../src/proxy/tracking/split-tags.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';
import { waitUntil } from '../../../support/routing/wait-until.ts';

const IMAGES = [
  {
    Id: 'sha256:1',
    RepoTags: ['faaso-shop:v1', 'faaso-shop:v2', 'faaso-shop:split-v1-90-v2-10'],
    Labels: { 'faaso.funko': 'shop', 'faaso.version': 'v1' },
    Created: 1,
    Size: 1,
  },
];

/** What an engine sends for one more tag, or for something else that happens. */
const event = (type: string): string =>
  `${JSON.stringify({ Type: type, Action: 'tag', Actor: { ID: 'x' } })}\n`;

test('a storm of tags asks the engine for its images once at a time, and once more at the end', async () => {
  const lists: ServerResponse[] = [];
  let asked = 0;
  let events: ServerResponse | undefined;
  await using server = await socketServer((request, response) => {
    if (request.url?.includes('/events') === true) {
      events = response;
      response.writeHead(200).flushHeaders();
    } else {
      asked += 1;
      lists.push(response);
    }
  });
  const splits = new FollowedSplits({ engine: new Engine(server), resyncMs: 3_600_000 });
  try {
    await waitUntil(
      () => asked === 1 && events !== undefined,
      () => `${asked} lists`,
    );
    events?.write(event('image').repeat(500));
    events?.write(event('container').repeat(500));
    const changed = firstValueFrom(splits.changes$);
    lists.shift()?.end(JSON.stringify(IMAGES));
    await changed;
    assert.deepEqual(splits.current, { shop: { v1: 90, v2: 10 } });
    assert.deepEqual(splits.built, ['shop']);
    await waitUntil(
      () => lists.length === 1,
      () => `${asked} lists`,
    );
    lists.shift()?.end('[]');
    await waitUntil(
      () => !('shop' in splits.current),
      () => JSON.stringify(splits.current),
    );
    assert.deepEqual(splits.built, []);
    events?.write(event('container').repeat(500));
    events?.write(event('image'));
    await waitUntil(
      () => lists.length === 1,
      () => `${asked} lists`,
    );
    assert.equal(asked, 3);
  } finally {
    splits.stop();
  }
});
