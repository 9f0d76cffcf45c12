/** After a reboot of the machine all runs again as it did, and is routed, with no command. On an engine of the test's own. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { versionOf } from '../../support/life/versions.ts';
import { poll } from '../../support/engine/wait.ts';
import { SecondEngine } from '../../support/scenarios/second-engine.ts';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';

const ROLL_OUT = { steadyMs: 0 };
const nobody = (): void => undefined;

let engine: SecondEngine;
let world: ScenarioHarness;
let funkos: ServerFunkos;
before(async () => {
  engine = await SecondEngine.start();
  world = await ScenarioHarness.start({ enginePath: engine.socketPath });
  funkos = new ServerFunkos({ url: world.url, token: world.token });
});
after(async () => {
  await world[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

async function build(name: string, versions: number, secrets: readonly string[] = []): Promise<void> {
  for (let number = 1; number <= versions; number += 1) {
    const options = { drain: 0.2, secrets, labels: [world.label] };
    await funkos.build(await versionOf(name, `v${number}`, options), nobody);
  }
}

/** What runs, and what is remembered. */
async function picture(names: readonly string[]): Promise<unknown> {
  const standing = await Promise.all(names.map(async (name) => funkos.show(name)));
  return {
    containers: (await world.docker('ps', '--all', '--format', '{{.Names}} {{.Image}} {{.State}}'))
      .split('\n')
      .sort(),
    standing: standing.map(({ state, split, instances }) => ({
      state,
      split,
      instances: instances.map(({ name, version, state: each }) => `${name} ${version} ${each}`),
    })),
  };
}

test('after a reboot the same numbers of instances run, splits, previews and secrets are as before, and what was down stays so', async () => {
  const [scaled, shared, down] = [world.name('scaled'), world.name('shared'), world.name('down')];
  await build(scaled, 1);
  await funkos.up({ name: scaled, ...ROLL_OUT }, nobody);
  await funkos.scale({ name: scaled, count: 3, ...ROLL_OUT }, nobody);
  await funkos.secrets.set({ name: shared, key: 'TOKEN', value: Buffer.from('a secret') });
  await build(shared, 3, ['TOKEN']);
  await funkos.split({ name: shared, weights: { v1: 30, v2: 70 }, ...ROLL_OUT }, nobody);
  await funkos.up({ name: shared, version: 'v3', preview: true, ...ROLL_OUT }, nobody);
  await build(down, 1);
  await funkos.up({ name: down, ...ROLL_OUT }, nobody);
  await funkos.down(down);
  const names = [scaled, shared, `${shared}@v3`, down];
  const before = await picture(names);

  await Promise.all([engine.losePower(), world.stopProxy('SIGKILL')]);
  await engine.boot();
  world.startProxy();
  await world.inStep();

  const isAsBefore = (now: unknown): boolean => isDeepStrictEqual(now, before);
  await poll('what runs', async () => picture(names), isAsBefore);
  await world.answers(scaled, 200, 'v1');
  await world.answers(`${shared}@v3`, 200, 'v3');
  for (const version of ['v1', 'v2']) await world.answers(shared, 200, version);
  assert.equal((await funkos.scale({ name: scaled }, nobody)).scale, 3);
  assert.match((await world.answers(down, 503)).body, /"code":"funko_down"/);
  const secret = await world.docker('exec', `faaso-${shared}.1`, 'cat', '/run/secrets/TOKEN');
  assert.equal(secret, 'a secret');
});
