import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerRow } from '../../../../src/docker/containers.ts';
import { oldVersions } from '../../../../src/lifecycle/state/old-versions.ts';
import { built, row } from '../../../support/lifecycle/pictures.ts';

const IMAGES = [1, 2, 3, 4, 5, 6, 7].map((number) => built('a', number));

function old(rows: readonly ContainerRow[], keep: number): number[] {
  return oldVersions('a', [...IMAGES, built('b', 1)], rows, keep).map(({ number }) => number);
}

function instance(version: number, changes: Partial<ContainerRow> = {}): ContainerRow {
  const labels = { 'faaso.funko': 'a', 'faaso.version': `v${version}` };
  return row(`faaso-a.${version}`, { labels, imageId: `sha256:a${version}`, ...changes });
}

test('all but the newest versions can go', () => {
  assert.deepEqual(old([], 5), [2, 1]);
  assert.deepEqual(old([], 7), []);
});

test('what runs stays, and so does the version that a rollback would go back to', () => {
  assert.deepEqual(old([instance(3)], 2), [5, 4, 1]);
  assert.deepEqual(old([instance(7)], 1), [5, 4, 3, 2, 1]);
});

test('what a stopped container or one made by hand was made of stays', () => {
  assert.deepEqual(old([row('mine', { imageId: 'sha256:a1', status: 'exited' })], 5), [2]);
});

test('a version that was removed already is not missed: the one before it is what a rollback goes back to', () => {
  const images = [7, 6, 3, 2, 1].map((number) => built('a', number));
  const numbers = oldVersions('a', images, [instance(6)], 1).map(({ number }) => number);
  assert.deepEqual(numbers, [2, 1]);
});
