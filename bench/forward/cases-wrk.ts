/** Cases with as many requests as the proxy can carry: connections that are kept alive, each asks again at once. */
import type { Case, Column, Figures } from './case.ts';
import type { Target } from './contenders.ts';
import { cpuMicros, memoryMiB } from './docker.ts';
import type { Site } from './site.ts';

const WARM_UP_SECONDS = 2;
/** How long the answer to GET /small is. */
export const SMALL_BYTES = 101;
/** More than any proxy's response headers have. */
const LONGEST_HEAD_BYTES = 2048;

const COLUMNS: readonly Column[] = [
  { key: 'cpu', title: 'CPU µs per request', digits: 1 },
  { key: 'rate', title: 'requests/s', digits: 0 },
  { key: 'p50', title: 'p50 ms', digits: 2 },
  { key: 'p99', title: 'p99 ms', digits: 2 },
  { key: 'memory', title: 'memory MiB', digits: 1 },
];

/** What is asked of the plain upstream. */
interface Request {
  readonly path: string;
  readonly connections: number;
  /** The script for wrk, and the same request for curl. */
  readonly script: string;
  readonly curl: readonly string[];
  /** How long the right answer's body is. */
  readonly bytes: number;
}

export const WRK_CASES: readonly Case[] = [
  wrkCase('get', 'Small GET, 64 connections', {
    ...{ path: '/small', connections: 64, script: 'report.lua', curl: [] },
    bytes: SMALL_BYTES,
  }),
  wrkCase('post', 'POST of 10 KiB, 64 connections', {
    ...{ path: '/post', connections: 64, script: 'post.lua' },
    curl: ['--data-binary', 'x'.repeat(10_240)],
    bytes: '10240 bytes\n'.length,
  }),
  wrkCase('download', 'Download of 1 MiB, 16 connections', {
    ...{ path: '/files/1m', connections: 16, script: 'report.lua', curl: [] },
    bytes: 2 ** 20,
  }),
];

function wrkCase(key: string, title: string, request: Request): Case {
  return {
    key,
    title,
    columns: COLUMNS,
    async warmUp(site, target) {
      await probe(site, target, request);
      await wrk(site, target, request, WARM_UP_SECONDS);
    },
    measure: (site, target, seconds) => measure(site, target, request, seconds),
  };
}

async function measure(site: Site, target: Target, request: Request, seconds: number): Promise<Figures> {
  const before = await cpuMicros(target.container);
  const { requests, seconds: took, p50, p99 } = await wrk(site, target, request, seconds);
  const cpu = (await cpuMicros(target.container)) - before;
  const memory = await memoryMiB(target.container);
  return { cpu: cpu / requests, rate: requests / took, p50: p50 / 1000, p99: p99 / 1000, memory };
}

/** One answer, looked at closely. */
async function probe(site: Site, { plain }: Target, { path, curl, bytes }: Request): Promise<void> {
  const answer = await site.ask(plain + path, ...curl);
  if (answer.status === 200 && answer.bytes === bytes) return;
  throw new Error(`${path} was answered with ${answer.status} and ${answer.bytes} bytes instead of ${bytes}`);
}

interface Report {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly failed: number;
  /** In µs. */
  readonly p50: number;
  readonly p99: number;
}

/** Throws if a request failed, or if what was received is not as long as that many right answers. */
async function wrk(site: Site, { plain }: Target, request: Request, seconds: number): Promise<Report> {
  const { path, script, connections } = request;
  const printed = await site.load(
    seconds,
    ...['wrk', '--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
    ...['--timeout', '10s', '--script', `/bench/load/${script}`, plain + path],
  );
  const line = printed.split('\n').find((text) => text.startsWith('{"requests"'));
  if (line === undefined) throw new Error(`wrk printed no report:\n${printed}`);
  const report = JSON.parse(line) as Report;
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.requests} requests failed`);
  const most = (report.requests + connections) * (request.bytes + LONGEST_HEAD_BYTES);
  if (report.requests === 0 || report.bytes < report.requests * request.bytes || report.bytes > most) {
    throw new Error(`${report.requests} answers had ${report.bytes} bytes`);
  }
  return report;
}
