import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../../src/docker/containers.ts';
import type { Backend } from '../../../../src/proxy/balancing/backend.ts';
import { containerToBackend } from '../../../../src/proxy/tracking/container-to-backend.ts';
import { NETWORK, container, on } from '../../../support/routing/samples.ts';

const NOW = '2026-01-01T00:01:00.000Z';
const UNKNOWN = { takenAway: undefined, stopping: undefined, readyLife: undefined, missed: undefined };

function backendOf(changes: Partial<Container> = {}): Backend | undefined {
  return containerToBackend(container(changes), NETWORK, UNKNOWN, NOW);
}

/** As backendOf, after a successful probe. */
function probed(changes: Partial<Container> = {}): Backend | undefined {
  const readyLife = backendOf(changes)?.life;
  return containerToBackend(container(changes), NETWORK, { ...UNKNOWN, readyLife }, NOW);
}

test('a running container with the name of a funko is its instance, ready once its port accepts', () => {
  assert.deepEqual(
    [backendOf()?.state, backendOf()?.funkos, backendOf()?.address, backendOf()?.port, backendOf()?.probe],
    ['starting', ['hello'], '172.20.0.2', 3000, { kind: 'tcp' }],
  );
  assert.deepEqual([probed()?.state, probed()?.reason, probed()?.fix], ['ready', null, null]);
});

test('an alias on the network makes an instance, one elsewhere does not', () => {
  const aliased = on('172.20.0.2', 'faaso-other', 'db', 'c1');
  assert.deepEqual(backendOf({ name: 'web', networks: aliased })?.funkos, ['other']);
  assert.deepEqual(backendOf({ name: 'faaso-hello.2', networks: aliased })?.funkos, ['hello', 'other']);
  const elsewhere = { bridge: { networkId: 'n2', address: '172.17.0.2', aliases: ['faaso-other'] } };
  assert.equal(backendOf({ name: 'web', networks: elsewhere }), undefined);
  assert.equal(backendOf({ name: 'faaso', networks: on('172.20.0.2') }), undefined);
});

test('the proxy is never a funko, whatever its aliases', () => {
  const networks = on('172.20.0.2', 'faaso-hello');
  assert.equal(backendOf({ name: 'faaso-proxy', networks }), undefined);
  assert.equal(backendOf({ name: 'faaso-proxy.1', networks }), undefined);
  assert.equal(backendOf({ name: 'faaso-second', networks, labels: { 'faaso.proxy': 'true' } }), undefined);
});

test('with several networks only the address on the funkos’ network counts', () => {
  const networks = { bridge: { networkId: 'n2', address: '172.17.0.9', aliases: [] }, ...on('172.20.0.2') };
  assert.equal(backendOf({ networks })?.address, '172.20.0.2');
});

const BUILT = { 'faaso.funko': 'hello', 'faaso.version': 'v3', 'faaso.health': '/ping' };

test('what FaaSO built is probed at its health path', () => {
  assert.deepEqual(backendOf({ labels: BUILT })?.probe, { kind: 'http', path: '/ping' });
  assert.equal(backendOf({ labels: BUILT })?.version, 'v3');
  assert.deepEqual(backendOf({ labels: BUILT, health: 'starting' })?.probe, { kind: 'http', path: '/ping' });
});

test('a health path that nobody built, or that is no path, is not asked', () => {
  assert.deepEqual(backendOf({ labels: { 'faaso.health': '/ping' } })?.probe, { kind: 'tcp' });
  for (const path of ['ping', '', '/a b', '/a\r\nb', '/ä']) {
    assert.deepEqual(backendOf({ labels: { ...BUILT, 'faaso.health': path } })?.probe, { kind: 'tcp' }, path);
  }
});

test('a container with a HEALTHCHECK takes traffic when Docker finds it healthy', () => {
  assert.equal(backendOf({ health: 'healthy' })?.state, 'ready');
  assert.equal(backendOf({ health: 'healthy' })?.probe, null);
  assert.equal(backendOf({ health: 'starting' })?.state, 'starting');
  assert.equal(backendOf({ health: 'unhealthy' })?.state, 'unhealthy');
  assert.equal(probed({ labels: BUILT, health: 'unhealthy' })?.state, 'unhealthy');
});

test('one that is long in getting ready says what its health path met, of its present life', () => {
  const life = backendOf({ labels: BUILT })?.life ?? '';
  const missed = { life, miss: 404 };
  const now = containerToBackend(container({ labels: BUILT }), NETWORK, { ...UNKNOWN, missed }, NOW);
  assert.match(now?.reason ?? '', /^GET \/ping on port 3000 is answered with 404; healthcheck\.path/);
  const later = container({ labels: BUILT, startedAt: '2026-01-01T00:02:00Z' });
  const next = containerToBackend(later, NETWORK, { ...UNKNOWN, missed }, NOW);
  assert.match(next?.reason ?? '', /has not been answered yet/);
});

test('an instance with a health check of its funko.yml takes traffic when it answers and Docker finds it healthy', () => {
  const labels = { ...BUILT, 'faaso.check': 'command' };
  assert.match(backendOf({ labels, health: 'healthy' })?.reason ?? '', /^GET \/ping on port 3000/);
  assert.equal(probed({ labels, health: 'starting' })?.state, 'starting');
  assert.match(
    probed({ labels, health: 'starting' })?.reason ?? '',
    /^its health check has not succeeded yet$/,
  );
  assert.equal(probed({ labels, health: 'healthy' })?.state, 'ready');
  // A check that the image brings is not waited for.
  assert.equal(probed({ labels: BUILT, health: 'starting' })?.state, 'ready');
});

test('an instance that an operation has created and not started yet is starting, with nothing to fix', () => {
  const labels = { 'faaso.instance': '1' };
  const found = probed({ status: 'created', startedAt: null, labels });
  assert.deepEqual([found?.state, found?.fix], ['starting', null]);
});

for (const [status, state, fix] of [
  ['paused', 'paused', 'docker unpause faaso-hello'],
  ['created', 'stopped', 'docker start faaso-hello'],
  ['exited', 'stopped', 'docker start faaso-hello'],
  ['restarting', 'stopped', 'docker logs faaso-hello'],
  ['removing', 'stopped', null],
  ['dead', 'stopped', 'docker rm -f faaso-hello'],
] as const) {
  test(`a container that is ${status} is known as ${state}, and takes no traffic though it was ready`, () => {
    const backend = probed({ status });
    assert.deepEqual([backend?.state, backend?.fix], [state, fix]);
    assert.ok(backend?.reason);
  });
}

test('an almost-funko says what is wrong and which command fixes it', () => {
  const bridge = { networkId: 'n2', address: '172.17.0.9', aliases: [] };
  const off = backendOf({ networks: { bridge } });
  assert.equal(off?.state, 'misplaced');
  assert.equal(off.address, null);
  assert.equal(off.reason, 'it is not on the network faaso-net');
  assert.equal(off.fix, 'docker network connect --alias faaso-hello faaso-net faaso-hello');

  const none = backendOf({ networks: { none: bridge } });
  assert.match(none?.fix ?? '', /^docker network disconnect none faaso-hello && docker network connect/);

  const host = backendOf({ networkMode: 'host', networks: { host: bridge } });
  assert.match(host?.reason ?? '', /shares the host's, and can't be connected/);
  assert.match(
    host?.reason ?? '',
    /create it again with --network faaso-net instead of --network host, and otherwise the same/,
  );
  assert.equal(host?.fix, null, 'a command that runs its image would lose its other options');

  const disconnected = backendOf({ networks: {} });
  assert.equal(disconnected?.fix, 'docker network connect --alias faaso-hello faaso-net faaso-hello');

  const shared = backendOf({ networkMode: 'container:ab12', networks: {} });
  assert.match(shared?.reason ?? '', /shares another container's/);

  const port = backendOf({ labels: { 'faaso.port': '80800' } });
  assert.equal(port?.state, 'misplaced');
  assert.match(port.reason ?? '', /label faaso.port is "80800", which is not a port from 1 to 65535/);
  assert.match(port.reason ?? '', /create it again with --label faaso.port=PORT/);
  assert.equal(port.fix, null);

  const lost = backendOf({ networks: on(null) });
  assert.equal(lost?.state, 'misplaced');
  assert.equal(lost.reason, 'it has no address on faaso-net');
});

test('a container that does not listen on 3000 is told of the label', () => {
  assert.match(
    backendOf()?.reason ?? '',
    /nothing accepts connections on port 3000 yet; .*the label faaso.port/,
  );
  assert.equal(backendOf({ labels: { 'faaso.port': '8080' } })?.port, 8080);
  assert.match(backendOf({ labels: { 'faaso.port': '8080' } })?.reason ?? '', /on port 8080 yet$/);
});

test('each start and each new address is a new life; a pause is not', () => {
  const life = backendOf()?.life;
  assert.notEqual(backendOf({ startedAt: '2026-01-01T00:00:11Z' })?.life, life);
  assert.notEqual(backendOf({ networks: on('172.20.0.3') })?.life, life);
  assert.notEqual(backendOf({ id: 'c2' })?.life, life);
  assert.equal(backendOf({ status: 'paused' })?.life, life);
});

test('a probe of an earlier life makes nothing ready', () => {
  const readyLife = backendOf({ startedAt: '2025-01-01T00:00:00Z' })?.life;
  const backend = containerToBackend(container(), NETWORK, { ...UNKNOWN, readyLife }, NOW);
  assert.equal(backend?.state, 'starting');
});
