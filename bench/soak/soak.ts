/** The proxy under a modest load of every kind for a while, as its instances come and go. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent, setGlobalDispatcher } from 'undici';
import { ServerFunkos } from '../../src/client/server-funkos.ts';
import { startProxyHarness, type ProxyHarness } from '../../test/support/engine/proxy-harness.ts';
import { closeKept } from './asks.ts';
import { Changes } from './changes.ts';
import { Crowd } from './crowd.ts';
import { processesOf, type ProcessSample, type Sample } from './samples.ts';
import type { Report } from './verdicts.ts';

export interface SoakOptions {
  readonly seconds: number;
  /** Clients a second. */
  readonly rate: number;
  /** Between two changes, and between two samples. */
  readonly pauseMs: number;
  readonly sampleMs: number;
  /** How long a deploy watches new instances. */
  readonly steadyMs: number;
  /** Ends the load early; then the report is of what there was. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '');
/** Clients' idle connections to the proxy are closed at the end, those to funkos after 4 s of idleness. */
const BACK_WITHIN_MS = 30_000;

/** Runs it, and gives what was seen with what went wrong in words. */
export async function soak(options: SoakOptions): Promise<Report & { readonly examples: readonly string[] }> {
  // Our own calls keep no connection open that would be taken for a leak of the proxy's.
  setGlobalDispatcher(new Agent({ pipelining: 0 }));
  await using stand = await startProxyHarness({ FAASO_SOAK_FOLDER: FOLDER }, undefined, [
    `${FOLDER}/watched.yaml`,
  ]);
  const funkos = new ServerFunkos({ url: stand.url, token: stand.token });
  const changes = new Changes(stand, funkos, options.steadyMs);
  options.say('building two funkos');
  await changes.begin();
  const before = await settled(stand, () => true);
  const urls = [changes.steady, changes.killed].map((name) => [name, `${stand.url}/funko/${name}`] as const);
  const crowd = new Crowd(Object.fromEntries(urls), changes.isInevitable);
  const { seconds, samples } = await underLoad(stand, crowd, changes, options);
  options.say('the load is over');
  closeKept();
  const after = await settled(stand, (now) => total(now) <= total(before));
  const inFlight = await requestsInFlight(stand);
  const { counts, left, examples } = crowd;
  return { seconds, counts, left, changes: changes.done, samples, before, after, inFlight, examples };
}

async function underLoad(
  stand: ProxyHarness,
  crowd: Crowd,
  changes: Changes,
  options: SoakOptions,
): Promise<{ seconds: number; samples: Sample[] }> {
  const { signal, say } = options;
  const start = performance.now();
  const over = AbortSignal.any([signal, AbortSignal.timeout(options.seconds * 1000)]);
  const samples: Sample[] = [];
  crowd.start(options.rate);
  const changing = changes.run(options.pauseMs, over);
  while (!over.aborted) {
    await sleep(options.sampleMs, undefined, { signal: over }).catch(() => undefined);
    const at = (performance.now() - start) / 1000;
    samples.push({ at, processes: await processesOf(stand.proxyName) });
    say(progress(at, crowd, samples));
  }
  await changing;
  const seconds = (performance.now() - start) / 1000;
  await crowd.stop();
  return { seconds, samples };
}

function progress(at: number, crowd: Crowd, samples: readonly Sample[]): string {
  const counts = [...crowd.counts.values()];
  const sum = (key: 'asked' | 'inevitable' | 'unexpected'): number =>
    counts.reduce((so, count) => so + count[key], 0);
  const now = samples.at(-1)?.processes ?? [];
  const memory = now.map(({ process, pssMiB }) => `${process} ${pssMiB.toFixed(1)} MiB`).join(', ');
  const asked = `${sum('asked')} asked, ${sum('inevitable')} inevitable, ${sum('unexpected')} unexpected`;
  return `${at.toFixed(0)} s: ${asked}, ${crowd.atOnce} under way; ${memory}`;
}

/** Looks until it is as wanted twice in a row, or the time is over; gives the last look. */
async function settled(
  stand: ProxyHarness,
  wanted: (now: readonly ProcessSample[]) => boolean,
): Promise<readonly ProcessSample[]> {
  const giveUpAt = performance.now() + BACK_WITHIN_MS;
  let last: readonly ProcessSample[] = [];
  for (;;) {
    const now = await processesOf(stand.proxyName);
    const still = total(now) === total(last) && now.every(({ heapMiB }) => !Number.isNaN(heapMiB));
    if ((still && wanted(now)) || performance.now() > giveUpAt) return now;
    last = now;
    // Longer than an idle connection to a funko is kept.
    await sleep(5000);
  }
}

function total(processes: readonly ProcessSample[]): number {
  return processes.reduce((sum, { sockets, files }) => sum + sockets + files, 0);
}

async function requestsInFlight(stand: ProxyHarness): Promise<number> {
  const page = await (await stand.admin('/metrics')).text();
  const values = [...page.matchAll(/^faaso_backend_requests_in_flight\{.*\} (\d+)$/gm)];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}
