import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { docker } from '../../support/engine/docker-cli.ts';
import { poll } from '../../support/engine/wait.ts';
import { LifecycleHarness, contextOf } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

/** A shell command in an instance: what it prints, or why it fails. */
async function run(instance: string, command: string): Promise<string> {
  return docker('exec', instance, 'sh', '-c', `${command} 2>&1 || true`);
}

test('an instance gets the resources, the user and the file system that funko.yml gives it', async () => {
  const name = place.name('limits');
  const resources = { memory: '64 MiB', cpus: 0.5, pids: 50 };
  const settings = { resources, readonly: true, user: '1000:1000', restart: 'on-failure' as const };
  await place.build(name, { answer: 'one', settings });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  assert.equal(await place.ask(instance), 'one ');
  assert.equal(await run(instance, 'id -u; id -g'), '1000\n1000');
  assert.match(await run(instance, 'touch /here'), /Read-only file system/);
  assert.equal(await run(instance, 'echo kept > /tmp/a && cat /tmp/a'), 'kept');
  const host = await docker(
    ...['inspect', '--format', '{{json .HostConfig.Memory}} {{json .HostConfig.MemorySwap}} '],
    instance,
  );
  assert.equal(host, `${64 * 1024 ** 2} ${64 * 1024 ** 2}`);
  const more = '{{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}}';
  assert.equal(await docker('inspect', '--format', more, instance), '500000000 50 on-failure');
});

test('a volume is shared by the versions of a funko, and outlives them', async () => {
  const name = place.name('volume');
  const settings = { volumes: { data: '/data' } };
  await place.build(name, { answer: 'one', settings });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  await run(instance, 'echo kept > /data/a');
  await place.build(name, { answer: 'two', settings });
  const next = await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  assert.equal(await run(next.instance, 'cat /data/a'), 'kept');
  await place.funkos.remove(name);
  const label = await docker('volume', 'inspect', '--format', '{{json .Labels}}', `faaso-${name}.data`);
  assert.deepEqual(JSON.parse(label), { 'faaso.funko': name });
});

test('a health path of funko.yml is the one that is asked, and its command is Docker’s health check', async () => {
  const name = place.name('health');
  const healthcheck = { path: '/alive', command: ['test', '-e', '/tmp/well'], interval: 1, retries: 1 };
  await place.build(name, { answer: 'one', lines: ['RUN touch /tmp/well'], settings: { healthcheck } });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  const label = '{{index .Config.Labels "faaso.health"}}';
  assert.equal(await docker('inspect', '--format', label, instance), '/alive');
  const state = async (): Promise<string | undefined> =>
    (await place.funkos.show(name)).instances.find((one) => one.name === instance)?.state;
  await run(instance, 'rm /tmp/well');
  await poll('its state', state, (now) => now === 'unhealthy');
  await run(instance, 'touch /tmp/well');
  await poll('its state', state, (now) => now === 'ready');
});

test('a version whose health check always fails is taken away with its last words, and the old one goes on', async () => {
  const name = place.name('ill');
  await place.build(name, { answer: 'good' });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  const healthcheck = { command: ['no-such-program'], interval: 2, retries: 3 };
  await place.build(name, { answer: 'bad', settings: { healthcheck } });
  await assert.rejects(
    place.funkos.up({ name, timeoutMs: 2500, steadyMs: 0 }, () => undefined),
    {
      code: 'not_ready',
      message:
        /health check \(no-such-program\) did not succeed within 2.5 s\. It wrote: .*"no-such-program"/,
    },
  );
  assert.deepEqual(await place.containers(name), [instance]);
  assert.equal(await place.ask(instance), 'good ');
});

test('a version is ready at the first success of its health check, long before a whole interval is over', async () => {
  const name = place.name('well');
  // Fails the first time, while the port is open already.
  const command = ['sh', '-c', 'test -e /tmp/asked || { touch /tmp/asked; exit 1; }'];
  await place.build(name, {
    answer: 'one',
    settings: { healthcheck: { command, interval: 60, retries: 1 } },
  });
  const { instance } = await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  assert.equal(await docker('inspect', '--format', '{{.State.Health.Status}}', instance), 'healthy');
});

test('a version whose program takes more memory than it may is told so, also when Docker has started it again', async () => {
  const name = place.name('greedy');
  const hog = 'const all = []; setInterval(() => all.push(Buffer.alloc(8e6, 1)), 1);';
  const lines = [`ENTRYPOINT ${JSON.stringify(['node', '-e', hog])}`];
  await place.build(name, { lines, settings: { resources: { memory: '64 MiB' } } });
  await assert.rejects(
    place.funkos.up({ name }, () => undefined),
    {
      code: 'not_ready',
      message: /killed: it took more than its memory limit of 64 MiB; raise resources\.memory/,
    },
  );
});

const AS_ANOTHER = ['USER root', `ENTRYPOINT ["sh", "-c", "chown 33 /tmp && exec \\"$@\\"", "sh"]`];

test('a program that needs capabilities of root is told which key names them, and starts with it, also after a rollback', async () => {
  const name = place.name('root');
  await place.build(name, { answer: 'one', lines: AS_ANOTHER });
  await assert.rejects(
    place.funkos.up({ name }, () => undefined),
    { code: 'not_ready', message: /Operation not permitted.*funko\.yml: capabilities: \[CHOWN, / },
  );
  const capabilities = ['CHOWN', 'SETUID'] as const;
  await place.build(name, { answer: 'two', lines: AS_ANOTHER, settings: { capabilities } });
  await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  await place.build(name, { answer: 'three' });
  await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  const { instance } = await place.funkos.rollback({ name, steadyMs: 0 }, () => undefined);
  assert.equal(await place.ask(instance), 'two ');
  const format = '{{json .HostConfig.CapAdd}} {{json .HostConfig.CapDrop}}';
  assert.equal(await docker('inspect', '--format', format, instance), '["CHOWN","SETUID"] ["ALL"]');
});

test('an image’s own HEALTHCHECK that never succeeds keeps the old version in service', async () => {
  const name = place.name('own');
  await place.build(name, { answer: 'good' });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  await place.build(name, { answer: 'bad', lines: ['HEALTHCHECK --interval=60s CMD echo no; exit 1'] });
  await assert.rejects(
    place.funkos.up({ name, timeoutMs: 2500, steadyMs: 0 }, () => undefined),
    {
      code: 'not_ready',
      message: /health check \(echo no; exit 1\) did not succeed within 2.5 s\. It wrote: no/,
    },
  );
  assert.deepEqual(await place.containers(name), [instance]);
  await place.build(name, { answer: 'well', lines: ['HEALTHCHECK --interval=60s CMD ["true"]'] });
  const next = await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  assert.equal(await docker('inspect', '--format', '{{.State.Health.Status}}', next.instance), 'healthy');
});

test('timeouts.start of funko.yml is how long a start may take; the error names it and the option', async () => {
  const name = place.name('slow');
  const request = await contextOf(name, { silent: true });
  const manifest = { ...request.manifest, timeouts: { start: 1.5 } };
  await place.funkos.build({ ...request, manifest }, () => undefined);
  await assert.rejects(
    place.funkos.up({ name }, () => undefined),
    { code: 'not_ready', message: /within 1\.5 s.*--timeout SECONDS, or timeouts\.start in funko\.yml/ },
  );
});
