/** Following a real engine: what people do with `docker`, and what the table makes of it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DEFAULT_SOCKET } from '../../../src/docker/engine/endpoint.ts';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { silentLogger } from '../../../src/logger.ts';
import type { Backend } from '../../../src/proxy/balancing/backend.ts';
import { followEngine, type Following } from '../../../src/proxy/tracking/follow.ts';
import { Prober } from '../../../src/proxy/worker/prober.ts';
import { docker, dockerQuietly } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { freshBackends, tableBackends } from '../../support/routing/oracle.ts';
import { waitUntil } from '../../support/routing/wait-until.ts';

const ID = randomBytes(4).toString('hex');
const NETWORK = `routing-${ID}`;
const LABEL = `faaso.test=${RUN}`;
const engine = new Engine({ socketPath: DEFAULT_SOCKET });
const started = new Set<string>();
let following: Following;
/** All states that each container was seen in, in order. */
const states = new Map<string, string[]>();

before(async () => {
  await docker('network', 'create', '--label', LABEL, NETWORK);
  following = followEngine({ engine, network: NETWORK, logger: silentLogger(), resyncMs: 600_000 });
  const prober = new Prober({
    ready: (id, life) => {
      following.probed(id, life);
    },
    missed: (id, life, miss) => {
      following.missed(id, life, miss);
    },
  });
  following.changes$.subscribe(({ changed, removed }) => {
    for (const backend of changed) {
      states.set(backend.id, [...(states.get(backend.id) ?? []), backend.state]);
      prober.consider(backend);
    }
    for (const id of removed) prober.forget(id);
  });
  await waitUntil(
    () => following.sync.state === 'in_step',
    () => JSON.stringify(following.sync),
  );
});

after(async () => {
  following.stop();
  if (started.size > 0) await dockerQuietly('rm', '--force', '--volumes', ...started);
  await dockerQuietly('network', 'rm', NETWORK);
});

/** A name that no other test has. */
function unique(word: string): string {
  return `faaso-${word}-${ID}-${randomBytes(2).toString('hex')}`;
}

/** A Node server on port 3000 that ends at SIGTERM; gives the container's ID. */
async function serve(
  name: string,
  flags: readonly string[] = ['--network', NETWORK],
  more = '',
): Promise<string> {
  const code = `${more || "process.once('SIGTERM', () => process.exit());"} require('node:http').createServer((q, r) => r.end('OK')).listen(3000);`;
  const id = await docker(
    'run',
    '-d',
    '--name',
    name,
    '--label',
    LABEL,
    ...flags,
    'node:24-slim',
    'node',
    '-e',
    code,
  );
  started.add(id);
  return id;
}

async function until(
  id: string,
  wanted: (backend: Backend | undefined) => boolean,
): Promise<Backend | undefined> {
  await waitUntil(
    () => wanted(following.table.get(id)),
    () => `${id}: ${JSON.stringify(following.table.get(id))}, was ${states.get(id)?.join()}`,
  );
  return following.table.get(id);
}

async function untilState(id: string, state: Backend['state'] | undefined): Promise<Backend | undefined> {
  return until(id, (backend) => backend?.state === state);
}

test('a container is routed from its start to its stop, and again after its next start, as another life', async () => {
  const name = unique('start');
  const id = await serve(name);
  const first = await untilState(id, 'ready');
  assert.deepEqual(first?.funkos, [name.slice('faaso-'.length)]);
  await docker('stop', id);
  await untilState(id, 'stopped');
  const seen = states.get(id) ?? [];
  assert.ok(seen.includes('stopping') || seen.includes('stopped'), seen.join());
  await docker('start', id);
  const second = await untilState(id, 'ready');
  assert.notEqual(second?.life, first.life);
  await docker('rm', '--force', id);
  await untilState(id, undefined);
});

test('a container that dies by itself is let go of, and comes back with its restart policy', async () => {
  const id = await serve(unique('die'), ['--network', NETWORK, '--restart', 'always']);
  await untilState(id, 'ready');
  // Detached: an exec that ends with its container fails.
  await docker('exec', '--detach', id, 'node', '-e', 'process.kill(1, "SIGTERM")');
  await until(id, () => states.get(id)?.includes('stopped') ?? false);
  await untilState(id, 'ready');
});

test('a signal takes it out of traffic only if it ends it, and then before it has ended', async () => {
  const ignoring = "process.on('SIGTERM', () => 0); process.on('SIGHUP', () => 0);";
  const id = await serve(unique('kill'), ['--network', NETWORK], ignoring);
  await untilState(id, 'ready');
  await docker('kill', '--signal', 'HUP', id);
  await docker('kill', '--signal', 'TERM', id);
  await untilState(id, 'stopping');
  assert.deepEqual([...new Set(states.get(id))].slice(-2), ['ready', 'stopping'], 'the HUP did nothing');
  await docker('kill', id);
  await untilState(id, 'stopped');
});

test('labels and command lines of any length make no event that cuts the stream; whom they belong to is routed too', async () => {
  const left = new Set<string>();
  const watching = following.sync$.subscribe(({ state }) => left.add(state));
  const folder = await mkdtemp(join(tmpdir(), 'faaso-labels-'));
  const labels = Array.from({ length: 40 }, (_, index) => `big.${index}=${'x'.repeat(60_000)}`);
  await writeFile(join(folder, 'labels'), labels.join('\n'));
  const flags = ['--label-file', join(folder, 'labels')];
  const stranger = await serve(`test-stranger-${ID}`, flags);
  await docker('exec', stranger, 'true', ...Array.from({ length: 12 }, () => 'x'.repeat(120_000)));
  const [big, small] = [
    await serve(unique('big'), [...flags, '--network', NETWORK]),
    await serve(unique('small')),
  ];
  const startedAt = performance.now();
  await untilState(small, 'ready');
  await untilState(big, 'ready');
  assert.ok(performance.now() - startedAt < 5_000);
  await docker('rm', '--force', stranger, big);
  await untilState(big, undefined);
  watching.unsubscribe();
  await rm(folder, { recursive: true });
  assert.deepEqual([...left], []);
});

test('a rename moves the route, and a rename away ends it', async () => {
  const [before, behind] = [unique('before'), unique('behind')];
  const id = await serve(before);
  await untilState(id, 'ready');
  await docker('rename', id, behind);
  await until(id, (backend) => backend?.funkos[0] === behind.slice('faaso-'.length));
  assert.deepEqual(following.table.ofFunko(before.slice('faaso-'.length)), []);
  assert.equal(following.table.get(id)?.state, 'ready');
  await docker('rename', id, behind.slice('faaso-'.length));
  await untilState(id, undefined);
});

test('any running container is adopted by an alias, and let go of by a disconnect', async () => {
  const name = unique('alias');
  const id = await serve(name.replace('faaso-', 'web-'), ['--network', 'bridge']);
  await docker('network', 'connect', '--alias', name, NETWORK, id);
  const backend = await untilState(id, 'ready');
  assert.deepEqual(backend?.funkos, [name.slice('faaso-'.length)]);
  const address = await docker(
    'inspect',
    '-f',
    `{{(index .NetworkSettings.Networks "${NETWORK}").IPAddress}}`,
    id,
  );
  assert.equal(backend.address, address);
  await docker('network', 'disconnect', NETWORK, id);
  await untilState(id, undefined);
});

test('a container with a funko’s name on another network is shown with the command that fixes it, and it does', async () => {
  const id = await serve(unique('lost'), ['--network', 'bridge']);
  const backend = await untilState(id, 'misplaced');
  assert.equal(backend?.reason, `it is not on the network ${NETWORK}`);
  await docker(...(backend.fix ?? '').split(' ').slice(1));
  await untilState(id, 'ready');
});

test('a container with no network at all is fixed by the command it is shown with', async () => {
  const id = await serve(unique('none'), ['--network', 'none']);
  const backend = await untilState(id, 'misplaced');
  for (const command of (backend?.fix ?? '').split(' && ')) await docker(...command.split(' ').slice(1));
  await untilState(id, 'ready');
});

test('a pause takes it out at once, and it is ready as soon as it goes on', async () => {
  const id = await serve(unique('pause'));
  await untilState(id, 'ready');
  await docker('pause', id);
  await untilState(id, 'paused');
  await docker('unpause', id);
  await untilState(id, 'ready');
  assert.deepEqual(states.get(id)?.slice(-1), ['ready']);
  assert.ok(!(states.get(id) ?? []).slice((states.get(id) ?? []).indexOf('paused')).includes('starting'));
});

test('Docker’s health check decides where there is one', async () => {
  const health = ['--health-cmd', 'test ! -e /sick', '--health-interval', '200ms', '--health-retries', '1'];
  const id = await serve(unique('health'), ['--network', NETWORK, ...health]);
  const backend = await untilState(id, 'ready');
  assert.equal(backend?.probe, null);
  await docker('exec', id, 'touch', '/sick');
  await untilState(id, 'unhealthy');
  await docker('exec', id, 'rm', '/sick');
  await untilState(id, 'ready');
});

test('after all of that the table equals one made from a fresh list', async () => {
  const mine = (backends: ReturnType<typeof tableBackends>): object[] =>
    [...backends.values()].filter(({ id, state }) => started.has(id) && state !== 'stopping');
  const fresh = mine(await freshBackends(engine, NETWORK));
  assert.ok(fresh.length > 0);
  for (const backend of fresh)
    assert.deepEqual(mine(tableBackends(following.table.backends())).filter(has(backend)), [backend]);
});

function has(backend: object): (other: object) => boolean {
  return (other) => (other as Backend).id === (backend as Backend).id;
}
