/**
 * How soon the route follows the engine: `npm run bench:routing`. ROUNDS (50) and OTHERS (200) can be set.
 *
 * Each round starts a container that listens at once, asks for it through the proxy until it answers, kills it under
 * requests, and removes it. First at rest, then beside OTHERS containers that restart in a loop and 500 health events
 * a second that are put into the event stream. The clock is the machine's, which the engine and the containers share.
 */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../src/docker/engine.ts';
import { engineEvents, type EngineEvent } from '../src/docker/events.ts';
import { World, type WorldOptions } from '../test/scenarios/world.ts';
import { figuresOf, row } from './figures.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 50);
const OTHERS = Number(process.env['OTHERS'] ?? 200);
const HEALTH_EVENTS_PER_SECOND = 500;
/** Requests go on for this long after a kill, so that the last one sent to the dead container is seen. */
const AFTER_KILL_MS = 100;
/** Clients that ask one after the other, with 1 ms between: together about a thousand requests a second. */
const ASKING_AT_ONCE = 2;

/** Answers with the moment from which its port accepted, in ms since 1970. */
const LISTENER = `
const http = require('node:http');
let since;
http.createServer((q, r) => r.end(String(since))).listen(3000, () => { since = performance.timeOrigin + performance.now(); });
`;

interface Asked {
  /** When the request was sent and when its answer was there, in ms since 1970. */
  readonly sent: number;
  readonly answered: number;
  readonly status: number;
  readonly body: string;
}

interface Round {
  readonly startToAnswer: number;
  readonly acceptToAnswer: number;
  readonly killToLast: number;
}

const agent = new Agent({ keepAlive: true });
const now = (): number => performance.timeOrigin + performance.now();

/** When the engine sent `kill` for a container, in ms since 1970, by its ID. */
const kills = new Map<string, number>();
const starts = new Map<string, number>();

await main();

async function main(): Promise<void> {
  const events = engineEvents(new Engine({ socketPath: '/var/run/docker.sock' }), {
    since: Date.now() / 1000,
  });
  const noted = events.subscribe(noteTime);
  console.log(row(['', 'rounds', 'median ms', 'p99 ms', 'worst ms']));
  console.log('|---|---|---|---|---|');
  await inWorld({}, async (world) => {
    print('at rest', await rounds(world, 'rest'));
  });
  // Only here something stands between the proxy and the engine: it adds the health events.
  await inWorld({ middleman: true }, async (world) => {
    const storm = await startStorm(world);
    print(`${OTHERS} restarting, ${HEALTH_EVENTS_PER_SECOND} health events/s`, await rounds(world, 'storm'));
    storm.stop();
  });
  noted.unsubscribe();
  agent.destroy();
}

/** A benchmark that is interrupted leaves nothing behind either. */
async function inWorld(options: WorldOptions, work: (world: World) => Promise<void>): Promise<void> {
  await using world = await World.start(options);
  const interrupted = (): void => {
    void world[Symbol.asyncDispose]().finally(() => process.exit(1));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  await work(world);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted);
}

function print(title: string, measured: readonly Round[]): void {
  const series = [
    ['start event → first answer', measured.map((round) => round.startToAnswer)],
    ['port accepts → first answer', measured.map((round) => round.acceptToAnswer)],
    ['kill event → last request sent', measured.map((round) => round.killToLast)],
  ] as const;
  for (const [name, values] of series) {
    const { count, median, p99, worst } = figuresOf(values);
    console.log(row([`${title}: ${name}`, String(count), median, p99, worst]));
  }
}

async function rounds(world: World, title: string): Promise<Round[]> {
  const measured: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    measured.push(await oneRound(world, world.name(`${title}-${round}`)));
  return measured;
}

async function oneRound(world: World, funko: string): Promise<Round> {
  const path = `${world.url}/funko/${funko}/`;
  const started = world.run(funko, { code: LISTENER });
  let first = await ask(path);
  while (first.status !== 200) {
    await sleep(1);
    first = await ask(path);
  }
  const id = await started;
  const asked: Asked[] = [];
  let over = false;
  const loops = Array.from({ length: ASKING_AT_ONCE }, async () => {
    while (!over) {
      asked.push(await ask(path));
      await sleep(1);
    }
  });
  await world.docker('kill', id);
  await sleep(AFTER_KILL_MS);
  over = true;
  await Promise.all(loops);
  await world.docker('rm', '-f', id);
  const killedAt = kills.get(id) ?? NaN;
  const sentToIt = asked
    .filter(({ status }) => status !== 503 && status !== 404)
    .map(({ sent }) => sent - killedAt);
  return {
    startToAnswer: first.answered - (starts.get(id) ?? NaN),
    acceptToAnswer: first.answered - Number(first.body),
    killToLast: Math.max(0, ...sentToIt),
  };
}

async function ask(url: string): Promise<Asked> {
  const sent = now();
  return new Promise((resolve) => {
    const failed = (): void => {
      resolve({ sent, answered: now(), status: 0, body: '' });
    };
    get(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => {
        resolve({ sent, answered: now(), status: response.statusCode ?? 0, body });
      });
      response.once('error', failed);
    }).once('error', failed);
  });
}

function noteTime({ action, containerId, timeNano }: EngineEvent): void {
  const at = Number(timeNano) / 1e6;
  if (action === 'kill') kills.set(containerId, at);
  if (action === 'start') starts.set(containerId, at);
}

async function startStorm(world: World): Promise<{ stop(): void }> {
  let victim = '';
  for (let other = 0; other < OTHERS; other += 1) {
    const restart = ['--restart', 'always', '--entrypoint', 'sleep'];
    const name = `faaso-${world.name(`other-${other}`)}`;
    victim = await world.docker(
      ...['run', '-d', '--name', name, '--label', world.label, '--network', world.network],
      ...[...restart, 'node:24-slim', '3'],
    );
  }
  const perTick = HEALTH_EVENTS_PER_SECOND / 100;
  const timer = setInterval(() => {
    for (let i = 0; i < perTick; i += 1) world.middleman?.inject(healthEvent(victim, i));
  }, 10);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

function healthEvent(id: string, index: number): string {
  const timeNano = Date.now() * 1e6 + index;
  return `${JSON.stringify({ Type: 'container', Action: 'health_status: healthy', Actor: { ID: id, Attributes: {} }, timeNano })}\n`;
}
