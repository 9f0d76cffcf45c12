import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskOf } from '../../../../src/lifecycle/operations/disk-use.ts';
import type { Image } from '../../../../src/docker/images.ts';
import { LABEL } from '../../../../src/funko/naming/labels.ts';

function version(funko: string, number: number): Image {
  return {
    id: `${funko}${number}`,
    tags: [`faaso-${funko}:v${number}`],
    labels: { [LABEL.funko]: funko, [LABEL.version]: `v${number}` },
    createdAt: '',
    size: 0,
  };
}

const layers = (...named: [string, number][]): { key: string; bytes: number }[] =>
  named.map(([key, bytes]) => ({ key, bytes }));

test('a layer counts for a funko when only its own versions have it, once; for a version when that alone has it', () => {
  const images = [version('a', 1), version('a', 2), version('b', 1)];
  const all = new Map([
    ['base', layers(['debian', 1000])],
    ['a1', layers(['debian', 1000], ['npm', 100], ['a1', 1])],
    ['a2', layers(['debian', 1000], ['npm', 100], ['a2', 2])],
    ['b1', layers(['debian', 1000], ['pip', 500], ['b1', 5])],
    ['other', layers(['debian', 1000], ['pip', 500])],
  ]);
  assert.deepEqual(diskOf('a', images, all), {
    name: 'a',
    bytes: 103,
    versions: [
      { version: 'v2', bytes: 2 },
      { version: 'v1', bytes: 1 },
    ],
  });
  assert.deepEqual(diskOf('b', images, all).bytes, 5);
  assert.deepEqual(diskOf('none', images, all), { name: 'none', bytes: 0, versions: [] });
});
