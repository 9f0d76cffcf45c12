import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Subject } from 'rxjs';
import type { EngineEvent } from '../../../../src/docker/events.ts';
import { ExitEvents, type Exit } from '../../../../src/lifecycle/rollout/exit-events.ts';

const OOM = 'oom';

function event(exit: number | typeof OOM): EngineEvent {
  const told =
    exit === OOM
      ? { action: OOM, attributes: {} }
      : { action: 'die', attributes: { exitCode: String(exit) } };
  return { type: 'container', containerId: 'a', timeNano: '1', ...told };
}

const killed: Exit = { exitCode: 137, outOfMemory: true };
const CASES: readonly [string, readonly (number | typeof OOM)[], Exit | undefined][] = [
  ['one exit', [3], { exitCode: 3, outOfMemory: false }],
  ['several exits: the first counts', [3, 4, 0], { exitCode: 3, outOfMemory: false }],
  ['a kill without want of memory', [137], { exitCode: 137, outOfMemory: false }],
  ['oom before die', [OOM, 137], killed],
  ['oom after die', [137, OOM], killed],
  ['oom after the next die', [137, 137, OOM], killed],
  ['a repeated oom', [OOM, OOM, 137], killed],
  ['oom of a later run that ended otherwise before', [1, OOM, 137], { exitCode: 1, outOfMemory: false }],
  ['no die', [OOM], undefined],
];

for (const [title, events, expected] of CASES) {
  test(`of ${title}`, async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
    const before$ = new Subject<EngineEvent>();
    using before = new ExitEvents(before$);
    for (const each of events) before$.next(event(each));
    assert.deepEqual(await settled(context, before.first()), expected);
    // The same when they are heard only after the question.
    const after$ = new Subject<EngineEvent>();
    using after = new ExitEvents(after$);
    const asked = after.first();
    for (const each of events) {
      await Promise.resolve();
      after$.next(event(each));
    }
    assert.deepEqual(await settled(context, asked), expected);
  });
}

test('an event stream that breaks is not waited for, and what it told counts', async () => {
  const events$ = new Subject<EngineEvent>();
  using exits = new ExitEvents(events$);
  events$.next(event(137));
  events$.error(new Error('broken'));
  assert.deepEqual(await exits.first(), { exitCode: 137, outOfMemory: false });
  using silent = new ExitEvents(events$);
  assert.equal(await silent.first(), undefined);
});

test('it follows no longer than it is used', () => {
  const events$ = new Subject<EngineEvent>();
  new ExitEvents(events$)[Symbol.dispose]();
  assert.equal(events$.observed, false);
});

/** Lets the waits of a question pass. */
async function settled<T>(
  { mock }: { mock: { timers: { tick(milliseconds: number): void } } },
  promise: Promise<T>,
): Promise<T> {
  for (let step = 0; step < 4; step += 1) {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    mock.timers.tick(1_000);
  }
  return promise;
}
