import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeptLog } from '../../../../src/lifecycle/logs/kept-logs.ts';
import type { LogLine } from '../../../../src/api/log-request.ts';
import { previousLogs } from '../../../../src/lifecycle/logs/previous-logs.ts';
import type { OperationContext } from '../../../../src/lifecycle/context.ts';

const INSTANCE = { instance: 'faaso-x.1', version: 'v1' };

function lineAt(time: string): LogLine {
  return { type: 'line', ...INSTANCE, id: 'a', stream: 'stdout', time, text: time };
}

const TIMES = ['09.999999999', '10.000000000', '10.000000001', '10.500000000', '11.000000000'];
const log: KeptLog = {
  ...INSTANCE,
  removedAt: '2026-01-01T00:01:00Z',
  reason: 'was taken out of service',
  leftOut: 0,
  lines: TIMES.map((seconds) => lineAt(`2026-01-01T00:00:${seconds}Z`)),
};
const site = { keptLogs: { of: async () => Promise.resolve([log]) } } as unknown as OperationContext;

test('a time with fewer digits than those of the lines leaves out what was before it, and no more', async () => {
  for (const [since, count] of [
    ['2026-01-01T00:00:10Z', 4],
    ['2026-01-01T00:00:10.000Z', 4],
    ['2026-01-01T00:00:10.5Z', 2],
    ['2026-01-01T00:00:10.500000001Z', 1],
  ] as const) {
    const { lines } = await previousLogs(site, { name: 'x', since }, () => undefined);
    assert.equal(lines, count, since);
  }
});
