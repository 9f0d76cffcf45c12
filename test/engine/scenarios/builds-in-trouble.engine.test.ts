/** Builds when the disk is full, and when the engine dies. On an engine of the test's own. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { newHome, outcomeOf, writeFunko, type Home, type Outcome } from '../../support/cli/faaso.ts';
import { poll } from '../../support/engine/wait.ts';
import { SecondEngine } from '../../support/scenarios/second-engine.ts';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';

const IMAGE = 'debian:trixie-slim';
const FULL = `FROM ${IMAGE}\nRUN head --bytes 3G /dev/zero > /zeros\n`;
const ENDLESS = `FROM ${IMAGE}\nRUN echo begun && sleep 1000\n`;
const GOOD = `FROM ${IMAGE}\nRUN echo done > /done\n`;
/** A person who waits longer thinks that it hangs. */
const TOLD_WITHIN_MS = 15_000;

let engine: SecondEngine;
let world: ScenarioHarness;
let home: Home;
before(async () => {
  engine = await SecondEngine.start([IMAGE], { disk: '700m' });
  world = await ScenarioHarness.start({ enginePath: engine.socketPath });
  home = await newHome({ FAASO_SERVER: world.url, FAASO_TOKEN: world.token });
});
after(async () => {
  await home[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

async function funko(name: string, dockerfile: string): Promise<string> {
  await writeFunko(home, name);
  await writeFile(home.path(name, 'Dockerfile'), dockerfile);
  return name;
}

async function build(name: string): Promise<Outcome> {
  return home.faaso(['build', name]);
}

async function containersAndImages(): Promise<string[]> {
  const [containers, images] = await Promise.all([
    world.docker('ps', '--all', '--format', '{{.Names}}'),
    world.docker('image', 'ls', '--all', '--format', '{{.Repository}}:{{.Tag}}'),
  ]);
  return [containers, images].flatMap((text) => text.split('\n').filter((line) => line !== '')).sort();
}

test('a disk that is full fails the build with the words of the step, nothing is left, and the next build is made', async () => {
  const before = await containersAndImages();
  const { status, stdout, stderr } = await build(await funko('full', FULL));
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /No space left on device/);
  assert.match(stderr, /Dockerfile:2/);
  assert.match(stderr, /faaso prune --cache 0/);
  assert.deepEqual(await containersAndImages(), before);
  const next = await build(await funko('after-full', GOOD));
  assert.deepEqual([next.status, next.stdout], [0, 'faaso-after-full:v1\n'], next.stderr);
});

test('an engine that dies in the middle of a build fails it in time; when it is back the next one is made', async () => {
  const [endless, waiting] = [await funko('endless', ENDLESS), await funko('waiting', GOOD)];
  const child = home.start(['build', '--verbose', endless]);
  const outcome = outcomeOf(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await poll(
    'the step',
    async () => Promise.resolve(said),
    (text) => /begun$/m.test(text),
  );
  const second = build(waiting);
  await engine.kill();
  const killedAt = performance.now();
  const { status, stderr } = await outcome;
  assert.ok(performance.now() - killedAt < TOLD_WITHIN_MS, 'it is told in time');
  assert.equal(status, 1);
  assert.match(stderr, /^faaso: .*engine/m);
  const { status: secondStatus, stderr: secondSaid } = await second;
  assert.equal(secondStatus, 1, secondSaid);
  await engine.boot();
  await world.inStep();
  const next = await build(waiting);
  assert.deepEqual([next.status, next.stdout], [0, 'faaso-waiting:v1\n'], next.stderr);
  assert.ok(!(await containersAndImages()).some((name) => name.includes('endless')));
});
