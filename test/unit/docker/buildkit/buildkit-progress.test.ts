import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BuildProgress, type BuildEvent } from '../../../../src/docker/buildkit/buildkit-progress.ts';
import type { Trace, TraceVertex } from '../../../../src/docker/buildkit/buildkit-trace.ts';

const at = (seconds: number, nanos = 0): { seconds: number; nanos: number } => ({ seconds, nanos });

function vertex(state: Partial<TraceVertex>): TraceVertex {
  return {
    digest: 's1',
    name: '[1/2] RUN x',
    cached: false,
    started: null,
    completed: null,
    error: '',
    ...state,
  };
}

const trace = (parts: Partial<Trace>): Trace => ({ vertexes: [], logs: [], warnings: [], ...parts });
const steps = (...vertexes: TraceVertex[]): Trace => trace({ vertexes });
const log = (msg: string | Uint8Array, step = 's1'): Trace =>
  trace({ logs: [{ vertex: step, msg: Buffer.from(msg) }] });

/** What is told for these messages of BuildKit's, and the step that failed. */
function told(...traces: Trace[]): { events: BuildEvent[]; failed: BuildProgress['failed'] } {
  const events: BuildEvent[] = [];
  const progress = new BuildProgress((event) => events.push(event));
  for (const each of traces) progress.add(each);
  return { events, failed: progress.failed };
}

/** The texts of the log lines that are told for these bytes, once the step has ended. */
function lines(...pieces: (string | Uint8Array)[]): string[] {
  const running = steps(vertex({ started: at(1) }));
  const ended = steps(vertex({ started: at(1), completed: at(2) }));
  const { events } = told(running, ...pieces.map((piece) => log(piece)), ended);
  return events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
}

test('a step is told once when it starts and once when it is done, however often BuildKit repeats it', () => {
  const started = vertex({ started: at(10, 500_000_000) });
  const done = { ...started, completed: at(12, 750_000_000) };
  const { events } = told(steps(vertex({})), steps(started), steps(started), steps(done), steps(done));
  const step = { type: 'step', id: 's1', name: '[1/2] RUN x' };
  assert.deepEqual(events, [
    { ...step, state: 'started' },
    { ...step, state: 'done', seconds: 2.25 },
  ]);
});

test('a step that came from the cache is told as cached', () => {
  const { events } = told(steps(vertex({ started: at(1), completed: at(1), cached: true })));
  assert.deepEqual(
    events.map((event) => event.type === 'step' && event.state),
    ['started', 'cached'],
  );
});

test('the lines of a step are told before its end, though BuildKit sends both at once', () => {
  const { events } = told(
    trace({
      vertexes: [vertex({ started: at(1), completed: at(2) })],
      logs: [{ vertex: 's1', msg: Buffer.from('hello\n') }],
    }),
  );
  assert.deepEqual(
    events.map((event) => (event.type === 'step' ? event.state : event.type)),
    ['started', 'log', 'done'],
  );
});

test('what a step writes is told line by line, whatever the pieces it comes in', () => {
  assert.deepEqual(lines('one\ntw', 'o\n', '\nthree'), ['one', 'two', '', 'three']);
});

test('a piece may end inside a UTF-8 character', () => {
  const bytes = Buffer.from('é€😀\n');
  for (let split = 0; split <= bytes.length; split++) {
    assert.deepEqual(lines(bytes.subarray(0, split), bytes.subarray(split)), ['é€😀']);
  }
});

test('of what a progress bar wrote over only the last state is told', () => {
  assert.deepEqual(lines('10%\r50%\r100%\r\ndone\r\n'), ['100%', 'done']);
});

test('a line without an end is told in pieces', () => {
  assert.deepEqual(lines('x'.repeat(9000), 'y\n'), ['x'.repeat(9000), 'y']);
});

test('a failed step is remembered with its last 20 lines, and the first one counts', () => {
  const running = steps(vertex({ started: at(1) }), vertex({ digest: 's2', name: 'other', started: at(1) }));
  const written = Array.from({ length: 25 }, (_, number) => `line ${number}`);
  const failed = vertex({ started: at(1), completed: at(2), error: 'exit code: 3' });
  const cancelled = { ...failed, digest: 's2', error: 'context canceled' };
  const result = told(running, log(written.join('\n')), steps(failed), steps(cancelled));
  assert.deepEqual(result.failed, {
    name: '[1/2] RUN x',
    error: 'exit code: 3',
    lines: written.slice(5),
  });
});

test("a step's name is one line without control characters", () => {
  const { events } = told(steps(vertex({ name: '[2/2] RUN <<EOF\n  a\u001b[31m\tb\nEOF', started: at(1) })));
  assert.equal(events[0]?.type === 'step' && events[0].name, '[2/2] RUN <<EOF a [31m b EOF');
});

test("a step's name shows the command and not the mounts before it", () => {
  const name = '[a 2/2] RUN --mount=type=cache,target=/c     --mount=type=secret,id=b     echo --mount=x';
  const { events } = told(steps(vertex({ name, started: at(1) })));
  assert.equal(events[0]?.type === 'step' && events[0].name, '[a 2/2] RUN echo --mount=x');
});

test('a warning is told', () => {
  const warning = trace({ warnings: [{ short: Buffer.from('use JSON arguments for CMD') }] });
  assert.deepEqual(told(warning).events, [{ type: 'warning', message: 'use JSON arguments for CMD' }]);
});

test('lines of a step that nobody announced are dropped', () => {
  assert.deepEqual(told(log('x\n', 'unknown')).events, []);
});

test('of a failed step the lines from its first error are told too: tools print their usage behind it', () => {
  const usage = Array.from({ length: 30 }, (_, index) => `npm error usage ${index}`);
  const written = ['npm warn old', 'npm error Missing: x from lock file', ...usage];
  const running = steps(vertex({ started: at(1) }));
  const failed = steps(vertex({ started: at(1), completed: at(2), error: 'exit code: 1' }));
  const told20 = usage.slice(10);
  assert.deepEqual(told(running, log(written.join('\n')), failed).failed?.lines, [
    'npm error Missing: x from lock file',
    ...usage.slice(0, 7),
    '… 3 lines left out',
    ...told20,
  ]);
  const short = ['Error: no', 'at a', 'at b'];
  assert.deepEqual(told(running, log(short.join('\n')), failed).failed?.lines, short);
});
