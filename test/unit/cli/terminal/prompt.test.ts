import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { askHidden } from '../../../../src/cli/terminal/prompt.ts';
import type { CliSession } from '../../../../src/cli/session.ts';

/** A person's keys and what they see. */
function person(): { session: CliSession; keys: PassThrough; seen: () => string } {
  const [keys, screen] = [new PassThrough(), new PassThrough()];
  let seen = '';
  screen.on('data', (chunk: Buffer) => (seen += chunk.toString()));
  const session = { stdin: keys, stderr: screen, signal: new AbortController().signal };
  return { session: session as unknown as CliSession, keys, seen: () => seen };
}

describe('a hidden question', () => {
  it('gives what was typed and shows none of it', async () => {
    const { session, keys, seen } = person();
    const answer = askHidden('Token: ', session);
    keys.write('sec');
    keys.write('ret\n');
    assert.equal(await answer, 'secret');
    assert.equal(seen(), 'Token: \n');
  });

  for (const [key, name] of [
    ['\u0003', 'Ctrl-C'],
    ['\u0004', 'Ctrl-D'],
  ] as const) {
    it(`is cancelled by ${name}`, async () => {
      const { session, keys } = person();
      const answer = askHidden('Token: ', session);
      keys.write(key);
      await assert.rejects(answer, { code: 'cancelled', status: 130 });
    });
  }
});
