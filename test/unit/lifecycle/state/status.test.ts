import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerStatus } from '../../../../src/docker/containers.ts';
import type { InstanceStatus } from '../../../../src/api/funko-api.ts';
import { allFunkos, funkoStatusOf, stateOf } from '../../../../src/lifecycle/state/status.ts';
import { built, carried, row } from '../../../support/lifecycle/pictures.ts';

type State = InstanceStatus['state'];
const OWN = { labels: { 'faaso.funko': 'a', 'faaso.version': 'v2' } };

test('a funko is known by an image, by an instance that FaaSO started, or by one made by hand', () => {
  const findings = {
    images: [built('image', 1)],
    rows: [row('faaso-a.1', OWN), row('faaso-x', OWN), row('other')],
    carried: [carried('faaso-hand', ['hand', 'alias'])],
  };
  assert.deepEqual(allFunkos(findings), ['a', 'alias', 'hand', 'image']);
});

test('the picture has the versions, and the instances sorted by number', () => {
  const findings = {
    images: [built('a', 1), built('a', 2)],
    rows: [row('faaso-a.10', { ...OWN, status: 'exited' }), row('faaso-a.9', OWN)],
    carried: [carried('faaso-a.2', ['a'], { version: 'v2' }), carried('other', ['b'])],
  };
  const standing = funkoStatusOf('a', findings);
  assert.equal(standing.state, 'ready');
  assert.equal(standing.latest, 'v2');
  assert.deepEqual(
    standing.versions.map(({ version, size }) => [version, size]),
    [
      ['v2', 102],
      ['v1', 101],
    ],
  );
  assert.deepEqual(
    standing.instances.map(({ name, state, version }) => [name, state, version]),
    [
      ['faaso-a.2', 'ready', 'v2'],
      ['faaso-a.9', 'starting', 'v2'],
      ['faaso-a.10', 'stopped', 'v2'],
    ],
  );
  assert.ok(!('funkos' in (standing.instances[0] ?? {})));
});

test('an instance that the carrier knows is not told from the list again', () => {
  const findings = {
    images: [],
    rows: [row('faaso-a.1', OWN)],
    carried: [carried('faaso-a.1', ['a'], { state: 'unhealthy' })],
  };
  assert.deepEqual(
    funkoStatusOf('a', findings).instances.map(({ state }) => state),
    ['unhealthy'],
  );
});

const HALTS: [ContainerStatus, State, string | null][] = [
  ['running', 'starting', null],
  ['paused', 'paused', 'docker unpause faaso-a.1'],
  ['exited', 'stopped', 'docker start faaso-a.1'],
  ['created', 'stopped', 'docker start faaso-a.1'],
  ['restarting', 'stopped', 'docker logs faaso-a.1'],
  ['dead', 'stopped', 'docker rm -f faaso-a.1'],
  ['removing', 'stopped', null],
];
for (const [status, state, fix] of HALTS) {
  test(`an instance that only the list shows, as ${status}, is ${state}, with the command that fixes it`, () => {
    const findings = { images: [], rows: [row('faaso-a.1', { ...OWN, status })], carried: [] };
    const [instance] = funkoStatusOf('a', findings).instances;
    assert.deepEqual([instance?.state, instance?.fix], [state, fix]);
    assert.doesNotMatch(instance?.reason ?? '', /exit code/);
  });
}

const STATES: [State[], string][] = [
  [[], 'down'],
  [['stopped', 'stopped'], 'down'],
  [['stopped', 'starting'], 'starting'],
  [['starting', 'ready'], 'ready'],
  [['unhealthy', 'ready', 'stopped'], 'ready'],
  [['paused'], 'unavailable'],
  [['unhealthy', 'stopped'], 'unavailable'],
  [['stopping'], 'unavailable'],
  [['misplaced'], 'unavailable'],
];
for (const [states, expected] of STATES) {
  test(`a funko whose instances are ${states.join(', ') || 'none'} is ${expected}`, () => {
    assert.equal(stateOf(states.map((state) => ({ state }))), expected);
  });
}
