import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesHead, encodeBytes, placeOf } from '../../../../src/docker/buildkit/buildkit-messages.ts';
import { GrpcFrames, frame, GrpcError } from '../../../../src/docker/buildkit/grpc.ts';

test('messages come whole, whatever the chunks they come in', () => {
  const sent = ['', 'a', 'x'.repeat(70_000), 'end'];
  const bytes = Buffer.concat(sent.map((text) => frame(Buffer.from(text))));
  for (const size of [1, 4, 5, 6, 1000, bytes.length]) {
    const frames = new GrpcFrames();
    const received: string[] = [];
    for (let at = 0; at < bytes.length; at += size)
      received.push(...frames.push(bytes.subarray(at, at + size)).map(String));
    assert.deepEqual(received, sent, `in chunks of ${size} bytes`);
  }
});

test('a message that says it is huge is refused before it is kept', () => {
  const head = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]);
  assert.throws(() => new GrpcFrames().push(head), GrpcError);
});

test('the head of a bytes message is what its encoding begins with', () => {
  for (const length of [1, 127, 128, 70_000, 256 * 1024]) {
    const data = Buffer.alloc(length, 'x');
    assert.ok(Buffer.concat([bytesHead(length), data]).equals(encodeBytes(data)), `${length} bytes`);
  }
});

test('where an error comes from is read from its details, and nothing from what is none', () => {
  const json = Buffer.from(
    '{"info":{"filename":"Dockerfile"},"ranges":[{"start":{"line":7},"end":{"line":9}}]}',
  );
  const url = Buffer.from('github.com/moby/buildkit/errdefs.Source+json');
  const field = (id: number, value: Buffer): Buffer =>
    Buffer.concat([Buffer.from([id, value.length]), value]);
  const any = Buffer.concat([field(0x0a, url), field(0x12, json)]);
  const length = Buffer.from([(any.length & 0x7f) | 0x80, any.length >> 7]);
  assert.equal(placeOf(Buffer.concat([Buffer.from([0x1a]), length, any])), 'Dockerfile:7');
  assert.equal(placeOf(Buffer.alloc(0)), undefined);
  assert.equal(placeOf(Buffer.alloc(5, 0xff)), undefined);
});
