import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  FRAME_ADDRESS,
  FRAME_BYTES,
  PAYLOAD_AT,
  programFor,
  type CallNumbers,
} from '../../../../src/docker/helper-container/program.ts';

const HERE = process.arch === 'x64' ? 'amd64' : process.arch;

function frame(number: number, args: readonly number[], payload = ''): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES);
  bytes.writeBigUInt64LE(BigInt(number), 0);
  args.forEach((value, index) => {
    bytes.writeBigInt64LE(BigInt(value), 8 + 8 * index);
  });
  bytes.write(payload, PAYLOAD_AT);
  return bytes;
}

/** Writes a file of five bytes into a folder, then asks for a file that is not there. */
function callsIn(folder: string, calls: CallNumbers): Buffer[] {
  const at = FRAME_ADDRESS + PAYLOAD_AT;
  return [
    frame(calls.openat, [-100, at, 0o301, 0o444], `${folder}/file\0`),
    frame(calls.write, [3, at, 5], 'hello'),
    frame(calls.fsync, [3]),
    frame(calls.close, [3]),
    frame(calls.openat, [-100, at, 0], `${folder}/none\0`),
  ];
}

test('the helper container’s program makes the calls it is told, gives their results, and ends with its input', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faaso-helper-'));
  try {
    const { file, calls } = programFor(HERE);
    const path = join(folder, 'helper');
    await writeFile(path, file, { mode: 0o755 });
    const child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    // In pieces that end anywhere: a pipe gives what it has.
    const input = Buffer.concat(callsIn(folder, calls));
    for (let start = 0; start < input.length; start += 1000) {
      const more = child.stdin.write(input.subarray(start, start + 1000));
      if (!more) await once(child.stdin, 'drain');
    }
    child.stdin.end();
    const [status] = (await once(child, 'close')) as [number | null];
    const replies = Buffer.concat(output);
    const results = Array.from({ length: replies.length / FRAME_BYTES }, (_, index) =>
      Number(replies.readBigInt64LE(index * FRAME_BYTES)),
    );
    assert.deepEqual([status, results], [0, [3, 5, 0, 0, -2]]);
    assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'hello');
    assert.equal((await stat(join(folder, 'file'))).mode & 0o777, 0o444);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('there is a program for each processor, an ELF executable of its kind of some hundred bytes', () => {
  for (const [processor, machine] of [
    ['amd64', 62],
    ['arm64', 183],
  ] as const) {
    const { file } = programFor(processor);
    assert.equal(file.toString('latin1', 0, 4), '\x7fELF');
    assert.equal(file.readUInt16LE(18), machine);
    assert.ok(file.length < 400);
  }
  assert.throws(() => programFor('s390x'), { code: 'engine_failed', message: /s390x.*amd64, arm64/ });
});
