import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { accessLogEntry } from '../../../../src/lifecycle/logs/access-log-entry.ts';
import { EngineFunkos } from '../../../../src/lifecycle/engine-funkos.ts';
import type { AccessLogEntry, AccessLogRequest } from '../../../../src/api/funko-api.ts';
import type { Traffic } from '../../../../src/lifecycle/traffic.ts';
import { AccessLog } from '../../../../src/proxy/forward/access-log.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

const PROXY = 'p'.repeat(64);

/** What a worker writes of a request. */
function written(funko: string | null, requestId: string, target = `/funko/${funko}/?token=secret`): string {
  const lines: string[] = [];
  const line = { client: '10.0.0.7', method: 'GET', instance: null, status: 200, bytes: 12, ms: 1.5 };
  new AccessLog({ add: (text) => lines.push(text) }).add({ ...line, funko, requestId, target });
  return lines.join('');
}

/** A log as an engine keeps it: each line has the next moment. */
class ProxyLog {
  readonly queries: URLSearchParams[] = [];
  readonly #lines: string[] = [];
  readonly #followers = new Set<ServerResponse>();
  #moment = 0;

  write(line: string, atSameTime = false): void {
    if (!atSameTime) this.#moment += 1;
    this.#lines.push(this.#entry(line));
    for (const follower of this.#followers) follower.write(this.#lines.at(-1) ?? '', 'latin1');
  }

  /** The engine goes away when it has told only the beginning of a line. */
  cutWithin(line: string): void {
    this.#moment += 1;
    for (const follower of this.#followers) follower.write(this.#entry(line.slice(0, -20)), 'latin1');
    this.cut();
    this.write(line, true);
  }

  #entry(line: string): string {
    const time = `2026-01-31T12:00:00.${String(this.#moment).padStart(9, '0')}Z`;
    const bytes = Buffer.from(`${time} ${line}`);
    const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(bytes.length, 4);
    return Buffer.concat([head, bytes]).toString('latin1');
  }

  /** The connections end, as when the engine is restarted. */
  cut(): void {
    for (const follower of this.#followers) follower.end();
    this.#followers.clear();
  }

  readonly answer: RequestListener = (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://engine');
    if (pathname !== `/containers/${PROXY}/logs`) return void response.end('[]');
    this.queries.push(query);
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
    const since = Number(query.get('since') ?? 0);
    const nanoseconds = (line: string): number =>
      Date.parse(line.slice(8, 38)) / 1000 + Number(line.slice(27, 37));
    const there = this.#lines.filter((line) => nanoseconds(line) + 1e-12 >= since);
    for (const line of there.slice(-Number(query.get('tail') ?? there.length) || there.length))
      response.write(line, 'latin1');
    if (query.get('follow') !== 'true') return void response.end();
    response.flushHeaders();
    this.#followers.add(response);
  };
}

const TRAFFIC: Traffic = {
  waitReady: async () => Promise.resolve(),
  drain: async () => Promise.resolve(),
  resume: () => undefined,
  readSplits: async () => Promise.resolve(),
  instances: async () => Promise.resolve([]),
};

function funkosOn(engine: { readonly socketPath: string }): EngineFunkos {
  const accessLog = { container: async () => Promise.resolve(PROXY) };
  return new EngineFunkos({
    engine: new Engine(engine),
    network: 'faaso-net',
    traffic: TRAFFIC,
    kind: 'server',
    accessLog,
  });
}

async function told(funkos: EngineFunkos, request: AccessLogRequest): Promise<AccessLogEntry[]> {
  const all: AccessLogEntry[] = [];
  const { requests } = await funkos.accessLog(request, (entry) => void all.push(entry));
  assert.equal(requests, all.length);
  return all;
}

function ids(entries: readonly AccessLogEntry[]): string[] {
  return entries.map(({ requestId }) => requestId);
}

test('the requests of one funko, of several and of all are found among the other lines of the log', async () => {
  const log = new ProxyLog();
  log.write(written('demo', '1'));
  log.write('{"level":30,"msg":"the proxy listens"}\n');
  log.write(written(null, '2', '/healthz'));
  log.write('{"msg":"request" broken\n');
  log.write(written('shop', '3'));
  log.write(written('demo', '4'));
  log.write(written('other', '5'));
  await using engine = await socketServer(log.answer);
  const funkos = funkosOn(engine);
  assert.deepEqual(ids(await told(funkos, {})), ['1', '3', '4', '5']);
  assert.deepEqual(ids(await told(funkos, { tail: 2 })), ['4', '5']);
  assert.deepEqual(ids(await told(funkos, { tail: 0 })), []);
  assert.deepEqual(ids(await told(funkos, { funkos: ['demo'] })), ['1', '4']);
  assert.deepEqual(ids(await told(funkos, { funkos: ['demo', 'shop'], tail: 2 })), ['3', '4']);
  const [first] = await told(funkos, { funkos: ['shop'] });
  const { time, ...rest } = first ?? { time: '' };
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 10_000);
  const what = {
    type: 'request',
    requestId: '3',
    client: '10.0.0.7',
    method: 'GET',
    path: '/funko/shop/',
    funko: 'shop',
  };
  assert.deepEqual(rest, { ...what, instance: null, status: 200, bytes: 12, ms: 1.5 });
});

test('the log is read from its end, as far as is needed', async () => {
  const log = new ProxyLog();
  log.write(written('rare', 'first'));
  for (let count = 0; count < 3000; count += 1) log.write(written('busy', String(count)));
  await using engine = await socketServer(log.answer);
  const funkos = funkosOn(engine);
  assert.equal((await told(funkos, { tail: 10 })).length, 10);
  assert.deepEqual(
    log.queries.map((query) => query.get('tail')),
    ['256'],
  );
  assert.deepEqual(ids(await told(funkos, { funkos: ['rare'], tail: 10 })), ['first']);
  assert.equal(log.queries.length, 4);
});

test('a followed log tells each request once, also those of one moment and after the engine was away', async () => {
  const log = new ProxyLog();
  for (const id of ['1', '2']) log.write(written('demo', id), id === '2');
  await using engine = await socketServer(log.answer);
  const all: string[] = [];
  const awaited = new Map<string, () => void>();
  const seen = async (id: string): Promise<void> =>
    all.includes(id) ? undefined : new Promise((resolve) => awaited.set(id, resolve));
  const over = new AbortController();
  const onEntry = ({ requestId }: AccessLogEntry): void => {
    all.push(requestId);
    awaited.get(requestId)?.();
  };
  const following = funkosOn(engine).accessLog({ funkos: ['demo'], follow: true }, onEntry, over.signal);
  const ended = assert.rejects(following, { code: 'cancelled' });
  await seen('2');
  log.write(written('demo', '3'), true);
  await seen('3');
  log.write(written('shop', '4'));
  log.cut();
  log.write(written('demo', '5'));
  await seen('5');
  log.cutWithin(written('demo', '6'));
  log.write(written('demo', '7'));
  await seen('7');
  over.abort();
  await ended;
  assert.deepEqual(all, ['1', '2', '3', '5', '6', '7']);
});

test('a funko that nobody has asked for is told from one that there is not', async () => {
  const log = new ProxyLog();
  log.write(written('gone', '1'));
  await using engine = await socketServer(log.answer);
  const funkos = funkosOn(engine);
  assert.deepEqual(ids(await told(funkos, { funkos: ['gone'] })), ['1']);
  await assert.rejects(told(funkos, { funkos: ['nosuch'] }), { code: 'unknown_funko' });
});

test('where nothing records requests, or the log can not be read, the error says so and what to do', async () => {
  await using engine = await socketServer((_request, response) => {
    response.writeHead(501, { 'content-type': 'application/json' });
    response.end('{"message":"configured logging driver does not support reading"}');
  });
  const conflict = { code: 'conflict', message: /logging driver keeps none.*json-file or local/ };
  await assert.rejects(told(funkosOn(engine), {}), conflict);
  const local = new EngineFunkos({
    engine: new Engine(engine),
    network: 'n',
    traffic: TRAFFIC,
    kind: 'local',
  });
  await assert.rejects(told(local, {}), { code: 'conflict', message: /only the proxy of a server does/ });
});

test('a line that is none of the access log is no request', () => {
  const good = written('demo', '1');
  assert.equal(accessLogEntry(good)?.path, '/funko/demo/');
  for (const [from, to] of [
    ['"status":200', '"status":"200"'],
    ['"funko":"demo"', '"funko":["demo"]'],
    ['"msg":"request"', '"msg":"requests","x":{"msg":"request"}'],
    [/"time":[0-9]+/, '"time":1e300'],
    ['}', ''],
  ] as const)
    assert.equal(accessLogEntry(good.replace(from, to)), undefined, to);
});
