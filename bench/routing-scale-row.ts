/**
 * One row of routing-scale.ts: follows a simulated engine with as many containers as the argument says, as the parent
 * of the proxy does it, and keeps a worker's routes of the same table.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { filter, firstValueFrom } from 'rxjs';
import { Engine } from '../src/docker/engine/engine.ts';
import { silentLogger } from '../src/logger.ts';
import type { Backend } from '../src/proxy/balancing/backend.ts';
import { followEngine, type Following } from '../src/proxy/tracking/follow.ts';
import { Routes } from '../src/proxy/balancing/routes.ts';
import { EngineProcess, NETWORK, type Operation } from './engine-process.ts';
import { figuresOf, row } from './figures.ts';

const EVERY_RESYNC_MS = 600_000;
/** Over containers that are each paused, unpaused, ended and started: six events. */
const CONTAINERS = 84;
const EVENTS = CONTAINERS * 6;
const STEPS: readonly (readonly [Operation, Backend['state']])[] = [
  ['pause', 'paused'],
  ['unpause', 'starting'],
  ['end', 'stopped'],
  ['start', 'starting'],
];
const LOOKUPS = 1_000_000;
const PATCHES = 10_000;

await main(Number(process.argv[2]));

async function main(count: number): Promise<void> {
  const simulated = await EngineProcess.start(count);
  const before = memory();
  const engine = new Engine({ socketPath: simulated.socketPath });
  const began = { at: performance.now(), cpu: process.cpuUsage() };
  const following = followEngine({
    engine,
    network: NETWORK,
    logger: silentLogger(),
    resyncMs: EVERY_RESYNC_MS,
  });
  await firstValueFrom(following.sync$.pipe(filter(({ state }) => state === 'in_step')));
  const syncSeconds = (performance.now() - began.at) / 1000;
  const syncCpuSeconds = cpuMs(began.cpu) / 1000;
  if (following.table.backends().length !== count) throw new Error('the table is not complete');
  const events = await measureEvents(following, simulated);
  const after = memory();
  const { lookup, patch } = measureRoutes(following.table.backends(), following.table.sequence);
  const latency = figuresOf(events.latencies);
  const cells = [
    syncSeconds.toFixed(2),
    syncCpuSeconds.toFixed(2),
    events.cpuMs.toFixed(3),
    latency.median.toFixed(2),
    latency.p99.toFixed(2),
    `${before.heap.toFixed(1)} → ${after.heap.toFixed(1)}`,
    `${before.rss.toFixed(0)} → ${after.rss.toFixed(0)}`,
    lookup.toFixed(3),
    patch.toFixed(2),
  ];
  console.log(row([count.toLocaleString('en'), ...cells]));
  following.stop();
  simulated.stop();
}

/** Operations one after another, each awaited until the table shows it. */
async function measureEvents(
  following: Following,
  simulated: EngineProcess,
): Promise<{ cpuMs: number; latencies: number[] }> {
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  for (const id of chosen(simulated.ids)) {
    for (const [operation, state] of STEPS) {
      const from = performance.now();
      const shown = firstValueFrom(
        following.changes$.pipe(
          filter(({ changed }) => changed.some((each) => each.id === id && each.state === state)),
        ),
      );
      simulated.operate(id, operation);
      await shown;
      latencies.push(performance.now() - from);
    }
  }
  // The last inspects are still under way.
  await sleep(100);
  return { cpuMs: cpuMs(cpu) / EVENTS, latencies };
}

/** So many IDs, evenly spread over all; no ID twice in a row. */
function chosen(ids: readonly string[]): string[] {
  return Array.from({ length: CONTAINERS }, (_, index) => {
    const id = ids[Math.floor((index * ids.length) / CONTAINERS)];
    if (id === undefined) throw new Error('there are no containers');
    return id;
  });
}

/** Microseconds for one lease and its end, and for one patch of one backend, in a worker's routes. */
function measureRoutes(table: readonly Backend[], sequence: number): { lookup: number; patch: number } {
  const backends = table.map((backend) => ({ ...backend, state: 'ready' as const }));
  const routes = new Routes();
  routes.apply({ type: 'table', sequence, backends });
  const names = backends.map((backend) => backend.funkos[0] ?? '');
  const lookupFrom = performance.now();
  for (let index = 0; index < LOOKUPS; index += 1) {
    const lease = routes.lease(names[(index * 7919) % names.length] ?? '');
    if (typeof lease === 'string') throw new Error(lease);
    lease.end();
  }
  const lookup = ((performance.now() - lookupFrom) * 1000) / LOOKUPS;
  const patchFrom = performance.now();
  for (let index = 0; index < PATCHES; index += 1) {
    const backend = backends[(index * 7919) % backends.length];
    if (!backend) throw new Error('there are no backends');
    const changed = [{ ...backend, state: index % 2 === 0 ? ('paused' as const) : ('ready' as const) }];
    routes.apply({ type: 'patch', sequence: sequence + 1 + index, changed, removed: [] });
  }
  return { lookup, patch: ((performance.now() - patchFrom) * 1000) / PATCHES };
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** In MB, after everything that can be let go of was. */
function memory(): { heap: number; rss: number } {
  if (!globalThis.gc) throw new Error('run it with --expose-gc');
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 1e6, rss: rss / 1e6 };
}
