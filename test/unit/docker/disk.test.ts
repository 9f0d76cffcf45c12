import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layersOf } from '../../../src/docker/disk.ts';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { socketServer } from '../../support/docker/socket-server.ts';

/** An image of two layers, the upper one of a megabyte, all made in one second. */
const image = (upper: string) => ({
  history: [
    { Created: 1, CreatedBy: 'CMD ["x"]', Size: 0 },
    { Created: 1, CreatedBy: 'COPY big /big # buildkit', Size: 1e6 },
    { Created: 1, CreatedBy: 'WORKDIR /funko', Size: 0 },
    { Created: 1, CreatedBy: '', Size: 5 },
  ],
  json: { RootFS: { Layers: ['sha256:base', 'sha256:empty', upper] } },
});

const IMAGES: Readonly<Record<string, { history: object; json: object }>> = {
  one: image('sha256:one'),
  same: image('sha256:one'),
  two: image('sha256:two'),
  // A history of another kind: which rows are layers can't be seen.
  odd: { ...image('sha256:one'), json: { RootFS: { Layers: ['sha256:one'] } } },
};

test('layers are the same where their contents are, not where they were made in one second at one size', async () => {
  await using server = await socketServer((request, response) => {
    const [, name = '', what = ''] = /images\/(\w+)\/(\w+)/.exec(request.url ?? '') ?? [];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(IMAGES[name]?.[what as 'history' | 'json']));
  });
  const engine = new Engine({ socketPath: server.socketPath });
  const keys = async (name: string): Promise<string[]> =>
    (await layersOf(engine, name)).map(({ key }) => key);
  const sizes = async (name: string): Promise<number[]> =>
    (await layersOf(engine, name)).map(({ bytes }) => bytes);
  assert.deepEqual(await sizes('one'), [5, 1e6]);
  assert.deepEqual(await sizes('odd'), [5, 1e6]);
  assert.deepEqual(await keys('same'), await keys('one'));
  const [[lower, upper], [base, other]] = [await keys('one'), await keys('two')];
  assert.equal(lower, base);
  assert.notEqual(upper, other);
});
