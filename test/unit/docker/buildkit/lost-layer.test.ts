/** The engine loses a layer that its build cache still names: moby issues 36573 and 41595, seen with Engine 26.1. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { buildImage, type BuildImageOptions } from '../../../../src/docker/buildkit/build-image.ts';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import type { FaasoError } from '../../../../src/errors.ts';
import { fakeBuildKit, type Asked, type End } from '../../../support/docker/fake-buildkit.ts';

const LOST: End = { status: 2, words: 'failed to export: layer does not exist' };
const BUILT: End = { image: 'sha256:new' };

async function build(
  answer: (asked: Asked) => Promise<End>,
  more: Partial<BuildImageOptions> = {},
): Promise<string> {
  await using engine = await fakeBuildKit(answer);
  const context = Readable.from([Buffer.from('x')], { objectMode: false });
  return await buildImage(new Engine(engine), {
    context,
    tags: [],
    labels: {},
    onEvent: () => undefined,
    ...more,
  });
}

test('where the engine has lost a layer that its build cache names, each step is built anew', async () => {
  const asked: (string | undefined)[] = [];
  const contexts: string[] = [];
  const answer = async (given: Asked): Promise<End> => {
    contexts.push(String(await given.context()));
    return asked.push(given.attrs['no-cache']) === 1 ? LOST : BUILT;
  };
  const context = Readable.from([Buffer.from('con'), Buffer.from('text')], { objectMode: false });
  assert.equal(await build(answer, { context }), 'sha256:new');
  assert.deepEqual(
    [asked, contexts],
    [
      [undefined, ''],
      ['context', 'context'],
    ],
  );
});

test('a lost layer is told with what fixes it where that does not help, or the context is too large to send again', async () => {
  let builds = 0;
  const answer = async (given: Asked): Promise<End> => {
    await given.context();
    builds += 1;
    return LOST;
  };
  const check = ({ message, details }: FaasoError): boolean =>
    message.endsWith('layer does not exist') && details.join().includes('faaso prune --cache 0');
  await assert.rejects(build(answer), check);
  assert.equal(builds, 2);
  const context = Readable.from([Buffer.alloc(17 * 1024 * 1024)], { objectMode: false });
  await assert.rejects(build(answer, { context }), check);
  await assert.rejects(build(answer, { noCache: true }), check);
  assert.equal(builds, 4);
});
