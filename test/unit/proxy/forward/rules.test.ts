import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { rulesOf, type TrafficKeys } from '../../../../src/funko/traffic-rules.ts';
import type { Backend } from '../../../../src/proxy/balancing/backend.ts';
import { get, startWorkerHarness, type WorkerHarness } from '../../../support/forward/worker-harness.ts';

/** A change of a backend as a container with this label has it. */
function rules(keys: TrafficKeys): Partial<Backend> {
  return { rules: rulesOf({ 'faaso.traffic': JSON.stringify(keys) }) };
}

function codeOf(answer: { body: string }): unknown {
  return (JSON.parse(answer.body) as { code: unknown }).code;
}

/** A funko whose answers are held back until they are let go, one by one. */
class Held {
  readonly waiting: ServerResponse[] = [];
  most = 0;
  #inside = 0;
  #came = Promise.withResolvers<undefined>();

  readonly listener = (_req: IncomingMessage, res: ServerResponse): void => {
    this.#inside += 1;
    this.most = Math.max(this.most, this.#inside);
    res.once('close', () => (this.#inside -= 1));
    this.waiting.push(res);
    this.#came.resolve(undefined);
    this.#came = Promise.withResolvers();
  };

  /** Resolves when so many requests are there. */
  async has(count: number): Promise<void> {
    while (this.waiting.length < count) await this.#came.promise;
  }

  letGo(): void {
    this.waiting.shift()?.end('done');
  }
}

describe('a funko with a limit of requests in flight', () => {
  it('gets no more than that; the others wait their turn, in order', async () => {
    await using stand = await startWorkerHarness();
    const held = new Held();
    await stand.funko('narrow', held.listener, rules({ concurrency: 1 }));
    const clients = [await stand.connect(), await stand.connect(), await stand.connect()];
    for (const [index, client] of clients.entries()) client.send(get(`/funko/narrow/${index}`));
    for (const client of clients) {
      await held.has(1);
      assert.equal(held.waiting.length, 1);
      held.letGo();
      assert.equal((await client.answer()).status, 200);
    }
    assert.equal(held.most, 1);
    for (const client of clients) client[Symbol.dispose]();
  });

  it('answers 503 with Retry-After where the queue is full, and at once', async () => {
    await using stand = await startWorkerHarness();
    const held = new Held();
    await stand.funko('narrow', held.listener, rules({ concurrency: { requests: 1, queue: 0 } }));
    using first = await stand.connect();
    using second = await stand.connect();
    first.send(get('/funko/narrow/'));
    await held.has(1);
    second.send(get('/funko/narrow/'));
    const answer = await second.answer();
    assert.equal(answer.status, 503);
    assert.equal(codeOf(answer), 'busy');
    assert.equal(answer.header('retry-after'), '1');
    held.letGo();
    assert.equal((await first.answer()).status, 200);
    second.send(get('/funko/narrow/'));
    await held.has(1);
    held.letGo();
    assert.equal((await second.answer()).status, 200, 'a place that is free again is given away');
  });

  it('answers 503 to a request that has waited as long as it may', async () => {
    await using stand = await startWorkerHarness();
    const held = new Held();
    await stand.funko('narrow', held.listener, rules({ concurrency: { requests: 1, wait: 0.03 } }));
    using first = await stand.connect();
    using second = await stand.connect();
    first.send(get('/funko/narrow/'));
    await held.has(1);
    second.send(get('/funko/narrow/'));
    const answer = await second.answer();
    assert.equal(answer.status, 503);
    assert.match(answer.body, /has waited for 0\.03 s/);
  });

  it('forgets a request whose client goes away while it waits', async () => {
    await using stand = await startWorkerHarness();
    const held = new Held();
    await stand.funko('narrow', held.listener, rules({ concurrency: 1 }));
    using first = await stand.connect();
    using last = await stand.connect();
    const gone = await stand.connect();
    first.send(get('/funko/narrow/first'));
    await held.has(1);
    gone.send(get('/funko/narrow/gone'));
    gone[Symbol.dispose]();
    await stand.logged(({ path }) => path === '/funko/narrow/gone');
    last.send(get('/funko/narrow/last'));
    held.letGo();
    await held.has(1);
    held.letGo();
    assert.equal((await last.answer()).status, 200);
  });
});

describe('a body limit', () => {
  const limited = async (stand: WorkerHarness): Promise<IncomingMessage[]> => {
    const seen: IncomingMessage[] = [];
    const listener = (req: IncomingMessage, res: ServerResponse): void => {
      seen.push(req);
      req.resume().once('end', () => res.end('all of it'));
    };
    await stand.funko('small', listener, rules({ limits: { body: '1 KiB' } }));
    return seen;
  };

  it('lets a body of just that size through', async () => {
    await using stand = await startWorkerHarness();
    await limited(stand);
    using client = await stand.connect();
    client.send(`POST /funko/small/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1024\r\n\r\n${'x'.repeat(1024)}`);
    assert.equal((await client.answer()).status, 200);
  });

  it('refuses a longer one by its Content-Length; the funko never sees the request', async () => {
    await using stand = await startWorkerHarness();
    const seen = await limited(stand);
    using client = await stand.connect();
    client.send('POST /funko/small/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n');
    const answer = await client.answer();
    assert.equal(answer.status, 413);
    assert.equal(codeOf(answer), 'too_large');
    assert.equal(seen.length, 0);
  });

  it('does not ask a client with Expect: 100-continue for what it would refuse', async () => {
    await using stand = await startWorkerHarness();
    await limited(stand);
    using client = await stand.connect();
    client.send(
      'POST /funko/small/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\nExpect: 100-continue\r\n\r\n',
    );
    assert.equal((await client.answer()).status, 413);
  });

  it('counts a chunked body as it comes, and breaks off the upstream’s request', async () => {
    await using stand = await startWorkerHarness();
    const { promise: came, resolve } = Promise.withResolvers<IncomingMessage>();
    await stand.funko('small', (req) => resolve(req.resume()), rules({ limits: { body: '1 KiB' } }));
    using client = await stand.connect();
    client.send('POST /funko/small/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    client.send(`200\r\n${'x'.repeat(512)}\r\n`);
    const request = await came;
    request.on('error', () => undefined);
    const broken = new Promise((resolve) => request.once('close', resolve));
    client.send(`201\r\n${'x'.repeat(513)}\r\n`);
    assert.equal((await client.answer()).status, 413);
    await broken;
    assert.equal(request.complete, false);
  });

  it('counts a chunked body that came with its head as well', async () => {
    await using stand = await startWorkerHarness();
    await limited(stand);
    using client = await stand.connect();
    client.send(
      `POST /funko/small/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n${'x'.repeat(1025)}\r\n0\r\n\r\n`,
    );
    assert.equal((await client.answer()).status, 413);
  });
});

describe('allowed hosts', () => {
  const statusFor = async (stand: WorkerHarness, host: string): Promise<number> => {
    using client = await stand.connect();
    client.send(`GET /funko/shop/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    return (await client.answer()).status;
  };

  it('of a funko: another Host gets a 421, whatever its port or case', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('shop', (_req, res) => res.end(), rules({ hosts: ['Shop.example', '*.shop.example'] }));
    assert.equal(await statusFor(stand, 'shop.example:8888'), 200);
    assert.equal(await statusFor(stand, 'A.SHOP.example'), 200);
    assert.equal(await statusFor(stand, 'shop.example.:8888'), 200, 'the same name, absolute');
    assert.equal(await statusFor(stand, 'other.example'), 421);
    assert.equal(await statusFor(stand, 'evilshop.example'), 421);
    assert.equal(await statusFor(stand, '.shop.example'), 421);
  });

  it('of the proxy hold for every funko, and for nothing else', async () => {
    await using stand = await startWorkerHarness({ settings: { hosts: ['shop.example'] } });
    await stand.funko('shop', (_req, res) => res.end());
    assert.equal(await statusFor(stand, 'shop.example'), 200);
    assert.equal(await statusFor(stand, '127.0.0.1'), 421);
    using client = await stand.connect();
    client.send(get('/healthz'));
    assert.equal((await client.answer()).status, 200);
  });
});

describe('a funko’s own timeouts', () => {
  it('come before the proxy’s: for the head', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('slow', () => undefined, rules({ timeouts: { headers: 0.05 } }));
    using client = await stand.connect();
    client.send(get('/funko/slow/'));
    assert.equal((await client.answer()).status, 504);
  });

  it('and for a pause in the body, after which the client is cut off', async () => {
    await using stand = await startWorkerHarness();
    const begin = (_req: IncomingMessage, res: ServerResponse): void => void res.write('begun');
    await stand.funko('slow', begin, rules({ timeouts: { idle: 0.05 } }));
    using client = await stand.connect();
    client.send(get('/funko/slow/'));
    await client.closed();
  });
});

it('rules of the newest version hold while two run', async () => {
  await using stand = await startWorkerHarness();
  const ok = (_req: IncomingMessage, res: ServerResponse): void => void res.end();
  await stand.funko('shop', ok, { id: 'a', life: 'a1', version: 'v9', ...rules({ hosts: ['old.example'] }) });
  await stand.funko('shop', ok, {
    id: 'b',
    life: 'b1',
    version: 'v10',
    ...rules({ hosts: ['new.example'] }),
  });
  using client = await stand.connect();
  client.send('GET /funko/shop/ HTTP/1.1\r\nHost: new.example\r\n\r\n');
  assert.equal((await client.answer()).status, 200);
  client.send('GET /funko/shop/ HTTP/1.1\r\nHost: old.example\r\n\r\n');
  assert.equal((await client.answer()).status, 421);
});
