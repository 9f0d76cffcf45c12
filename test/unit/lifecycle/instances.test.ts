import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../src/docker/containers.ts';
import { routedInstanceOf } from '../../../src/lifecycle/state/routed-instance.ts';
import { describeExit } from '../../../src/lifecycle/rollout/exit-detection.ts';
import { publishedPort } from '../../../src/lifecycle/local/local-host.ts';
import { nextInstanceNumber, managedInstances } from '../../../src/lifecycle/state/managed.ts';
import { NETWORK, container, row } from '../../support/lifecycle/pictures.ts';

const LABELS = { 'faaso.funko': 'a' };

test('FaaSO’s own instances have both its label and its kind of name, and come by number', () => {
  const rows = [
    row('faaso-a.10', { labels: LABELS }),
    row('faaso-a.2', { labels: LABELS }),
    row('faaso-a', { labels: LABELS }),
    row('faaso-a.1.task', { labels: LABELS }),
    row('faaso-a.3'),
    row('faaso-b.4', { labels: LABELS }),
    row('faaso-a.5', { labels: { 'faaso.funko': 'b' } }),
  ];
  assert.deepEqual(
    managedInstances('a', rows).map(({ name }) => name),
    ['faaso-a.2', 'faaso-a.10'],
  );
});

test('the next number is above every one in use, also by hand', () => {
  assert.equal(nextInstanceNumber('a', []), 1);
  assert.equal(
    nextInstanceNumber('a', [row('faaso-a'), row('faaso-a.4'), row('faaso-b.9'), row('faaso-a.x')]),
    5,
  );
});

const CONDITIONS: [string, Partial<Container>, string, RegExp | null][] = [
  ['runs', {}, 'ready', null],
  ['is paused', { status: 'paused' }, 'paused', /^docker unpause faaso-a$/],
  ['has ended', { status: 'exited', exitCode: 3 }, 'stopped', /^docker start faaso-a$/],
  ['was never started', { status: 'created' }, 'stopped', /^docker start faaso-a$/],
  ['is restarted again and again', { status: 'restarting', exitCode: 1 }, 'stopped', /^docker logs faaso-a$/],
  ['Docker could not remove', { status: 'dead' }, 'stopped', /^docker rm -f faaso-a$/],
  ['is being removed', { status: 'removing' }, 'stopped', null],
  [
    'is not on the network',
    { networks: {} },
    'misplaced',
    /^docker network connect --alias faaso-a faaso-net faaso-a$/,
  ],
  [
    'runs with no address, healthy or not',
    { networks: { [NETWORK]: { networkId: 'n', address: null, aliases: [] } } },
    'misplaced',
    /^docker restart faaso-a$/,
  ],
  ['has a bad port label', { labels: { 'faaso.port': 'http' } }, 'misplaced', null],
  ['has a health check that has not answered', { health: 'starting' }, 'starting', null],
  ['has a health check that fails', { health: 'unhealthy' }, 'unhealthy', /^docker inspect .* faaso-a$/],
];
for (const [what, changes, state, fix] of CONDITIONS) {
  test(`a container that ${what} is ${state}`, () => {
    const carried =
      routedInstanceOf(container('faaso-a', changes), NETWORK) ?? assert.fail('it is no instance');
    assert.equal(carried.state, state);
    assert.equal(carried.reason === null, state === 'ready');
    if (fix) assert.match(carried.fix ?? '', fix);
    else assert.equal(carried.fix, null);
  });
}

test('a container is an instance of the funkos of its name and its aliases, else of none', () => {
  const networks = { [NETWORK]: { networkId: 'n', address: null, aliases: ['faaso-b', 'db'] } };
  assert.deepEqual(routedInstanceOf(container('faaso-a.1', { networks }), NETWORK)?.funkos, ['a', 'b']);
  assert.equal(routedInstanceOf(container('other'), NETWORK), undefined);
  assert.equal(routedInstanceOf(container('faaso-proxy'), NETWORK), undefined);
  assert.equal(routedInstanceOf(container('faaso-proxy', { networks }), NETWORK), undefined);
  assert.equal(
    routedInstanceOf(container('faaso-b', { labels: { 'faaso.proxy': 'true' } }), NETWORK),
    undefined,
  );
});

test('a container that runs, or was only created, is not dead', () => {
  assert.equal(describeExit(container('x')), undefined);
  assert.equal(describeExit(container('x', { status: 'created' })), undefined);
});

test('a container that ended, was restarted or has gone is dead, with the reason', () => {
  assert.match(describeExit(container('x', { status: 'exited', exitCode: 3 })) ?? '', /exit code 3/);
  assert.match(describeExit(container('x', { status: 'restarting', exitCode: 1 })) ?? '', /exit code 1/);
  assert.match(describeExit(container('x', { restartCount: 1 })) ?? '', /ended/);
  const killed = { status: 'restarting', exitCode: 137, overMemory: 64 * 1024 ** 2 } as const;
  assert.match(
    describeExit(container('x', killed)) ?? '',
    /was killed: .* limit of 64 MiB; raise resources\.memory/,
  );
  assert.match(
    routedInstanceOf(container('faaso-a', killed), NETWORK)?.reason ?? '',
    /^it was killed: .* 64 MiB; raise/,
  );
  assert.match(describeExit(undefined) ?? '', /removed/);
});

test('the published port is that of the funko, while it runs', () => {
  const ports = [
    { container: 9000, host: 1 },
    { container: 3000, host: 32768 },
  ];
  assert.equal(publishedPort(container('x', { ports })), 32768);
  assert.equal(publishedPort(container('x', { ports, status: 'exited' })), undefined);
  assert.equal(publishedPort(container('x', { ports, labels: { 'faaso.port': '9000' } })), 1);
  assert.equal(publishedPort(container('x')), undefined);
});
