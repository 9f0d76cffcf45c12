/** What was cut off is ended by the next start: the moments that chance seldom hits are made by hand. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { LifecycleHarness, type Program } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

/** What a server does when it starts. */
async function start(): Promise<void> {
  const { engine, network, traffic } = place;
  const wrong: Error[] = [];
  await new EngineFunkos({ engine, network, traffic, kind: 'server' }).settle((_funko, outcome) => {
    if (outcome instanceof Error) wrong.push(outcome);
  });
  assert.deepEqual(wrong, []);
}

/** v1, v2, … of a funko; v1 is in service. */
async function versions(word: string, ...programs: readonly Program[]): Promise<string> {
  const name = place.name(word);
  for (const program of programs) await place.build(name, program);
  await place.funkos.up({ name, version: 'v1', steadyMs: 0 }, () => undefined);
  return name;
}

async function tag(name: string, from: string, to: string): Promise<void> {
  await docker('tag', `faaso-${name}:${from}`, `faaso-${name}:${to}`);
}

/** The versions that run, those that share the requests, and tags of work that is not finished. */
async function picture(name: string): Promise<{ runs: string[]; split: unknown; begun: string[] }> {
  const { instances, split } = await place.funkos.show(name);
  const begun = (await place.tags(name)).filter((each) => each.includes('-on-'));
  return { runs: instances.map(({ version }) => version ?? '').sort(), split, begun };
}

const ALONE = { runs: ['v1'], split: null, begun: [] };

test('a split that was begun is set, with all instances of both versions', async () => {
  const name = await versions('begun', { answer: 'one' }, { answer: 'two', scale: 2 });
  await tag(name, 'v2', `set-split-on-${place.network}`);
  await start();
  assert.deepEqual(await picture(name), ALONE, 'before the weights were there it had not begun');

  await tag(name, 'v2', `set-split-on-${place.network}`);
  await tag(name, 'v2', 'split-v1-80-v2-20');
  await start();
  const split = [
    { version: 'v1', weight: 80 },
    { version: 'v2', weight: 20 },
  ];
  assert.deepEqual(await picture(name), { runs: ['v1', 'v2', 'v2'], split, begun: [] });
});

test('a split that was begun with a version that can’t serve is over, and the other one goes on alone', async () => {
  const name = await versions('hopeless', { answer: 'one' }, { crash: true });
  await tag(name, 'v2', `set-split-on-${place.network}`);
  await tag(name, 'v2', 'split-v1-80-v2-20');
  await start();
  assert.deepEqual(await picture(name), ALONE);
});

test('a split that was to end is over when that was promised, and whole again when it was not', async () => {
  const name = await versions('ended', { answer: 'one' }, { answer: 'two' }, { answer: 'three' });
  await place.funkos.split({ name, weights: { v1: 50, v2: 50 }, steadyMs: 0 }, () => undefined);
  const before = await picture(name);
  await place.funkos.up({ name, version: 'v3', preview: true }, () => undefined);
  const stray = ['--name', `faaso-${name}.7`, '--network', place.network, '--label', 'faaso.instance=7'];
  await docker('run', '--detach', ...stray, `faaso-${name}:v3`);
  await tag(name, 'v3', 'in-service');
  await start();
  assert.deepEqual(await picture(name), before);

  await tag(name, 'v1', 'in-service');
  await tag(name, 'v1', `end-split-on-${place.network}`);
  await start();
  assert.deepEqual(await picture(name), ALONE);
});

test('a funko that was down is down again when it can’t be split', async () => {
  const name = await versions('down', { answer: 'one' }, { crash: true });
  await place.funkos.down(name);
  const tags = await place.tags(name);
  const splitting = place.funkos.split({ name, weights: { v1: 50, v2: 50 } }, () => undefined);
  await assert.rejects(splitting, { code: 'not_ready' });
  assert.deepEqual(await place.containers(name), []);
  assert.deepEqual(await place.tags(name), tags);
});

test('an image without a tag, a preview that was never started and a volume without a secret go; another network’s stay', async () => {
  const name = await versions('left', { answer: 'one' }, { answer: 'two' });
  const preview = ['--name', `faaso-${name}_v2.1`, '--network', place.network, '--label', 'faaso.instance=1'];
  await docker('create', ...preview, `faaso-${name}:v2`);
  const [kept, gone] = [await untagged(name, 'elsewhere'), await untagged(name, place.network)];
  await docker('volume', 'create', '--label', `faaso.network=${place.network}`, `faaso-${name}.secrets`);
  await start();
  await docker('image', 'inspect', kept);
  await assert.rejects(docker('image', 'inspect', gone), /No such image/);
  assert.equal(await docker('ps', '--all', '--quiet', '--filter', `name=faaso-${name}_v2`), '');
  assert.equal(await docker('volume', 'ls', '--quiet', '--filter', `name=faaso-${name}.secrets`), '');
});

test('a removal that was cut off before its last step is finished', async () => {
  const name = await versions('removed', { answer: 'one' });
  await tag(name, 'v1', `remove-from-${place.network}`);
  await docker('rm', '--force', `faaso-${name}.1`);
  for (const each of ['in-service', 'latest', 'v1']) await docker('image', 'rm', `faaso-${name}:${each}`);
  await start();
  assert.deepEqual(await place.images(name), []);
});

test('a preview that was being taken away goes; one that somebody stopped, or wants again, stays', async () => {
  const name = await versions('stopped', { answer: 'one' }, { answer: 'two' }, { answer: 'three' });
  const before = await place.tags(name);
  const preview = async (version: string): Promise<unknown> =>
    place.funkos.up({ name, version, preview: true }, () => undefined);
  for (const version of ['v1', 'v2', 'v3']) await preview(version);
  const begun = async (version: string): Promise<void> =>
    tag(name, version, `${version}-preview-from-${place.network}`);
  await docker('stop', `faaso-${name}_v1.1`, `faaso-${name}_v2.1`);
  await begun('v2');
  await begun('v3');
  await preview('v3');
  await start();
  const left = await docker('ps', '--all', '--format', '{{.Names}}', '--filter', `name=${name}`);
  assert.deepEqual(
    left.split('\n').sort(),
    ['.1', '_v1.1', '_v3.1'].map((end) => `faaso-${name}${end}`),
  );
  assert.deepEqual(await place.tags(name), before);
});

test('what the engine takes for running, but never began, is started again; who changed a secret is taken away', async () => {
  const name = await versions('unborn', { answer: 'one' }, { answer: 'two' });
  const preview = `faaso-${name}_v2.1`;
  const helper = `faaso.helper-${name}`;
  const mine = `mine-${name}`;
  // At its first start as it looks from outside: runc's first process, that waits to become the program. Then it is the program.
  const script = `const begun = require('node:fs').existsSync('/tmp/begun');
    require('node:fs').writeFileSync('/tmp/begun', '');
    process.title = begun ? 'the program' : 'runc init';
    setTimeout(() => {}, 60000)`;
  const waits = ['node', '-e', script];
  const made = ['run', '--detach', '--label', `faaso.test=${RUN}`, '--name'];
  await docker(...made, preview, '--network', place.network, `faaso-${name}:v2`, ...waits);
  await docker(...made, helper, '--label', 'faaso.helper=', 'node:24-slim', ...waits);
  await docker(...made, mine, '--network', place.network, 'node:24-slim', ...waits);
  await start();
  const left = await docker('ps', '--all', '--format', '{{.Names}}', '--filter', `name=${name}`);
  const titles = await Promise.all(
    [preview, mine].map(async (each) => docker('top', each, '-eo', 'pid,args')),
  );
  await docker('rm', '--force', mine);
  assert.deepEqual(left.split('\n').sort(), [`faaso-${name}.1`, preview, mine]);
  assert.match(titles[0] ?? '', /the program/);
  assert.match(titles[1] ?? '', /runc init/);
});

/** An image of the funko without a tag that was built for a network. */
async function untagged(name: string, network: string): Promise<string> {
  // Not by `docker commit`: what that makes keeps the image that it was made from.
  const dockerfile = `FROM faaso-${name}:v1\nLABEL faaso.network=${network}\n`;
  const build = 'printf %s "$1" | docker build --quiet -';
  return (await promisify(execFile)('sh', ['-c', build, 'sh', dockerfile])).stdout.trim();
}
