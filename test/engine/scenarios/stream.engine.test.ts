/** What the event stream and the engine's answers do, and what the table makes of it. A real engine, and a middleman. */
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, after, test } from 'node:test';
import type { Middleman } from '../../support/scenarios/middleman.ts';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';

let world: ScenarioHarness;
let middleman: Middleman;

before(async () => {
  world = await ScenarioHarness.start({ middleman: true });
  assert.ok(world.middleman);
  middleman = world.middleman;
});

after(async () => {
  await world[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await world.inStep();
});

afterEach(() => {
  middleman.treat = () => undefined;
  middleman.onEvent = (line) => [`${line}\n`];
  middleman.refusing = false;
  middleman.thaw();
});

const isList = (path: string): boolean => path.includes('/containers/json');
const isInspect = (path: string): boolean => /\/containers\/[^/]+\/json/.test(path);

test('1: a start between the subscription and the list’s answer is not missed', async () => {
  const funko = world.name('between');
  const listed = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  middleman.treat = (path) => {
    if (!isList(path)) return undefined;
    asked.resolve();
    return { do: 'hold', until: listed.promise };
  };
  middleman.cut();
  await asked.promise;
  const id = await world.run(funko);
  listed.resolve();
  await world.answers(funko, 200, funko);
  await world.docker('rm', '-f', id);
});

test('3: a stream that dies silently is noticed, and what happened meanwhile is found', async () => {
  const funko = world.name('silent');
  const kept = world.name('kept');
  const keptId = await world.run(kept);
  await world.answers(kept, 200);
  middleman.freeze();
  const id = await world.run(funko);
  await world.stale();
  assert.equal((await world.get(`/funko/${kept}/`)).status, 200, 'what was known is served on');
  middleman.thaw();
  middleman.cut();
  await world.answers(funko, 200, funko);
  await world.inStep();
  await world.docker('rm', '-f', id, keptId);
});

test('4: a stream that is cut again and again never empties the table', async () => {
  const funko = world.name('cut');
  const id = await world.run(funko);
  await world.answers(funko, 200);
  for (let cut = 0; cut < 10; cut += 1) {
    middleman.cut();
    await world.until(`/funko/${funko}/`, ({ status }) => {
      assert.equal(status, 200);
      return middleman.followed;
    });
  }
  await world.inStep();
  await world.docker('rm', '-f', id);
});

test('5: while the engine boots and refuses, there is no storm of connections', async () => {
  middleman.refusing = true;
  middleman.cut();
  const before = middleman.connections;
  const until = performance.now() + 3_000;
  await world.until('/readyz', () => performance.now() > until);
  const attempts = middleman.connections - before;
  assert.ok(attempts >= 2 && attempts <= 60, `${attempts} connections in 3 s`);
  middleman.refusing = false;
  await world.inStep();
});

test('6: an inspect or a list that fails keeps the old table, and is tried again', async () => {
  const funko = world.name('fails');
  const next = world.name('fails-next');
  const id = await world.run(funko);
  await world.answers(funko, 200);
  let failures = 0;
  middleman.treat = (path) => {
    if (failures >= 3 || !(isList(path) || isInspect(path))) return undefined;
    failures += 1;
    return { do: 'fail' };
  };
  const nextId = await world.run(next);
  await world.until(`/funko/${next}/`, ({ status }) => status === 200);
  assert.equal((await world.get(`/funko/${funko}/`)).status, 200);
  failures = 0;
  middleman.cut();
  await world.until('/readyz', ({ status }) => status === 200 && failures >= 3);
  assert.equal((await world.get(`/funko/${funko}/`)).status, 200);
  await world.docker('rm', '-f', id, nextId);
});

test('7: with the engine away traffic goes on, and /readyz and the admin API say since when the table is stale', async () => {
  const funko = world.name('away');
  const id = await world.run(funko);
  await world.answers(funko, 200);
  middleman.refusing = true;
  middleman.cut();
  const readyz = await world.stale();
  assert.match(readyz.body, /stale/);
  assert.match(readyz.body, /20\d\d-\d\d-\d\dT/);
  for (let i = 0; i < 20; i += 1) assert.equal((await world.get(`/funko/${funko}/`)).status, 200);
  assert.match(JSON.stringify(await world.admin('backends')), /stale/);
  middleman.refusing = false;
  await world.inStep();
  await world.docker('rm', '-f', id);
});

test('10: a container that runs with an empty address is looked at again until it has one', async () => {
  const funko = world.name('empty');
  let emptied = 0;
  middleman.treat = (path) =>
    isInspect(path) && emptied < 4
      ? {
          do: 'change',
          change: (answer) => {
            const { NetworkSettings } = answer as {
              NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
            };
            const endpoint = NetworkSettings.Networks[world.network];
            if (endpoint && endpoint.IPAddress !== '') {
              emptied += 1;
              endpoint.IPAddress = '';
            }
            return answer;
          },
        }
      : undefined;
  const id = await world.run(funko);
  await world.answers(funko, 200, funko);
  assert.equal(emptied, 4);
  await world.docker('rm', '-f', id);
});

test('23: a storm of health events delays no start', async () => {
  const busy = world.name('busy');
  const funko = world.name('calm');
  const busyId = await world.run(busy);
  await world.answers(busy, 200);
  const event = (nano: number): string =>
    `${JSON.stringify({
      Type: 'container',
      Action: 'exec_start: /bin/sh -c true',
      Actor: { ID: busyId, Attributes: { name: `faaso-${busy}` } },
      timeNano: nano,
    })}\n${JSON.stringify({
      Type: 'container',
      Action: 'health_status: healthy',
      Actor: { ID: busyId, Attributes: { name: `faaso-${busy}` } },
      timeNano: nano + 1,
    })}\n`;
  const storm = setInterval(() => {
    for (let i = 0; i < 10; i += 1) middleman.inject(event(Date.now() * 1e6 + i * 2));
  }, 10);
  try {
    const id = await world.run(funko);
    await world.answers(funko, 200, funko);
    assert.equal((await world.get(`/funko/${busy}/`)).status, 200);
    await world.docker('rm', '-f', id);
    await world.answers(funko, 404);
  } finally {
    clearInterval(storm);
  }
  await world.docker('rm', '-f', busyId);
});

test('25: after lost events the table converges to a fresh list by itself', async () => {
  const lost = await ScenarioHarness.start({ middleman: true, env: { FAASO_RESYNC_SECONDS: '1' } });
  try {
    assert.ok(lost.middleman);
    lost.middleman.onEvent = () => [];
    const funko = lost.name('lost');
    const id = await lost.run(funko);
    await lost.answers(funko, 200, funko);
    await lost.docker('rm', '-f', id);
    await lost.answers(funko, 404);
  } finally {
    await lost[Symbol.asyncDispose]();
  }
});

test('27: events that come in pieces, several at once, or cut inside a character are read as they are', async () => {
  const funko = world.name('pieces');
  middleman.onEvent = (line) => [...Buffer.from(`${line}\n`)].map((byte) => Buffer.of(byte));
  const id = await world.run(funko, { args: ['--label', 'note=größer als 日本'] });
  await world.answers(funko, 200, funko);
  let held = '';
  middleman.onEvent = (line) => {
    held += `${line}\n`;
    if (!line.includes('"destroy"')) return [];
    const all = held;
    held = '';
    return [all];
  };
  await world.docker('rm', '-f', id);
  await world.answers(funko, 404);
});

test('28: events that come twice and in the wrong order, and a late inspect, end in what the engine runs', async () => {
  const funko = world.name('disorder');
  const lines: string[] = [];
  middleman.onEvent = (line) => {
    lines.push(line);
    const older = lines.at(-2);
    return older === undefined ? [`${line}\n`] : [`${line}\n`, `${older}\n`, `${line}\n`];
  };
  const late = Promise.withResolvers<void>();
  let first = true;
  const id = await world.run(funko);
  await world.answers(funko, 200);
  const asked = Promise.withResolvers<void>();
  middleman.treat = (path) => {
    if (!first || !isInspect(path) || !path.includes(id)) return undefined;
    first = false;
    asked.resolve();
    return { do: 'hold', until: late.promise };
  };
  await world.docker('pause', id);
  await asked.promise;
  await world.docker('unpause', id);
  await world.docker('restart', '-t', '0', id);
  late.resolve();
  await world.answers(funko, 200, funko);
  await world.docker('kill', id);
  await world.answers(funko, 503);
  await world.docker('rm', '-f', id);
  await world.answers(funko, 404);
});
