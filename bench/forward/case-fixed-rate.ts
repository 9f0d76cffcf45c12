/** A thousand requests a second, through the proxy and past it at once: what it adds to the latency. */
import type { Case } from './case.ts';
import { SMALL_BYTES } from './cases-wrk.ts';
import type { Target } from './contenders.ts';
import { cpuMicros, memoryMiB } from './docker.ts';
import type { Site } from './site.ts';

const RATE = 1000;
const WARM_UP_SECONDS = 2;

export const FIXED_RATE: Case = {
  key: 'rate',
  title: 'Small GET, 1,000 requests/s at fixed times',
  note: 'Added: beyond the same requests to the upstream itself, which are sent in between.',
  columns: [
    { key: 'cpu', title: 'CPU µs per request', digits: 1 },
    { key: 'p50', title: 'p50 ms', digits: 2 },
    { key: 'p99', title: 'p99 ms', digits: 2 },
    { key: 'p50Added', title: 'p50 added ms', digits: 2 },
    { key: 'p99Added', title: 'p99 added ms', digits: 2 },
    { key: 'memory', title: 'memory MiB', digits: 1 },
  ],
  warmUp: (site, target) => ask(site, target, WARM_UP_SECONDS),
  async measure(site, target, seconds) {
    const before = await cpuMicros(target.container);
    const { direct, proxied } = await ask(site, target, seconds);
    const cpu = (await cpuMicros(target.container)) - before;
    const { p50, p99, requests } = proxied;
    const added = { p50Added: p50 - direct.p50, p99Added: p99 - direct.p99 };
    return { cpu: cpu / requests, p50, p99, ...added, memory: await memoryMiB(target.container) };
  },
};

interface Report {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

/** Throws if a request failed, be it past the proxy. */
async function ask(
  site: Site,
  { plain }: Target,
  seconds: number,
): Promise<{ direct: Report; proxied: Report }> {
  const urls = ['http://upstream:3000/small', `${plain}/small`];
  const words = ['node', '/bench/load/fixed-rate.ts', String(RATE), String(seconds), String(SMALL_BYTES)];
  const printed = await site.load(seconds, ...words, ...urls);
  const [direct, proxied] = JSON.parse(printed) as Report[];
  if (direct?.failed !== 0 || proxied?.failed !== 0) throw new Error(`requests failed: ${printed}`);
  return { direct, proxied };
}
