import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { digestOf } from '../../../src/builder/tar/digest.ts';
import { withoutManifest } from '../../../src/builder/tar/without-manifest.ts';
import type { BuildRequest, BuildResult } from '../../../src/api/funko-api.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { contextOf, LifecycleHarness, type Program } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

async function build(
  name: string,
  program: Program,
  wishes: Partial<BuildRequest> = {},
): Promise<BuildResult> {
  return place.funkos.build({ ...(await contextOf(name, program)), ...wishes }, () => undefined);
}

test('a build of what the newest version was built from makes no version, and says which one that is', async () => {
  const name = place.name('same');
  const first = await build(name, { answer: 'x' });
  const before = [await place.tags(name), await place.images(name)];
  const second = await build(name, { answer: 'x' });
  assert.deepEqual({ ...second, seconds: 0 }, { ...first, unchanged: true, seconds: 0 });
  assert.deepEqual([await place.tags(name), await place.images(name)], before);
});

test('a change makes a version, and so does the change back', async () => {
  const name = place.name('back');
  const versions: string[] = [];
  for (const answer of ['one', 'two', 'one', 'one']) versions.push((await build(name, { answer })).version);
  assert.deepEqual(versions, ['v1', 'v2', 'v3', 'v3']);
});

test('force, no cache and pull make a version in any case; a build argument or health path is a change', async () => {
  const name = place.name('anyway');
  const program = { answer: 'x', lines: ['ARG FLAVOUR=none', `RUN : ${name}; echo $FLAVOUR`] };
  const made: string[] = [];
  const wishes: Partial<BuildRequest>[] = [
    ...[{}, { force: true }, {}, { noCache: true }],
    ...[{ buildArgs: { FLAVOUR: 'sweet' } }, { buildArgs: { FLAVOUR: 'sweet' } }],
    { buildArgs: { FLAVOUR: 'sweet' }, health: '/alive' },
  ];
  for (const wish of wishes) {
    const { version, unchanged } = await build(name, program, wish);
    made.push(unchanged ? `${version} again` : version);
  }
  assert.deepEqual(made, ['v1', 'v2', 'v2 again', 'v3', 'v4', 'v4 again', 'v5']);
});

test('the version that counts is the newest there is: one that was removed by hand does not', async () => {
  const name = place.name('gone');
  await build(name, { answer: 'one' });
  await build(name, { answer: 'two' });
  await docker('image', 'rm', `faaso-${name}:v2`);
  const again = await build(name, { answer: 'two' });
  assert.deepEqual([again.version, again.unchanged], ['v2', false]);
});

test('a digest that is said spares the reading, and is checked where it is not the newest one', async () => {
  const name = place.name('said');
  const { health, context } = await contextOf(name, { answer: 'x' });
  const content = await digestOf(withoutManifest(context), { health });
  assert.equal((await build(name, { answer: 'x' }, { content })).version, 'v1');
  const silent = new Readable({ read: () => undefined });
  assert.equal((await build(name, {}, { content, context: silent })).unchanged, true);
  const before = await place.images(name);
  const wrong = build(name, { answer: 'y' }, { content: 'f'.repeat(64) });
  await assert.rejects(wrong, { code: 'bad_context', message: /Did a file change/ });
  assert.deepEqual(await place.images(name), before);
});

test('a large context is known by the digest that was said for it, and built where none was', async () => {
  const name = place.name('large');
  const program = { answer: 'x', files: { big: Buffer.alloc(17 * 1024 * 1024) } };
  const { health, context } = await contextOf(name, program);
  const content = await digestOf(withoutManifest(context), { health });
  const made: string[] = [];
  for (const wishes of [{ content }, {}, { content }, { content }])
    made.push((await build(name, program, wishes)).version);
  assert.deepEqual(made, ['v1', 'v2', 'v3', 'v3']);
});

test('no Dockerfile has a say about what a version was built from', async () => {
  const name = place.name('label');
  await build(name, { lines: [`LABEL faaso.content=${'f'.repeat(64)}`] });
  const [image] = await place.images(name);
  const label = await docker('inspect', '--format', '{{index .Config.Labels "faaso.content"}}', image ?? '');
  assert.match(label, /^[0-9a-f]{64}$/);
  assert.notEqual(label, 'f'.repeat(64));
});

test('a change of settings alone makes a version of the same layers, and nothing is built', async () => {
  const name = place.name('settings');
  const lines = ['RUN date +%s%N > /when'];
  const steps: unknown[] = [];
  const built = async (program: Program): Promise<BuildResult> =>
    place.funkos.build(await contextOf(name, { answer: 'x', lines, ...program }), (event) =>
      steps.push(event),
    );
  const first = await built({ env: { GREETING: 'one' } });
  steps.length = 0;
  const second = await built({ env: { GREETING: 'two' }, scale: 2 });
  assert.deepEqual([second.version, second.unchanged, second.reused], ['v2', false, true]);
  assert.deepEqual(steps, []);
  const ask = (image: string, format: string): Promise<string> =>
    docker('inspect', '--format', format, image);
  const same = '{{json .RootFS.Layers}} {{json .Config.Cmd}} {{json .Config.Env}}';
  assert.equal(await ask(second.image, same), await ask(first.image, same));
  assert.match(
    await ask(second.image, '{{index .Config.Labels "faaso.manifest"}}'),
    /"GREETING":"two".*"scale":2/,
  );
  const third = await built({ env: { GREETING: 'two' }, scale: 2 });
  assert.deepEqual([third.version, third.unchanged, third.reused], ['v2', true, false]);
  const fourth = await built({ env: { GREETING: 'two' }, answer: 'y' });
  assert.deepEqual([fourth.version, fourth.reused], ['v3', false]);
  // The version that was reused can go, and the one that has its layers stays.
  await docker('image', 'rm', first.image);
  assert.match(await docker('run', '--rm', '--entrypoint', 'cat', second.image, '/when'), /^[0-9]+$/);
});

test('an image whose ONBUILD steps would run is built when its settings change', async () => {
  const name = place.name('triggers');
  const lines = ['ONBUILD RUN false'];
  await build(name, { lines });
  const second = await build(name, { lines, scale: 2 });
  assert.deepEqual([second.version, second.reused], ['v2', false]);
});

test('funko.yml is no content: the engine does not get it', async () => {
  const name = place.name('content');
  const { image } = await build(name, { lines: ['COPY . /content'], files: { 'a.txt': Buffer.from('x') } });
  const found = await docker('run', '--rm', '--entrypoint', 'ls', image, '-A', '/content');
  assert.equal(found, 'Dockerfile\na.txt');
});

test('a version shows when it was made, not when its layers were', async () => {
  const name = place.name('when');
  const lines = ['LABEL faaso.built=2001-01-01T00:00:00.000Z'];
  const made: [string, number][] = [];
  const noted = async (work: Promise<{ readonly version: string }>): Promise<void> => {
    const startedAt = Date.now();
    const { version } = await work;
    made.push([version, startedAt]);
  };
  await noted(build(name, { answer: 'x', lines }));
  // The same image as that of v1 if it were not for the labels: every layer comes from the cache.
  await noted(build(name, { answer: 'x', lines }, { force: true }));
  await noted(build(name, { answer: 'x', lines, scale: 2 }));
  await noted(place.funkos.env({ name, set: { GREETING: 'hi' } }));
  const before = await place.funkos.show(name);
  assert.equal((await build(name, { answer: 'x', lines, scale: 2 })).version, 'v4');
  const { versions } = await place.funkos.show(name);
  assert.deepEqual(versions, before.versions);
  const told = new Map(versions.map(({ version, createdAt }) => [version, Date.parse(createdAt)]));
  assert.equal(told.size, made.length);
  for (const [version, startedAt] of made) {
    const at = told.get(version) ?? 0;
    const said = `${version}: made ${startedAt}, told ${at}`;
    assert.ok(at >= startedAt && at < startedAt + 60_000, said);
  }
  assert.ok((told.get('v1') ?? 0) < (told.get('v2') ?? 0));
  assert.ok((told.get('v3') ?? 0) < (told.get('v4') ?? 0));
});
