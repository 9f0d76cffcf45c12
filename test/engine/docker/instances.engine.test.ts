import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { buildImage } from '../../../src/docker/buildkit/build-image.ts';
import { readFile } from '../../../src/docker/container-file.ts';
import { logLines } from '../../../src/docker/logs/container-log.ts';
import { inspectContainer, listContainers, type Container } from '../../../src/docker/containers.ts';
import type { InstanceSpec } from '../../../src/docker/create-options.ts';
import { statusOf } from '../../../src/docker/engine/engine.ts';
import { inspectImage, listImages, removeImage, tagImage } from '../../../src/docker/images.ts';
import * as instances from '../../../src/docker/instance-calls.ts';
import { containerRules } from '../../../src/funko/container-rules.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { poll } from '../../support/engine/wait.ts';
import { dockerfile, engine, LABELS, named, network } from '../../support/docker/engine-harness.ts';

const image = named('image', 'instance');
let net: string;

before(async () => {
  net = await network();
  const code = `process.on('SIGINT', () => process.exit(7)); console.log('first'); console.error('second é');
    console.log(process.env.GREETING ?? 'no greeting'); setInterval(() => {}, 1e9)`;
  const context = dockerfile(
    'FROM node:24-slim',
    `CMD ${JSON.stringify(['node', '-e', code])}`,
    'STOPSIGNAL INT',
  );
  await buildImage(engine, { context, tags: [image], labels: LABELS, onEvent: () => undefined });
});

/** Creates an instance of the test's image. */
async function create(more: Partial<InstanceSpec> = {}): Promise<string> {
  const name = named('container', 'c');
  const spec = { name, image, labels: LABELS, env: {}, network: net, aliases: [], ...more };
  return instances.createContainer(engine, spec);
}

async function started(more: Partial<InstanceSpec> = {}): Promise<string> {
  const id = await create(more);
  await start(id);
  return id;
}

/** What a container wrote. */
async function linesOf(id: string): Promise<string[]> {
  const lines = await Array.fromAsync(logLines(engine, id, { follow: false }));
  return lines.map(({ text }) => text);
}

/** Starts an instance and waits until its code runs, so that it hears its stop signal. */
async function start(id: string): Promise<void> {
  await instances.startContainer(engine, id);
  const lines = async (): Promise<string[]> => linesOf(id);
  await poll(`the log of ${id}`, lines, (log) => log.length === 3);
}

async function inspect(id: string): Promise<Container> {
  const container = await inspectContainer(engine, id);
  assert(container, `there is no container ${id}`);
  return container;
}

test('an instance is created with safe defaults', async () => {
  const id = await create();
  const { HostConfig: host } = (JSON.parse(await docker('inspect', id)) as [{ HostConfig: object }])[0];
  const { SecurityOpt, CapDrop, PidsLimit, Privileged, Init, RestartPolicy, LogConfig, PortBindings } =
    host as Record<string, unknown>;
  assert.deepEqual(SecurityOpt, ['no-new-privileges']);
  assert.deepEqual(CapDrop, ['ALL']);
  assert.deepEqual([PidsLimit, Privileged, Init], [512, false, true]);
  assert.deepEqual(RestartPolicy, { Name: 'unless-stopped', MaximumRetryCount: 0 });
  assert.deepEqual(LogConfig, { Type: 'json-file', Config: { 'max-file': '3', 'max-size': '10m' } });
  assert.deepEqual(PortBindings ?? {}, {}, 'nothing is published');
});

test('what a program leaves behind is reaped, so that it never runs out of processes', async () => {
  const code = `const { spawnSync } = require('node:child_process');
    const { readdirSync, readFileSync } = require('node:fs');
    const stateOf = (pid) => { try { return readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ')[1][0]; } catch { return ''; } };
    const left = () => readdirSync('/proc').filter((pid) => /^[0-9]+$/.test(pid) && stateOf(pid) === 'Z').length;
    for (let i = 0; i < 20; i += 1) {
      const { error, status } = spawnSync('sh', ['-c', 'i=0; while [ $i -lt 5 ]; do true & i=$((i+1)); done']);
      if (error || status !== 0) { console.log('failed', error?.code ?? status); process.exit(1); }
    }
    const look = () => (left() === 0 ? console.log('all reaped') : setTimeout(look, 10));
    look();`;
  const rules = { ...containerRules('', {}), pids: 40 };
  const id = await create({ rules, command: ['node', '-e', code] });
  await instances.startContainer(engine, id);
  await docker('wait', id);
  assert.deepEqual([await linesOf(id), (await inspect(id)).exitCode], [['all reaped'], 0]);
});

test('an instance is read as it is: created, running, paused, exited', async () => {
  const id = await create({ aliases: ['faaso-x'], labels: { ...LABELS, a: 'b "c"' } });
  const created = await inspect(id);
  assert.deepEqual([created.status, created.startedAt, created.health], ['created', null, 'none']);
  assert.equal(created.networks[net]?.address, null);

  await start(id);
  const running = await inspect(id);
  assert.equal(running.status, 'running');
  assert.match(running.networks[net]?.address ?? '', /^\d+\.\d+\.\d+\.\d+$/);
  assert(running.networks[net]?.aliases.includes('faaso-x'));
  assert.equal(running.labels['a'], 'b "c"');
  assert.equal(running.stopSignal, 'SIGINT');
  assert(Date.parse(running.startedAt ?? '') >= Date.parse(running.createdAt));

  await docker('pause', id);
  assert.equal((await inspect(id)).status, 'paused');
  await docker('unpause', id);

  await instances.stopContainer(engine, id, 10);
  const ended = await inspect(id);
  assert.deepEqual([ended.status, ended.exitCode], ['exited', 7], 'it got its stop signal');
});

test('the list shows instances by their label, those that do not run too', async () => {
  const id = await create({ labels: { ...LABELS, 'faaso.test.case': 'list' } });
  const rows = await listContainers(engine, { label: 'faaso.test.case=list' });
  const row = rows.find((each) => each.id === id);
  const container = await inspect(id);
  assert(row);
  assert.deepEqual(
    [row.name, row.status, row.image, row.imageId, row.labels],
    [container.name, 'created', image, container.imageId, container.labels],
  );
  assert.deepEqual(Object.keys(row.networks), [net]);
});

test('a published port is a free one of 127.0.0.1 only', async () => {
  const id = await started({ publish: { containerPort: 3000 } });
  const { ports } = await inspect(id);
  assert.equal(ports.length, 1);
  assert.equal(ports[0]?.container, 3000);
  assert.equal(await docker('port', id), `3000/tcp -> 127.0.0.1:${ports[0].host}`);
});

test('starting, stopping and removing what is so already is fine', async () => {
  const id = await started();
  await instances.startContainer(engine, id);
  await instances.stopContainer(engine, id, 10);
  await instances.stopContainer(engine, id, 10);
  await instances.removeContainer(engine, id);
  await instances.removeContainer(engine, id);
  await instances.stopContainer(engine, id, 10);
  assert.equal(await inspectContainer(engine, id), undefined);
});

test('a running instance is removed, by several at once too', async () => {
  const id = await started();
  await Promise.all([1, 2, 3].map(async () => instances.removeContainer(engine, id)));
  assert.equal(await inspectContainer(engine, id), undefined);
});

test('a name in use and an image that is not there are refused with their status', async () => {
  const name = named('container', 'taken');
  await create({ name });
  await assert.rejects(create({ name }), (error) => statusOf(error) === 409);
  await assert.rejects(create({ image: 'no-such-image:v1' }), (error) => statusOf(error) === 404);
});

test('starting what is not there fails', async () => {
  await assert.rejects(instances.startContainer(engine, 'no-such'), {
    code: 'engine_failed',
    message: /No such container/,
  });
});

test('the lines of both streams are read', async () => {
  const id = await started({ env: { GREETING: 'hello world=1' } });
  const lines = await linesOf(id);
  assert.deepEqual(lines.toSorted(), ['first', 'hello world=1', 'second é']);
  assert.deepEqual(await linesOf('no-such'), []);
});

test('a file inside an instance is read, whether it runs or not', async () => {
  const id = await create();
  const path = '/usr/lib/os-release';
  const text = (await readFile(engine, id, path)).toString();
  assert.match(text, /^ID=debian$/m);
  await instances.startContainer(engine, id);
  assert.equal((await readFile(engine, id, path)).toString(), text);
});

test('what is no readable file says so: none there, a folder, too large, no container', async () => {
  const id = await create();
  await assert.rejects(readFile(engine, id, '/no/such'), { code: 'not_found' });
  await assert.rejects(readFile(engine, id, '/etc'), { code: 'not_found' });
  await assert.rejects(readFile(engine, id, '/usr/local/bin/node'), { code: 'too_large' });
  await assert.rejects(readFile(engine, 'no-such', '/etc/hostname'), { code: 'not_found' });
});

test('an image has tags that come and go; its last tag takes it along', async () => {
  const [first, second] = [named('image', 'tagged'), named('image', 'tagged')];
  const context = dockerfile('FROM node:24-slim', `LABEL of=${first}`);
  const id = await buildImage(engine, { context, tags: [first], labels: LABELS, onEvent: () => undefined });
  await tagImage(engine, first, second);
  assert.deepEqual((await inspectImage(engine, id))?.tags.toSorted(), [first, second].toSorted());
  const listed = await listImages(engine, { label: `of=${first}` });
  assert.deepEqual(
    listed.map((each) => [each.id, each.labels['faaso.test']]),
    [[id, RUN]],
  );
  for (const tag of [first, second, second]) assert.equal(await removeImage(engine, tag), true);
  assert.equal(await inspectImage(engine, id), undefined);
});

test('an image that a container uses stays', async () => {
  await create();
  const { id } = (await inspectImage(engine, image)) ?? { id: '' };
  assert.equal(await removeImage(engine, id), false);
  assert.notEqual(await inspectImage(engine, image), undefined);
});
