import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { UpEvent } from '../../../src/api/funko-api.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { LifecycleHarness, type Program } from '../../support/lifecycle/lifecycle-harness.ts';
import { volumeMakerName, volumeName } from '../../../src/funko/naming/container-names.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

const VOLUMES = { volumes: { data: '/data' } };

interface Seen {
  readonly instance: string;
  readonly instances: readonly string[];
  readonly warnings: readonly string[];
}

async function brought(name: string, program: Program): Promise<Seen> {
  await place.build(name, { answer: 'one', ...program });
  const warnings: string[] = [];
  const onEvent = (event: UpEvent): void => {
    if (event.type === 'warning') warnings.push(event.message);
  };
  const { instance, instances } = await place.funkos.up({ name, steadyMs: 0, surge: true }, onEvent);
  return { instance, instances, warnings };
}

async function run(instance: string, command: string): Promise<string> {
  return docker('exec', instance, 'sh', '-c', `${command} 2>&1 || true`);
}

/** A volume as somebody else has made it. */
async function madeBefore(name: string, command: string): Promise<void> {
  const volume = volumeName(name, 'data');
  await docker('volume', 'create', '--label', `faaso.funko=${name}`, volume);
  await docker(
    'run',
    '--rm',
    '--label',
    `faaso.test=${RUN}`,
    '-v',
    `${volume}:/v`,
    'node:24-slim',
    'sh',
    '-c',
    command,
  );
}

const OWNER = 'stat -c %u:%g /data';

const USERS: readonly (readonly [string, Program, string])[] = [
  ['USER name', { lines: ['USER node'] }, '1000:1000'],
  ['USER name:group', { lines: ['USER node:www-data'] }, '1000:33'],
  ['USER uid', { lines: ['USER 1234'] }, '1234:0'],
  ['USER uid:gid', { lines: ['USER 1234:4321'] }, '1234:4321'],
  ['user of funko.yml', { settings: { user: '77:78' } }, '77:78'],
  ['a read-only file system', { lines: ['USER node'], settings: { readonly: true } }, '1000:1000'],
  ['a link at the place', { lines: ['RUN mkdir /srv/d && ln -s /srv/d /data', 'USER node'] }, '1000:1000'],
  ['no user', {}, '0:0'],
];

for (const [what, program, owner] of USERS) {
  test(`a new volume belongs to the user of the program: ${what}`, async () => {
    const name = place.name('owner');
    const settings = { ...program.settings, ...VOLUMES };
    const { instance, warnings } = await brought(name, { ...program, settings });
    assert.equal(await run(instance, 'echo kept > /data/a && cat /data/a'), 'kept');
    assert.equal(await run(instance, 'stat -L -c %u:%g /data'), owner);
    assert.deepEqual(warnings, []);
  });
}

test('several instances that start at once share a new volume, which has what the image has there, with its owners', async () => {
  const name = place.name('seeds');
  const lines = ['RUN mkdir -m 750 /data && echo seed > /data/seed && chmod 604 /data/seed', 'USER node'];
  const { instances, warnings } = await brought(name, { lines, settings: VOLUMES, scale: 3 });
  assert.equal(instances.length, 3);
  for (const instance of instances)
    assert.equal(await run(instance, `echo > /data/${instance}; cat /data/seed`), 'seed');
  const seen = await run(instances[0] ?? '', 'stat -c %u:%g:%a /data /data/seed; ls /data | wc -l');
  assert.equal(seen, '1000:1000:750\n0:0:604\n4');
  assert.deepEqual(warnings, []);
});

test('a volume whose making was interrupted is finished by the next start', async () => {
  const name = place.name('cut');
  const lines = ['RUN mkdir /data && echo seed > /data/seed', 'USER node'];
  const { version } = await place.build(name, { answer: 'one', lines, settings: VOLUMES });
  const volume = volumeName(name, 'data');
  const mount = `type=volume,src=${volume},dst=/data,volume-label=faaso.funko=${name}`;
  const twice = ['--mount', mount, '--mount', `type=volume,src=${volume},dst=/faaso-volume`];
  await docker('create', '--name', volumeMakerName(volume), ...twice, `faaso-${name}:${version}`);
  const { instance } = await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  assert.equal(await run(instance, `${OWNER}; ls /data`), '1000:1000\nseed');
  assert.deepEqual(await docker('ps', '-aq', '--filter', `name=${volumeMakerName(volume)}`), '');
});

test('a removed funko leaves no container behind through which a volume was being made', async () => {
  const name = place.name('gone');
  const { version } = await place.build(name, { answer: 'one', lines: ['USER node'], settings: VOLUMES });
  const volume = volumeName(name, 'data');
  const mount = `type=volume,src=${volume},dst=/data,volume-label=faaso.funko=${name}`;
  await docker('create', '--name', volumeMakerName(volume), '--mount', mount, `faaso-${name}:${version}`);
  const { kept, volumes } = await place.funkos.remove(name);
  assert.deepEqual(kept, []);
  assert.deepEqual(volumes, [volume]);
  assert.equal(await docker('ps', '-aq', '--filter', `name=${volumeMakerName(volume)}`), '');
});

test('an empty volume of root’s that was made by hand is given to the program', async () => {
  const name = place.name('hand');
  await madeBefore(name, 'true');
  const { instance, warnings } = await brought(name, { lines: ['USER node'], settings: VOLUMES });
  assert.equal(await run(instance, OWNER), '1000:1000');
  assert.deepEqual(warnings, []);
});

test('a volume of another owner is left alone; up says so once, with a command that fixes it', async () => {
  const name = place.name('other');
  await madeBefore(name, 'echo old > /v/old && chown -R 4321:4321 /v');
  const { instances, warnings } = await brought(name, { lines: ['USER node'], settings: VOLUMES, scale: 2 });
  const [instance = ''] = instances;
  assert.equal(await run(instance, `${OWNER}; cat /data/old`), '4321:4321\nold');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', new RegExp(`volume faaso-${name}\\.data .*user 4321, .*runs as user 1000`));
  const command = /docker (run .*)$/.exec(warnings[0] ?? '')?.[1] ?? '';
  await docker(...command.split(' '));
  assert.equal(await run(instance, 'echo new > /data/old; cat /data/old; stat -c %u /data/old'), 'new\n1000');
});

test('what root or a group left writable is no misfit', async () => {
  const name = place.name('open');
  await madeBefore(name, 'echo old > /v/old && chgrp 1000 /v && chmod 775 /v');
  const { instance, warnings } = await brought(name, { lines: ['USER node'], settings: VOLUMES });
  assert.equal(await run(instance, 'echo new > /data/new; cat /data/new'), 'new');
  assert.deepEqual(warnings, []);
});
