import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AccessLog, type AccessLine } from '../../../../src/proxy/forward/access-log.ts';

const LINE: AccessLine = {
  requestId: 'id-1',
  client: '10.0.0.7',
  method: 'GET',
  target: '/funko/hello/?token=secret',
  funko: 'hello',
  instance: 'faaso-hello.1',
  status: 200,
  bytes: 12,
  ms: 1.23456,
};

function written(line: AccessLine, fields?: object): string {
  const lines: string[] = [];
  new AccessLog({ add: (text) => lines.push(text) }, fields).add(line);
  return lines.join('');
}

it('writes a line as pino would, without the query', () => {
  const line = written(LINE, { process: 'worker', pid: 7 });
  const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
  assert.ok(Math.abs(Number(time) - Date.now()) < 10_000);
  const { target, ...said } = LINE;
  assert.deepEqual(rest, {
    level: 30,
    process: 'worker',
    pid: 7,
    ...said,
    path: target?.split('?')[0],
    ms: 1.235,
    msg: 'request',
  });
  assert.ok(line.endsWith('}\n'));
});

it('writes null for what is not known', () => {
  const line = JSON.parse(written({ ...LINE, funko: null, instance: null })) as Record<string, unknown>;
  assert.equal(line['funko'], null);
  assert.equal(line['instance'], null);
});

it('lets no text out of its quotes, makes one line of it, and steers no terminal', () => {
  for (const text of [
    '"',
    '\\',
    '\\"',
    '\n',
    '\r\n',
    '\0',
    '\x1f',
    '\x7f',
    'é',
    '€',
    '\ud800',
    '💚',
    '\u2028',
    '\x9b2J',
    '\u202e',
    '\u2069',
    '","status":500,"',
  ]) {
    const line = written({ ...LINE, target: `/funko/${text}/`, funko: text });
    assert.equal(line.indexOf('\n'), line.length - 1, JSON.stringify(text));
    assert.doesNotMatch(line.trimEnd(), /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
    const { path, funko, status } = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual({ path, funko, status }, { path: `/funko/${text}/`, funko: text, status: 200 });
  }
});
