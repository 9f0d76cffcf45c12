import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

const UPGRADE = [
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: x',
];
const OFFER = get('/funko/one/1', 'Connection: Upgrade', 'Upgrade: h2c');

describe('the offer of another protocol', () => {
  // Node's parser loses what comes in one piece with such a request: GET /2 was lost, or garbage was, and what came after it was taken.
  for (const [what, pieces] of [
    ['a request that follows upon it', [OFFER + get('/funko/one/2'), get('/funko/one/3')]],
    ['what is no request', [`${OFFER}cket\r\nX: y\r\n\r\n`, get('/funko/one/3')]],
    [
      'a request behind its chunks',
      [
        `${OFFER.replace('GET', 'POST').slice(0, -2)}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${get('/funko/one/2')}`,
        get('/funko/one/3'),
      ],
    ],
  ] as const) {
    it(`that is not taken ends the connection, so that nothing is read beyond ${what}`, async () => {
      await using stand = await startWorkerHarness();
      const asked: (string | undefined)[] = [];
      await stand.funko('one', (req, res) => {
        asked.push(req.url);
        req.resume().once('end', () => res.end());
      });
      using client = await stand.connect();
      for (const piece of pieces) client.send(piece);
      const answer = await client.answer();
      assert.deepEqual([answer.status, answer.all('connection')], [200, ['close']]);
      await client.closed();
      assert.deepEqual(asked, ['/1']);
    });
  }

  for (const [what, request] of [
    [
      'to h2c',
      get('/funko/one/', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'),
    ],
    ['to several protocols', get('/funko/one/', 'Connection: Upgrade', 'Upgrade: websocket, h2c')],
    [
      'from a POST',
      `POST /funko/one/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nok`,
    ],
    ['from HTTP/1.0', get('/funko/one/', ...UPGRADE).replace('HTTP/1.1', 'HTTP/1.0')],
  ] as const) {
    it(`${what} is not offered: the request is forwarded without it`, async () => {
      await using stand = await startWorkerHarness();
      await stand.funko('one', (req, res) =>
        res.end(`${req.method} ${req.headers.upgrade ?? 'no upgrade'} ${req.headers.connection}`),
      );
      using client = await stand.connect();
      client.send(request);
      const answer = await client.answer();
      assert.equal(answer.status, 200);
      assert.match(answer.body, /^(GET|POST) no upgrade keep-alive$/);
    });
  }
});
