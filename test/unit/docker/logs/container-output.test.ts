import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unframed } from '../../../../src/docker/logs/container-output.ts';

function frame(stream: number, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

test('a log of frames is given as what was written, both streams in order', () => {
  const log = Buffer.concat([frame(1, 'out\n'), frame(2, 'err é\n'), frame(1, ''), frame(1, 'end')]);
  assert.equal(unframed(log).toString(), 'out\nerr é\nend');
});

test("a terminal's log has no frames and is given as it is", () => {
  assert.equal(
    unframed(Buffer.from('plain text of a terminal\r\n')).toString(),
    'plain text of a terminal\r\n',
  );
  assert.equal(unframed(Buffer.from('')).toString(), '');
});

test('a frame that is cut short is given as far as it goes', () => {
  assert.equal(unframed(frame(1, 'hello').subarray(0, 11)).toString(), 'hel');
});
