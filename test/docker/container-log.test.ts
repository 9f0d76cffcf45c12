import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, type WrittenLine } from '../../src/docker/container-log.ts';

const TIME = '2026-01-01T00:00:00.000000001Z';

/** A frame as the engine sends it: stream, three zeros, length, bytes. */
function frame(stream: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

async function read(chunks: readonly Buffer[]): Promise<WrittenLine[]> {
  const log = async function* (): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  };
  return Array.fromAsync(linesOf(log()));
}

test('lines of both streams are read, wherever the chunks end', async () => {
  const log = Buffer.concat([
    frame(1, `${TIME} grüße\n`),
    frame(2, `${TIME} \n`),
    frame(1, `${TIME} no end`),
  ]);
  const expected = [
    { stream: 'stdout', time: TIME, text: 'grüße' },
    { stream: 'stderr', time: TIME, text: '' },
    { stream: 'stdout', time: TIME, text: 'no end' },
  ];
  assert.deepEqual(await read([log]), expected);
  assert.deepEqual(await read([...log].map((byte) => Buffer.of(byte))), expected);
});

test('the log of a container with a terminal has no frames', async () => {
  assert.deepEqual(await read([Buffer.from(`${TIME} one\r\n${TIME} two\r\n`)]), [
    { stream: 'stdout', time: TIME, text: 'one' },
    { stream: 'stdout', time: TIME, text: 'two' },
  ]);
});
