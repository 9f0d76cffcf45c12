/** One long answer to one client: what the bytes cost, not the requests. */
import type { Case } from './case.ts';
import type { Target } from './contenders.ts';
import { cpuMicros, memoryMiB } from './docker.ts';
import type { Site } from './site.ts';

const MIB = 1024;
/** Long enough for the slowest, on a busy machine. */
const LONGEST_SECONDS = 120;

export const STREAM: Case = {
  key: 'stream',
  title: 'Stream of 1 GiB, one connection',
  note: 'The more the better, in the ratios too.',
  columns: [
    { key: 'perCpu', title: 'MiB per CPU second', digits: 0 },
    { key: 'rate', title: 'MiB/s', digits: 0 },
    { key: 'memory', title: 'memory MiB', digits: 1 },
  ],
  warmUp: (site, target) => download(site, target),
  async measure(site, target) {
    const before = await cpuMicros(target.container);
    const seconds = await download(site, target);
    const cpu = ((await cpuMicros(target.container)) - before) / 1e6;
    return { perCpu: MIB / cpu, rate: MIB / seconds, memory: await memoryMiB(target.container) };
  },
};

/** Gives how long it took, in s; throws if it did not come whole. */
async function download(site: Site, { plain }: Target): Promise<number> {
  const printed = await site.load(
    LONGEST_SECONDS,
    ...['curl', '--silent', '--show-error', '--output', '/dev/null'],
    ...['--write-out', '%{http_code} %{size_download} %{time_total}', `${plain}/files/1g`],
  );
  const [status, bytes, seconds = NaN] = printed.split(' ').map(Number);
  if (status === 200 && bytes === MIB * 2 ** 20) return seconds;
  throw new Error(`the answer had status ${status} and ${bytes} bytes`);
}
