import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultIn } from './answers.ts';
import { fuzz } from './fuzz.ts';
import { markOf } from './marks.ts';
import { readRequests } from './reference.ts';

describe('a worker under seeded garbage from clients and from funkos', () => {
  for (const seed of [1, 20260101]) {
    it(`lets nothing through that nobody has sent, and neither crashes nor hangs nor leaks: seed ${seed}`, async () => {
      const { faults, forwarded } = await fuzz(seed, 0, (conversations) => conversations >= 400);
      assert.deepEqual(faults, []);
      assert.ok(forwarded > 50, `${forwarded} requests were forwarded`);
    });
  }
});

describe('conversations that went wrong once', () => {
  it('bytes behind an upgrade that was not made were lost, and what came after them was taken for a request', async () => {
    const { faults } = await fuzz(5010, 18_976, (conversations) => conversations >= 1);
    assert.deepEqual(faults, []);
  });
});

describe('the judge of the fuzzer', () => {
  it('finds in what a client sent the messages that are sound, with their bodies', () => {
    const { messages, unsound } = readRequests(
      'GET  http://a/funko/one/x?y HTTP/1.0\r\n\r\n' +
        'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n0\r\nT: u\r\n\r\n' +
        'PUT /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    assert.deepEqual(
      messages.map(({ method, path, body, complete }) => [method, path, body, complete]),
      [
        ['GET', '/x?y', '', true],
        ['POST', '/', 'ab', true],
      ],
    );
    assert.equal(unsound, 'PUT');
  });

  const asked = readRequests('GET /funko/one/ HTTP/1.1\r\nHost: a\r\n\r\n');
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  for (const [what, text, closing, fault] of [
    ['a whole answer', ok, 'end', undefined],
    ['half an answer before a reset', ok.slice(0, -1), 'reset', undefined],
    ['half an answer that ends cleanly', ok.slice(0, -1), 'end', /half an answer/],
    ['an answer to nothing', ok + ok + ok, 'end', /more answers/],
    ['two framings', ok.replace('OK\r\n', 'OK\r\nTransfer-Encoding: chunked\r\n'), 'end', /two framings/],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nok\r\n', 'end', /chunk/],
    ['a split field', ok.replace('OK\r\n', 'OK\r\nX: a\rY: b\r\n'), 'end', /field/],
    ['another client’s answer', ok + markOf('127.0.0.2'), 'reset', /meant for 127\.0\.0\.2/],
  ] as const) {
    it(`tells what is wrong with ${what}`, () => {
      const found = faultIn({ text, closing, address: '127.0.0.1' }, asked);
      if (fault === undefined) assert.equal(found, undefined);
      else assert.match(found ?? '', fault);
    });
  }
});
