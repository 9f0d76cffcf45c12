import assert from 'node:assert/strict';
import { once } from 'node:events';
import { duplexPair, type Duplex } from 'node:stream';
import { test } from 'node:test';
import { Channel } from '../../../../src/proxy/ipc/channel.ts';

interface Ends {
  readonly got: unknown[];
  readonly channel: Channel;
  /** The other side, raw. */
  readonly peer: Duplex;
  readonly nonsense: Promise<void>;
}

function ends(longestLine = 100): Ends {
  const [near, peer] = duplexPair();
  const got: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const channel = new Channel(
    near,
    { longestLine, mostUnread: 1000 },
    {
      onMessage: (message) => got.push(message),
      onNonsense: () => {
        resolve(undefined);
      },
      onClose: () => undefined,
    },
  );
  return { got, channel, peer, nonsense: promise };
}

test('messages arrive whole and in order, however they are cut', async () => {
  const { got, peer } = ends();
  const bytes = Buffer.from('{"a":"ü"}\n{"b":2}\n{"c":3}\n');
  for (const byte of bytes) peer.write(Buffer.of(byte));
  peer.end();
  await once(peer, 'finish');
  await new Promise(setImmediate);
  assert.deepEqual(got, [{ a: 'ü' }, { b: 2 }, { c: 3 }]);
});

test('what is sent is a line of JSON', async () => {
  const { channel, peer } = ends();
  channel.send({ type: 'ping', nonce: 1 });
  const [chunk] = (await once(peer, 'data')) as [Buffer];
  assert.equal(chunk.toString(), '{"type":"ping","nonce":1}\n');
});

for (const [what, bytes] of [
  ['bytes that are no JSON', Buffer.from([0, 0, 0, 8, 255, 15, 1, 2, 10])],
  ['a line without an end', Buffer.from('x'.repeat(101))],
] as const) {
  test(`${what} are nonsense, after which nothing is read`, async () => {
    const { got, peer, nonsense } = ends();
    peer.write(bytes);
    await nonsense;
    peer.write('{"a":1}\n');
    await new Promise(setImmediate);
    assert.deepEqual(got, []);
  });
}

test('a side that reads nothing is given up before what waits for it fills the memory', async () => {
  const { channel, nonsense } = ends();
  for (let ticket = 0; ticket < 5000; ticket += 1) channel.send({ type: 'turn', ticket, admitted: false });
  await nonsense;
});
