import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Frames } from '../../../../../src/proxy/forward/websocket/frames.ts';

const MASK = [1, 2, 3, 4];

function frame(length: number, masked: boolean): Buffer {
  const bit = masked ? 0x80 : 0;
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(length));
  const head =
    length < 126 ? [bit | length] : length < 65_536 ? [bit | 126, ...long.subarray(6)] : [bit | 127, ...long];
  return Buffer.from([0x82, ...head, ...(masked ? MASK : []), ...Buffer.alloc(length, 0xff)]);
}

describe('frames that pass', () => {
  for (const masked of [true, false]) {
    it(`are known to be whole at their ends and nowhere else, ${masked ? 'masked' : 'plain'}, however they are cut`, () => {
      const lengths = [0, 1, 125, 126, 127, 300, 65_535, 65_536, 0];
      for (const piece of [1, 2, 3, 7, 1000]) {
        const frames = new Frames();
        for (const length of lengths) {
          const bytes = frame(length, masked);
          for (let at = 0; at < bytes.length; at += piece) {
            frames.pass(bytes.subarray(at, at + piece));
            assert.equal(
              frames.whole,
              at + piece >= bytes.length,
              `${length} in pieces of ${piece} at ${at}`,
            );
          }
        }
      }
    });
  }

  it('may come many at once', () => {
    const frames = new Frames();
    frames.pass(Buffer.concat([frame(3, true), frame(200, false), frame(0, true)]));
    assert.equal(frames.whole, true);
    frames.pass(frame(70_000, true).subarray(0, 60_000));
    assert.equal(frames.whole, false);
  });
});
