import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { excerptOf, logEnds } from '../../../../src/lifecycle/logs/log-ends.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

const ID = 'c'.repeat(64);

/** A line of a log as an engine sends it. */
function entry(number: number): Buffer {
  const time = `2026-01-31T12:00:00.${String(number).padStart(9, '0')}Z`;
  const bytes = Buffer.from(`${time} line ${number}\n`);
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

/** Both ends of a log of 9 lines, from an engine that stands still in the answers that are named; and what it was asked for. */
async function read(
  stalls: readonly ('tail' | 'whole')[],
  withinMs?: number,
): Promise<{ lines: string[]; asked: string[] }> {
  const asked: string[] = [];
  await using server = await socketServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://engine').searchParams;
    const what = query.has('tail') ? 'tail' : 'whole';
    asked.push(what);
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
    for (const number of what === 'tail' ? [8, 9] : [1, 2]) response.write(entry(number));
    if (stalls.includes(what)) return;
    if (what === 'whole') for (const number of [3, 4, 5, 6, 7, 8, 9]) response.write(entry(number));
    response.end();
  });
  const ends = await logEnds(new Engine(server), ID, withinMs);
  return { lines: excerptOf(ends), asked };
}

test('a log that is read in time is whole', async () => {
  const { lines } = await read([]);
  assert.deepEqual(
    lines,
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `line ${number}`),
  );
});

test('where the time does not suffice for the whole log its end is there', async () => {
  const { lines } = await read(['whole'], 1500);
  assert.deepEqual(lines, ['line 1', 'line 2', '… Some lines left out', 'line 8', 'line 9']);
});

test('where it does not suffice for the end nothing more is read', async () => {
  const { lines, asked } = await read(['tail'], 1500);
  assert.deepEqual(lines, ['… Some lines left out', 'line 8', 'line 9']);
  assert.deepEqual(asked, ['tail']);
});
