/** What happens to the engine itself, and what the table makes of it. On an engine of the test's own. */
import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { after, before, test } from 'node:test';
import { SecondEngine } from '../../support/scenarios/second-engine.ts';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';

/** An engine that is back is followed within this time: the longest pause between two attempts, and a list. */
const TRUE_WITHIN_MS = 2_000;

let engine: SecondEngine;
let world: ScenarioHarness;

before(async () => {
  engine = await SecondEngine.start();
  world = await ScenarioHarness.start({ enginePath: engine.socketPath });
});

after(async () => {
  await world[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

test('2: when the engine restarts, and makes its socket anew, the table follows it again', async () => {
  const before = world.name('before');
  const later = world.name('later');
  const id = await world.run(before);
  await world.answers(before, 200);
  await engine.stop();
  await world.stale();
  assert.equal((await world.get(`/funko/${before}/`)).status, 200);
  await engine.boot();
  await world.inStep();
  const laterId = await world.run(later);
  await world.answers(later, 200, later);
  await world.docker('rm', '-f', id, laterId);
  await world.answers(before, 404);
});

test('an engine that is killed under load fails no request to a container that lives on, and then the table is true', async () => {
  const names = ['one', 'two', 'mortal'].map((word) => world.name(word));
  const ids = await Promise.all(names.map(async (name) => world.run(name)));
  for (const name of names) await world.answers(name, 200);
  const mortal = Number(await world.docker('inspect', '-f', '{{.State.Pid}}', ids[2] ?? ''));
  const load = startLoad(names.slice(0, 2));
  await engine.kill();
  await world.stale();
  // One dies while nobody looks.
  process.kill(mortal, 'SIGKILL');
  await engine.boot();
  const answersSince = performance.now();
  await world.inStep();
  assert.deepEqual(await routed(), await listed());
  const took = performance.now() - answersSince;
  assert.ok(took <= TRUE_WITHIN_MS, `the table was true ${took} ms after the engine answered again`);
  const outcomes = await load.stop();
  assert.ok(outcomes.length > 100, `${outcomes.length} requests`);
  assert.deepEqual([...new Set(outcomes)], ['200']);
  await world.docker('rm', '-f', ...ids);
  for (const name of names) await world.answers(name, 404);
});

/** What the table shows: `NAME ready` or `NAME stopped`. */
async function routed(): Promise<string[]> {
  const { backends } = (await world.admin('backends')) as { backends: { name: string; state: string }[] };
  return backends.map(({ name, state }) => `${name} ${state}`).sort();
}

/** What a fresh list of the engine shows, in the same words. */
async function listed(): Promise<string[]> {
  const rows = await world.docker(
    'ps',
    '-a',
    '--filter',
    `label=${world.label}`,
    '--format',
    '{{.Names}} {{.State}}',
  );
  const words = (row: string): string => row.replace(/ running$/, ' ready').replace(/ exited$/, ' stopped');
  return rows.split('\n').map(words).sort();
}

/** Keeps a request to each name in flight, over kept-alive and over new connections, until stopped. */
function startLoad(names: readonly string[]): { stop(): Promise<string[]> } {
  const outcomes: string[] = [];
  const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: false })];
  let stopped = false;
  const loops = agents.flatMap((agent) =>
    names.map(async (name) => {
      while (!stopped) outcomes.push(await ask(`${world.url}/funko/${name}/`, agent));
    }),
  );
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(loops);
      for (const agent of agents) agent.destroy();
      return outcomes;
    },
  };
}

async function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.once('end', () => {
        setTimeout(() => {
          resolve(String(response.statusCode));
        }, 10);
      });
      response.once('error', (error) => {
        resolve(error.message);
      });
    }).once('error', (error) => {
      resolve(error.message);
    });
  });
}
