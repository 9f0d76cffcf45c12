/** Ctrl-C in commands that change something, on a server that never comes to an end by itself. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { FaasoError } from '../../../src/errors.ts';
import { homeAt, startAdmin, type ServerHarness } from '../../support/cli/server-harness.ts';
import { outcomeOf, writeFunko, type Outcome } from '../../support/cli/faaso.ts';
import { statusOf, type FakeFunkos } from '../../support/cli/fake-funkos.ts';

/** An operation that goes on until the client is gone, and tells when it has begun. */
function endless(begun: () => void): (...given: unknown[]) => Promise<never> {
  return async (...given) => {
    const { promise, reject } = Promise.withResolvers<never>();
    for (const one of given) {
      if (one instanceof AbortSignal)
        one.addEventListener('abort', () => reject(new FaasoError('cancelled', 'It was cancelled.')));
      if (typeof one === 'function')
        (one as (event: object) => void)({ type: 'starting', instance: 'faaso-demo.2', version: 'v2' });
    }
    begun();
    return promise;
  };
}

/** Runs the command, and sends SIGINT when the server does the operation, or the command has told of it. */
async function interrupted(
  words: readonly string[],
  operation: string,
): Promise<Outcome & { readonly reactedMs: number }> {
  await using admin: ServerHarness = await startAdmin();
  await using home = await homeAt(admin);
  await writeFunko(home, 'demo');
  const { funkos } = admin;
  funkos.known.set('demo', statusOf('demo', 2));
  const begun = Promise.withResolvers<undefined>();
  const holder: object = operation.startsWith('secrets.') ? funkos.secrets : funkos;
  const name = operation.replace('secrets.', '') as keyof FakeFunkos;
  Object.assign(holder, { [name]: endless(() => begun.resolve(undefined)) });
  const child = home.start(words);
  child.stdin.end('value');
  const ended = outcomeOf(child);
  await begun.promise;
  if (['up', 'restart', 'rollback', 'scale', 'split', 'env'].includes(operation))
    await starting(child.stderr);
  const reaction = once(child.stderr, 'data');
  const at = performance.now();
  child.kill('SIGINT');
  await reaction;
  const reactedMs = performance.now() - at;
  return { ...(await ended), reactedMs };
}

async function starting(stderr: NodeJS.ReadableStream): Promise<void> {
  let text = '';
  for (;;) {
    const [chunk] = (await once(stderr, 'data')) as [Buffer];
    text += chunk.toString();
    if (text.includes('starting')) return;
  }
}

const UNDONE = /^cancelling; waiting until faaso-demo\.2 is gone\ncancelled; demo v2 keeps running\n$/m;
const FINISHED = /; if it has begun, the server finishes it\. See: faaso /;

const CASES: readonly [words: readonly string[], operation: string, says: RegExp][] = [
  [['build', 'demo'], 'build', /^faaso: cancelled\n$/m],
  [['deploy', 'demo'], 'build', /^faaso: cancelled\n$/m],
  [['up', 'demo'], 'up', UNDONE],
  [['restart', 'demo'], 'restart', UNDONE],
  [['rollback', 'demo'], 'rollback', UNDONE],
  [['scale', 'demo', '2'], 'scale', UNDONE],
  [['split', 'demo', 'v1=50', 'v2=50'], 'split', UNDONE],
  [['down', 'demo'], 'down', FINISHED],
  [['remove', '--yes', 'demo'], 'remove', FINISHED],
  [['secret', 'set', 'demo', 'KEY'], 'secrets.set', FINISHED],
  [['secret', 'remove', '--yes', 'demo', 'KEY'], 'secrets.remove', FINISHED],
  [['prune'], 'prune', /^cancelled; the versions that are removed already stay removed\n$/m],
];

describe('Ctrl-C', () => {
  it('is seen at once where the work cannot end before a read that blocks', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    execFileSync('mkfifo', [home.path('fifo')]);
    const child = home.start(['env', 'set', 'demo', '--env-file', 'fifo']);
    const ended = outcomeOf(child);
    // It is open for writing when the command reads it.
    const fifo = await open(home.path('fifo'), 'w');
    child.kill('SIGINT');
    const [said] = (await once(child.stderr, 'data')) as [Buffer];
    await fifo.write('A=1\n');
    await fifo.close();
    const { status, stderr } = await ended;
    assert.equal(said.toString(), 'cancelling\n');
    assert.deepEqual([status, stderr], [130, 'cancelling\nfaaso: cancelled\n']);
  });

  for (const [words, operation, says] of CASES) {
    it(`in faaso ${words.join(' ')} says at once what becomes of it, and exits 130`, async () => {
      const { status, stdout, stderr, reactedMs } = await interrupted(words, operation);
      assert.equal(status, 130, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, says);
      assert.ok(reactedMs < 1000, `${reactedMs} ms`);
    });
  }
});
