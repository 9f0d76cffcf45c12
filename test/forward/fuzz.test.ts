import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RawClient } from './raw-client.ts';
import { get, startStand, type Stand } from './stand.ts';

/** Numbers that look random and are the same each time (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Another one may be given, to look further: `FUZZ_SEED=7 node --test test/forward/fuzz.test.ts`. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20260101);

const SEEDS = [
  get('/funko/one/a?b', 'X: y'),
  'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: u\r\n\r\n',
  'PUT /funko/one/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
  get('/funko/one/', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x'),
  get('/funko/garbage/'),
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a/funko/one/ HTTP/1.0\r\nConnection: keep-alive, X\r\nX: y\r\n\r\n',
];
const MORSELS = [
  '\r\n',
  '\n',
  '\0',
  ':',
  ' ',
  '\t',
  '%',
  '..',
  '/',
  '#',
  '\xff',
  'Host: b\r\n',
  'chunked',
  ', ',
  '-1',
  '99999999999999999999',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 3\r\n',
  '\r\n\r\n',
  'GET / HTTP/1.1\r\n',
  'Connection: close\r\n',
];

/** One to four changes: bytes taken off, doubled, flipped, or a morsel put in. */
function spoil(text: string, roll: (below: number) => number): string {
  let spoilt = text;
  for (let left = 1 + roll(4); left > 0; left -= 1) {
    const at = roll(spoilt.length + 1);
    const kind = roll(4);
    const head = spoilt.slice(0, at);
    const tail = spoilt.slice(at);
    if (kind === 0) spoilt = head + tail.slice(1 + roll(5));
    else if (kind === 1) spoilt = head + tail.slice(0, roll(20)) + tail;
    else if (kind === 2) spoilt = head + String.fromCharCode(roll(256)) + tail.slice(1);
    else spoilt = head + (MORSELS[roll(MORSELS.length)] ?? '') + tail;
  }
  return spoilt;
}

/** Sends one spoilt conversation, in pieces, and waits until the connection is closed, by whomever. */
async function attack(stand: Stand, roll: (below: number) => number): Promise<void> {
  using client = await RawClient.connect(stand.port);
  const text = Array.from({ length: 1 + roll(3) }, () => spoil(SEEDS[roll(SEEDS.length)] ?? '', roll)).join(
    '',
  );
  for (let at = 0; at < text.length;) {
    const piece = 1 + roll(text.length);
    if (!client.socket.destroyed) client.send(text.slice(at, at + piece));
    if (roll(2) === 0) await new Promise(setImmediate);
    at += piece;
  }
  if (roll(4) === 0) client.socket.resetAndDestroy();
  else client.socket.end();
  await client.closed();
}

describe('the front under seeded garbage', () => {
  it('neither crashes nor hangs nor leaks, and goes on serving', async () => {
    await using stand = await startStand({ settings: { headersTimeoutMs: 1000 } });
    const lost: unknown[] = [];
    const note = (error: unknown): void => void lost.push(error);
    process.on('unhandledRejection', note).on('uncaughtException', note);
    await stand.funko('one', (req, res) => void req.pipe(res));
    const roll = dice(SEED);
    const garbage = await stand.rawFunko('garbage');
    const answers = (async () => {
      for (;;) {
        const connection = await garbage.next();
        connection
          .send(spoil('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello', roll))
          .socket.end();
      }
    })();
    void answers;
    for (let round = 0; round < 60; round += 1) {
      await Promise.all(Array.from({ length: 16 }, async () => attack(stand, roll)));
    }
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    assert.equal((await client.answer()).status, 200);
    await stand.idle();
    process.off('unhandledRejection', note).off('uncaughtException', note);
    assert.deepEqual(lost, []);
  });
});
