/** Messages over WebSockets: what one costs there and back. */
import type { Case } from './case.ts';
import type { Target } from './contenders.ts';
import { cpuMicros, memoryMiB } from './docker.ts';
import type { Site } from './site.ts';

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 2;

export const WEBSOCKET: Case = {
  key: 'websocket',
  title: 'WebSocket echo, 64 connections',
  note: 'A message is one of 100 bytes there and back.',
  columns: [
    { key: 'cpu', title: 'CPU µs per message', digits: 1 },
    { key: 'rate', title: 'messages/s', digits: 0 },
    { key: 'p50', title: 'p50 ms', digits: 2 },
    { key: 'p99', title: 'p99 ms', digits: 2 },
    { key: 'memory', title: 'memory MiB', digits: 1 },
  ],
  warmUp: (site, target) => talk(site, target, WARM_UP_SECONDS),
  async measure(site, target, seconds) {
    const before = await cpuMicros(target.container);
    const { messages, seconds: took, p50, p99 } = await talk(site, target, seconds);
    const cpu = (await cpuMicros(target.container)) - before;
    return {
      cpu: cpu / messages,
      rate: messages / took,
      p50,
      p99,
      memory: await memoryMiB(target.container),
    };
  },
};

interface Report {
  readonly messages: number;
  readonly seconds: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

/** Throws if a message came back otherwise than it was sent, or not at all. */
async function talk(site: Site, { echo }: Target, seconds: number): Promise<Report> {
  const url = echo.replace('http:', 'ws:');
  const words = ['node', '/bench/load/websocket.ts', url, String(CONNECTIONS), String(seconds)];
  const report = JSON.parse(await site.load(seconds, ...words)) as Report;
  if (report.failed > 0) throw new Error(`${report.failed} messages came back wrong, or not at all`);
  return report;
}
