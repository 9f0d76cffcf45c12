import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../../../../src/docker/logs/container-log.ts';
import { LastLines } from '../../../../src/lifecycle/logs/last-lines.ts';
import { LineBudget, type LineShare } from '../../../../src/lifecycle/logs/line-budget.ts';
import type { WrittenLine } from '../../../../src/docker/logs/log-entries.ts';

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
  const lines = await Array.fromAsync(linesOf(log()));
  return lines.map(({ entry: _entry, entries: _entries, isOpen: _isOpen, ...line }) => line);
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

const ENTRY = 16 * 1024;
const LATER = '2026-01-01T00:00:00.000000002Z';

/** A line as the engine splits it: entries of 16 KiB with the time of the first, a line feed after the last. */
function entries(stream: number, time: string, text: string): Buffer[] {
  const parts = text.match(new RegExp(`.{1,${ENTRY}}`, 'gs')) ?? [''];
  return parts.map((part, index) =>
    frame(stream, `${time} ${part}${index === parts.length - 1 ? '\n' : ''}`),
  );
}

/** What was written, put together from lines and their pieces. */
function writtenOn(stream: string, lines: readonly WrittenLine[]): string {
  const own = lines.filter((line) => line.stream === stream);
  return own.map(({ text, partial }) => (partial === true ? text : `${text}\n`)).join('');
}

test('a line of any length is what was written, also between entries of the other stream', async () => {
  const long = 'ab'.repeat(200_001);
  const other = 'c'.repeat(ENTRY + 1);
  const [first = Buffer.alloc(0), ...rest] = entries(1, TIME, long);
  const [otherFirst = Buffer.alloc(0), ...otherRest] = entries(2, LATER, other);
  const lines = await read([first, otherFirst, ...rest, ...otherRest, frame(1, `${LATER} end\n`)]);
  assert.equal(writtenOn('stdout', lines), `${long}\nend\n`);
  assert.equal(writtenOn('stderr', lines), `${other}\n`);
  assert.ok(lines.every(({ text }) => text.length <= 128 * 1024));
  assert.ok(lines.every(({ time }) => time.length === TIME.length));
});

test('a program that ended in the middle of a line and was started again wrote two lines', async () => {
  const lines = await read([frame(1, `${TIME} ${'x'.repeat(ENTRY)}`), frame(1, `${LATER} again\n`)]);
  assert.deepEqual(
    lines.map(({ text }) => text.length),
    [ENTRY, 5],
  );
});

test("the long line of a terminal is what was written, wherever the chunks end, a line's own CR included", async () => {
  const long = `${TIME} ${'y'.repeat(ENTRY)}${TIME} ${'z'.repeat(100)}\r\n${LATER} a\rb\r\n`;
  const expected = ['y'.repeat(ENTRY) + 'z'.repeat(100), 'a\rb'];
  for (const size of [1, 1000, 1e6]) {
    const chunks = long.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
    assert.deepEqual(
      (await read(chunks.map((chunk) => Buffer.from(chunk)))).map(({ text }) => text),
      expected,
    );
  }
  const [line] = await read([frame(1, `${TIME} dos\r\n`)]);
  assert.equal(line?.text, 'dos\r');
});

test('the last lines are kept with all their pieces, in bounded memory', () => {
  const last = new LastLines(2, 1000);
  for (const text of ['one', 'two', 'three']) last.add({ text });
  last.add({ text: 'fo', partial: true });
  assert.deepEqual(
    last.lines.map(({ text }) => text),
    ['two', 'three', 'fo'],
  );
  last.add({ text: 'ur' });
  assert.deepEqual(
    last.lines.map(({ text }) => text),
    ['three', 'fo', 'ur'],
  );
  assert.equal(last.dropped, 2);
  for (let index = 0; index < 10; index += 1) last.add({ text: 'x'.repeat(400), partial: true });
  assert.ok(last.isFull && last.lines.length <= 2);
});

test('readers together hold no more than the bound over all, each a little in any case', () => {
  const budget = new LineBudget(2_000_000);
  const line = { text: 'x'.repeat(9800) };
  const readers = Array.from({ length: 10 }, () => new LastLines(Infinity, 1_500_000, budget.open()));
  for (const reader of readers) for (let count = 0; count < 300; count += 1) reader.add(line);
  const held = readers.map(({ lines }) => lines.length * line.text.length);
  assert.equal(held[0], 153 * 9800);
  assert.ok(held.every((characters) => characters >= 250_000));
  assert.ok(held.slice(2).every((characters) => characters <= 256 * 1024));
});

test('what a reader lets go is free for the next', () => {
  const budget = new LineBudget(1_000_000);
  const line = { text: 'x'.repeat(9800) };
  const read = (share: LineShare): LastLines<typeof line> => {
    const last = new LastLines<typeof line>(Infinity, 10_000_000, share);
    for (let count = 0; count < 90; count += 1) last.add(line);
    return last;
  };
  {
    using share = budget.open();
    read(share).clear();
    assert.equal(read(share).count, 90);
  }
  using next = budget.open();
  assert.equal(read(next).count, 90);
});
