/** Cases with as many requests as the proxy can carry: 64 connections that are kept alive, each asks again at once. */
import type { Case, Column, Figures } from './case.ts';
import type { Target } from './contenders.ts';
import { cpuMicros, memoryBytes } from './docker.ts';
import type { Site } from './site.ts';

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 2;

const COLUMNS: readonly Column[] = [
  { key: 'cpu', title: 'CPU µs per request', digits: 1 },
  { key: 'rate', title: 'requests/s', digits: 0 },
  { key: 'p50', title: 'p50 ms', digits: 2 },
  { key: 'p99', title: 'p99 ms', digits: 2 },
  { key: 'memory', title: 'memory MiB', digits: 1 },
];

/** What wrk is told beside the connections, and what is asked of the plain upstream. */
interface Request {
  readonly path: string;
  readonly script: string;
  readonly connections?: number;
}

export const WRK_CASES: readonly Case[] = [
  wrkCase('get', 'Small GET, 64 connections', { path: '/small', script: 'report.lua' }),
];

function wrkCase(key: string, title: string, request: Request): Case {
  return {
    key,
    title,
    columns: COLUMNS,
    warmUp: (site, target) => wrk(site, target, request, WARM_UP_SECONDS),
    measure: (site, target, seconds) => measure(site, target, request, seconds),
  };
}

async function measure(site: Site, target: Target, request: Request, seconds: number): Promise<Figures> {
  const before = await cpuMicros(target.container);
  const { requests, seconds: took, p50, p99 } = await wrk(site, target, request, seconds);
  const cpu = (await cpuMicros(target.container)) - before;
  const memory = (await memoryBytes(target.container)) / 2 ** 20;
  return { cpu: cpu / requests, rate: requests / took, p50: p50 / 1000, p99: p99 / 1000, memory };
}

interface Report {
  readonly requests: number;
  readonly seconds: number;
  readonly failed: number;
  /** In µs. */
  readonly p50: number;
  readonly p99: number;
}

/** Throws if a request failed: figures of failures are none. */
async function wrk(site: Site, { plain }: Target, request: Request, seconds: number): Promise<Report> {
  const { path, script, connections = CONNECTIONS } = request;
  const printed = await site.load(
    ...['wrk', '--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
    ...['--script', `/bench/load/${script}`, plain + path],
  );
  const line = printed.split('\n').find((text) => text.startsWith('{"requests"'));
  if (line === undefined) throw new Error(`wrk printed no report:\n${printed}`);
  const report = JSON.parse(line) as Report;
  if (report.failed > 0)
    throw new Error(`${report.failed} of ${report.requests} requests failed: ${plain}${path}`);
  return report;
}
