import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { LineWriter } from '../../../../src/proxy/worker/line-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'faaso-lines-'));

after(() => {
  rmSync(folder, { recursive: true });
});

function noneLost(lines: number): void {
  assert.fail(`${lines} lines were lost`);
}

function numbered(count: number, more = ''): string[] {
  return Array.from({ length: count }, (_, at) => `{"line":${at},"more":"${more}"}\n`);
}

describe('lines on their way to a file descriptor', () => {
  it('come in order and whole, whatever their length and alphabet', async () => {
    const file = join(folder, 'in-order');
    const fd = openSync(file, 'w');
    const writer = new LineWriter(fd, noneLost);
    const lines = [...numbered(3000), ...numbered(20, '€'.repeat(30_000)), ...numbered(100)];
    for (const line of lines) {
      writer.add(line);
      if (line.length > 1000) await writer.flush();
    }
    await writer.flush();
    closeSync(fd);
    assert.equal(readFileSync(file, 'utf8'), lines.join(''));
  });

  it('come a moment later by themselves', async () => {
    const file = join(folder, 'later');
    const fd = openSync(file, 'w');
    new LineWriter(fd, noneLost).add('one\n');
    // The timer keeps no process alive; this one has to live on for it.
    const stay = setInterval(() => undefined, 1000);
    while (readFileSync(file, 'utf8') === '') await new Promise((resolve) => setImmediate(resolve));
    clearInterval(stay);
    closeSync(fd);
    assert.equal(readFileSync(file, 'utf8'), 'one\n');
  });

  it('come at once when the process ends', () => {
    const file = join(folder, 'at-once');
    const fd = openSync(file, 'w');
    const writer = new LineWriter(fd, noneLost);
    writer.add('last\n');
    writer.flushNow();
    assert.equal(readFileSync(file, 'utf8'), 'last\n');
    closeSync(fd);
  });

  it('are lost whole, and counted, when nobody reads them for long', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const fd = openSync(fifo, constants.O_RDWR);
    const lost = Promise.withResolvers<number>();
    const writer = new LineWriter(fd, lost.resolve);
    const lines = numbered(60_000, 'x'.repeat(80));
    for (const line of lines) writer.add(line);
    // Blocking: an empty FIFO makes a reader wait, not fail with EAGAIN.
    const reader = await open(fifo, constants.O_RDONLY);
    let read = '';
    const reading = (async (): Promise<void> => {
      for await (const chunk of reader.createReadStream({ encoding: 'utf8' })) read += String(chunk);
    })();
    await writer.flush();
    closeSync(fd);
    await reading;
    const told = lines.slice(0, lines.length - (await lost.promise)).join('');
    assert.ok(told.length > 1_000_000 && told.length < 3_000_000);
    assert.equal(read, told);
  });
});
