import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { age, duration } from '../../../../src/cli/output/durations.ts';
import { printable } from '../../../../src/cli/output/printable.ts';
import { statusLines, type Shown } from '../../../../src/cli/output/status-table.ts';
import { tableLines } from '../../../../src/cli/output/table.ts';
import { wrapCommand } from '../../../../src/cli/output/wrap.ts';
import type { InstanceStatus } from '../../../../src/api/funko-api.ts';

const NOW = new Date('2026-01-02T03:04:05Z');

describe('times', () => {
  it('are lengths that people say', () => {
    assert.deepEqual([0, 0.04, 3.26, 59.9, 59.96, 125.4].map(duration), [
      '0.0 s',
      '0.0 s',
      '3.3 s',
      '59.9 s',
      '1 min 0 s',
      '2 min 5 s',
    ]);
  });

  it('are ages in their largest unit', () => {
    const ages = [
      '2026-01-02T03:04:00Z',
      '2026-01-02T03:01:00Z',
      '2026-01-02T01:04:05Z',
      '2025-12-29T00:00:00Z',
      '2027-01-01T00:00:00Z',
      '',
    ];
    assert.deepEqual(
      ages.map((since) => age(since, NOW)),
      ['5 s', '3 min', '2 h', '4 d', '0 s', '-'],
    );
  });
});

describe('text from elsewhere', () => {
  it('loses what would steer the terminal, and keeps the last state of a line that was written over', () => {
    assert.equal(printable('\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u0007\ty'), 'red x\ty');
    assert.equal(printable('10%\r50%\r100%\r\nnext\u009b2J'), '100%\nnext');
    assert.equal(printable('ä€😀'), 'ä€😀');
  });
});

describe('a table', () => {
  it('is as wide as its widest cells and has no blanks at the end of a line', () => {
    const rows = [
      ['A', 'BBBB', 'C'],
      ['aaa', '', ''],
      ['', 'b', 'c'],
    ].map((row) => row.map((text) => ({ text })));
    assert.deepEqual(tableLines(rows), ['A    BBBB  C', 'aaa', '     b     c']);
  });

  it('pads before it paints', () => {
    const paint = (padded: string): string => `<${padded}>`;
    assert.deepEqual(tableLines([[{ text: 'a', paint }, { text: 'b' }], [{ text: 'long' }]]), [
      '<a   >  b',
      'long',
    ]);
  });
});

describe('a table on a narrow terminal', () => {
  const rows = [
    ['NAME', 'STATE', 'WHERE', 'WHY'],
    ['demo', 'ready', 'faaso-demo.1', 'it answers on its port, as it was asked to'],
    ['whoami', '', '', ''],
  ].map((row) => row.map((text) => ({ text })));

  it('wraps its last column between words', () => {
    assert.deepEqual(tableLines(rows, 60), [
      'NAME    STATE  WHERE         WHY',
      'demo    ready  faaso-demo.1  it answers on its port, as it',
      '                             was asked to',
      'whoami',
    ]);
  });

  it('folds its rows', () => {
    assert.deepEqual(tableLines(rows, 30), [
      'NAME    STATE  WHERE',
      '  WHY',
      'demo    ready  faaso-demo.1',
      '  it answers on its port, as',
      '  it was asked to',
      'whoami',
    ]);
  });

  it('cuts no word, however narrow it is, and leaves none out', () => {
    const all = rows.flat().flatMap(({ text }) => text.match(/\S+/g) ?? []);
    for (let width = 1; width < 90; width++) {
      const lines = tableLines(rows, width);
      assert.deepEqual(lines.flatMap((line) => line.match(/\S+/g) ?? []).sort(), [...all].sort());
      for (const line of lines)
        assert.ok(line.length <= width || line.trim().split(/ +/).length === 1, `${width}: ${line}`);
    }
  });
});

describe('a command on a narrow terminal', () => {
  it('is broken as a shell takes it, and not within quotes', () => {
    const line = "  fix: docker run --name 'a b c' --network faaso-net image";
    const lines = wrapCommand(line, 30);
    assert.deepEqual(lines, [
      '  fix: docker run --name \\',
      "      'a b c' --network \\",
      '      faaso-net image',
    ]);
    assert.equal(lines.join('\n').replace(/ \\\n */g, ' '), line);
  });
});

describe('the status table', () => {
  const instance = (name: string, more: Partial<InstanceStatus> = {}): InstanceStatus => ({
    id: name,
    name,
    version: 'v2',
    state: 'ready',
    reason: null,
    fix: null,
    address: '172.18.0.3',
    since: '2026-01-02T03:01:00Z',
    inFlight: 0,
    ...more,
  });
  const funko = (name: string, more: Partial<Shown> = {}): Shown => ({
    name,
    state: 'ready',
    latest: 'v2',
    versions: [],
    instances: [],
    split: null,
    url: null,
    urls: [],
    ...more,
  });
  const lines = (...funkos: Shown[]): string[] =>
    statusLines(funkos, { now: NOW, paint: (_state, text) => text });

  it('has a row for each instance, and one for a funko that has none', () => {
    const demo = funko('demo', {
      instances: [
        instance('faaso-demo.1', { inFlight: 12 }),
        instance('faaso-demo.2', { version: 'v1', state: 'stopping' }),
      ],
    });
    assert.deepEqual(lines(demo, funko('idle', { state: 'down' })), [
      'FUNKO  STATE  NEWEST  INSTANCE      VERSION  STATE     IN FLIGHT  SINCE',
      'demo   ready  v2      faaso-demo.1  v2       ready     12         3 min',
      '                      faaso-demo.2  v1       stopping  0          3 min',
      'idle   down   v2',
    ]);
  });

  it('says why an instance takes no traffic, and what fixes it', () => {
    const lost = instance('faaso-lost', {
      version: null,
      state: 'misplaced',
      inFlight: null,
      reason: 'it is not on faaso-net',
      fix: 'docker network connect faaso-net faaso-lost',
    });
    const shown = lines(funko('lost', { state: 'unavailable', latest: null, instances: [lost] }));
    assert.deepEqual(shown, [
      'FUNKO  STATE        NEWEST  INSTANCE    VERSION  STATE      IN FLIGHT  SINCE',
      'lost   unavailable  -       faaso-lost  -        misplaced  -          3 min',
      '  it is not on faaso-net',
      '  fix: docker network connect faaso-net faaso-lost',
    ]);
  });

  it('has a row for each worker, and says how often one was started again', () => {
    const worker = (name: string, restarts: number): NonNullable<Shown['workers']>[number] => ({
      ...{ id: name, name, worker: 'mailer', version: 'v2', state: 'running', reason: null, fix: null },
      ...{ since: '2026-01-02T03:01:00Z', restarts },
    });
    const workers = [worker('faaso.worker-demo.mailer.1', 0), worker('faaso.worker-demo.mailer.2', 2)];
    assert.deepEqual(lines(funko('demo', { instances: [instance('faaso-demo.1')], workers })), [
      'FUNKO  STATE  NEWEST  INSTANCE                    VERSION  STATE    IN FLIGHT  SINCE',
      'demo   ready  v2      faaso-demo.1                v2       ready    0          3 min',
      '                      faaso.worker-demo.mailer.1  v2       running  -          3 min',
      '                      faaso.worker-demo.mailer.2  v2       running  -          3 min',
      '  Docker has started it again 2 times',
    ]);
  });

  it('shows URLs where the engine published them', () => {
    const here = funko('demo', { urls: ['http://127.0.0.1:32768/'], instances: [instance('faaso-demo.1')] });
    const [head = '', row = ''] = lines(here);
    assert.match(head, /SINCE {2}URL$/);
    assert.match(row, /3 min {2}http:\/\/127\.0\.0\.1:32768\/$/);
  });
});
