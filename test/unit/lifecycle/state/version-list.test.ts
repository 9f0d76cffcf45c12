import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  builtAt,
  builtFunkos,
  nextVersion,
  pickVersion,
  tagsOf,
  versionsOf,
} from '../../../../src/lifecycle/state/version-list.ts';
import { built, row } from '../../../support/lifecycle/pictures.ts';

const IMAGES = [built('a', 1), built('a', 10, 'faaso-a:latest'), built('a', 9), built('a-b', 3)];

test('versions come newest first, by number', () => {
  assert.deepEqual(
    versionsOf('a', IMAGES).map(({ number }) => number),
    [10, 9, 1],
  );
});

test('an image that somebody only tagged like a version is none', () => {
  const tagged = { ...built('a', 4), labels: {} };
  const another = { ...built('a', 5), tags: ['faaso-a:v6'] };
  assert.deepEqual(versionsOf('a', [tagged, another]), []);
  assert.deepEqual(builtFunkos([tagged, another]), []);
});

test('the built funkos are those that have a version', () => {
  const impostor = { ...built('a', 1), labels: { 'faaso.funko': '../evil' } };
  assert.deepEqual(builtFunkos([...IMAGES, impostor]).sort(), ['a', 'a-b']);
});

test('the first version is v1', () => {
  assert.equal(nextVersion('new', IMAGES, []), 1);
});

test('the next version is above every tag, also one made by hand, and above what runs', () => {
  const labels = { 'faaso.funko': 'a', 'faaso.version': 'v20' };
  assert.equal(nextVersion('a', IMAGES, []), 11);
  assert.equal(nextVersion('a', [...IMAGES, { ...built('a', 15), labels: {} }], []), 16);
  assert.equal(nextVersion('a', IMAGES, [row('anything', { labels })]), 21);
  assert.equal(nextVersion('a-b', IMAGES, [row('anything', { labels })]), 4);
});

test('without a wish the newest version is picked, else the wanted one', () => {
  const versions = versionsOf('a', IMAGES);
  assert.equal(pickVersion('a', versions, undefined).number, 10);
  assert.equal(pickVersion('a', versions, 'v9').number, 9);
});

for (const wanted of ['v2', '9', 'v09', 'latest', '']) {
  test(`the wish "${wanted}" is an unknown version, and those there are are named`, () => {
    assert.throws(() => pickVersion('a', versionsOf('a', IMAGES), wanted), {
      code: 'unknown_version',
      message: /v10, v9, v1/,
    });
  });
}

test('the tags of a funko are those in its own repository, on what FaaSO built', () => {
  const foreign = built('a', 2, 'registry/a:mine');
  const byHand = { ...built('a', 3), labels: {} };
  assert.deepEqual(
    tagsOf('a', [...IMAGES, foreign, byHand]).map(({ tag }) => tag),
    ['faaso-a:latest', 'faaso-a:v1', 'faaso-a:v2', 'faaso-a:v9', 'faaso-a:v10'],
  );
});

test('a version was made when its label says, else when its image was', () => {
  const image = built('a', 1);
  const labelled = (value: string): string =>
    builtAt({ image: { ...image, labels: { ...image.labels, 'faaso.built': value } } });
  assert.equal(builtAt({ image }), image.createdAt);
  assert.equal(labelled('2026-03-01T12:00:00.000Z'), '2026-03-01T12:00:00.000Z');
  assert.equal(labelled('2026-03-01T13:00:00+01:00'), '2026-03-01T12:00:00.000Z');
  assert.equal(labelled('yesterday'), image.createdAt);
});
