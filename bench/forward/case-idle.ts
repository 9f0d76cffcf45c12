/** A thousand clients that keep their connection and ask nothing. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, Figures } from './case.ts';
import { SMALL_BYTES } from './cases-wrk.ts';
import type { Target } from './contenders.ts';
import { cpuMicros, memoryMiB } from './docker.ts';
import type { Site } from './site.ts';

const CONNECTIONS = 1000;
/** Opening and asking, twice; on a busy machine. */
const OPENING_SECONDS = 30;
const SETTLE_MS = 1000;

export const IDLE: Case = {
  key: 'idle',
  title: '1,000 idle connections',
  fresh: true,
  columns: [
    { key: 'memory', title: 'memory MiB', digits: 1 },
    { key: 'each', title: 'KiB per connection', digits: 1 },
    { key: 'cpu', title: 'CPU ms per s', digits: 2 },
  ],
  warmUp: (site, target) => hold(site, target, 10, () => Promise.resolve({})),
  async measure(site, target, seconds) {
    const before = await memoryMiB(target.container);
    return hold(site, target, CONNECTIONS, async () => {
      await sleep(SETTLE_MS);
      const start = performance.now();
      const cpuBefore = await cpuMicros(target.container);
      await sleep(seconds * 1000);
      const cpu = (await cpuMicros(target.container)) - cpuBefore;
      const took = performance.now() - start;
      const memory = await memoryMiB(target.container);
      return { memory, each: ((memory - before) * 1024) / CONNECTIONS, cpu: cpu / took };
    });
  },
};

/** Does `work` while the connections are held; throws if they do not answer rightly before and after. */
async function hold(
  site: Site,
  { plain }: Target,
  count: number,
  work: () => Promise<Figures>,
): Promise<Figures> {
  const words = ['node', '/bench/load/idle.ts', `${plain}/small`, String(count), String(SMALL_BYTES)];
  const client = site.loadBeside(OPENING_SECONDS, ...words);
  let complaint = '';
  client.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = once(client, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`the clients failed: ${/^Error: .*/m.exec(complaint)?.[0] ?? complaint}`);
  });
  await Promise.race([once(client.stdout, 'data'), ended]);
  const [figures] = await Promise.all([work().finally(() => client.stdin.end('\n')), ended]);
  return figures;
}
