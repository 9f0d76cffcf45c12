import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createLogger } from '../../src/logger.ts';

it('writes nothing that would steer the terminal that shows the log', () => {
  const lines: string[] = [];
  const logger = createLogger('info', {}, { write: (line) => void lines.push(line) });
  const name = 'x\x1b[2J\x9b2J\u202e\u2066\u2028\x7f';
  logger.warn({ name, err: new Error(name) }, `a container ${name}`);
  const [line = ''] = lines;
  assert.doesNotMatch(line.trimEnd(), /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
  assert.equal((JSON.parse(line) as { readonly name: string }).name, name);
});
