import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerRow } from '../../../../src/docker/containers.ts';
import { countFor, desiredCount } from '../../../../src/lifecycle/state/desired-scale.ts';
import { planOf } from '../../../../src/lifecycle/rollout/plan.ts';
import { versionsOf, type Version } from '../../../../src/lifecycle/state/version-list.ts';
import { built, row } from '../../../support/lifecycle/pictures.ts';

/** An instance of a version, whose image is `sha256:vN`. */
function instance(number: number, version: string): ContainerRow {
  const labels = { 'faaso.funko': 'a', 'faaso.version': version };
  return row(`faaso-a.${number}`, { imageId: `sha256:${version}`, labels });
}

/** A plan in words: what stays, how many are started, what goes. */
function plan(version: string, count: number, own: ContainerRow[], down: ContainerRow[] = []): string {
  const serving = new Set(own.filter((one) => !down.includes(one)).map(({ id }) => id));
  const { keep, start, retire } = planOf({ funko: 'a', imageId: `sha256:${version}`, count }, own, serving);
  const words = (rows: readonly ContainerRow[]): string => rows.map(({ name }) => name.slice(8)).join(' ');
  return `keep ${words(keep)}; start ${start}; retire ${words(retire)}`;
}

test('what runs as it should stays, and nothing is done', () => {
  assert.equal(plan('v2', 2, [instance(1, 'v2'), instance(2, 'v2')]), 'keep 1 2; start 0; retire ');
});

test('a new version is started as often as it is asked for, and all others go, the newest of the oldest version first', () => {
  const own = [instance(1, 'v1'), instance(2, 'v2'), instance(3, 'v1'), instance(4, 'v2')];
  assert.equal(plan('v3', 2, own), 'keep ; start 2; retire 3 1 4 2');
});

test('instances that are missing are started, those that are too many go, the newest first', () => {
  const own = [instance(1, 'v2'), instance(2, 'v2'), instance(3, 'v2')];
  assert.equal(plan('v2', 5, own), 'keep 1 2 3; start 2; retire ');
  assert.equal(plan('v2', 1, own), 'keep 1; start 0; retire 3 2');
});

test('an instance that takes no traffic is replaced', () => {
  const own = [instance(1, 'v2'), instance(2, 'v2')];
  assert.equal(plan('v2', 2, own, own.slice(0, 1)), 'keep 2; start 1; retire 1');
});

function version(number: number, scale?: number, ...tags: string[]): Version {
  const image = built('a', number, ...tags);
  const manifest = JSON.stringify({ name: 'a', ...(scale === undefined ? {} : { scale }) });
  const labelled = { ...image, labels: { ...image.labels, 'faaso.manifest': manifest } };
  return versionsOf('a', [labelled])[0] ?? assert.fail('no version');
}

test('a version is asked for as often as its tag says, else its manifest, else the version before, else once', () => {
  assert.equal(desiredCount('a', version(2, 3, 'faaso-a:v2-scale-5')), 5);
  assert.equal(desiredCount('a', version(2, 3)), 3);
  assert.equal(desiredCount('a', version(2)), undefined);
  assert.equal(countFor('a', version(2, 3), version(1, 7)), 3);
  assert.equal(countFor('a', version(2), version(1, 7)), 7);
  assert.equal(countFor('a', version(2), version(1)), 1);
  assert.equal(countFor('a', version(2), undefined), 1);
});

test('tags of other versions, and such as FaaSO never writes, ask for nothing', () => {
  const tags = ['faaso-a:v1-scale-5', 'faaso-b:v2-scale-5', 'faaso-a:v2-scale-0', 'faaso-a:v2-scale-x'];
  assert.equal(desiredCount('a', version(2, undefined, ...tags)), undefined);
});

test('of two tags, which only a crash leaves behind, the larger one counts', () => {
  assert.equal(desiredCount('a', version(2, 3, 'faaso-a:v2-scale-2', 'faaso-a:v2-scale-4')), 4);
});
