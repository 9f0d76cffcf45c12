import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { Output } from '../../../../src/cli/output/output.ts';
import { UploadLines } from '../../../../src/cli/output/upload-lines.ts';

interface Telling {
  readonly lines: UploadLines;
  readonly tar: Readable;
  sent: number;
  /** All that was told. */
  readonly told: () => Promise<string>;
}

function telling(context: TestContext, { isTTY = false, quiet = false } = {}): Telling {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const stderr = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream;
  const tar = new Readable({ read: () => undefined });
  const output = new Output({ stdout: stderr, stderr }, { quiet });
  const upload = { tar, bytes: 573_000_000, sentBytes: () => seen.sent };
  const seen: Telling = {
    lines: new UploadLines(output, upload),
    tar,
    sent: 0,
    told: async () => {
      stderr.end();
      return text(stderr);
    },
  };
  return seen;
}

/** The tar is read to its end. */
async function finish({ tar }: Telling): Promise<void> {
  tar.push(null);
  await tar.toArray();
}

/** Lets `performance.now` go on by so many ms, and the timers with it. */
function pass(context: TestContext, ms: number): void {
  const now = performance.now() + ms;
  context.mock.method(performance, 'now', () => now);
  context.mock.timers.tick(ms);
}

describe('the sending of a build context', () => {
  it('shows on a terminal how many bytes were sent, and no more when all were', async (context) => {
    const upload = telling(context, { isTTY: true });
    upload.sent = 120_000_000;
    assert.deepEqual(upload.lines.now(), [{ text: 'sending the build context: 120 MB of 573 MB' }]);
    await finish(upload);
    assert.deepEqual(upload.lines.now(), []);
  });

  it('is a line when it has taken a second, and another with its time when it is done', async (context) => {
    const upload = telling(context);
    pass(context, 2500);
    await finish(upload);
    assert.equal(
      await upload.told(),
      '  sending     the build context, 573 MB\n  sent        2.5 s  the build context, 573 MB\n',
    );
  });

  it('is no line when it is quick, with --quiet, or when nothing was sent in the end', async (context) => {
    const quick = telling(context);
    await finish(quick);
    pass(context, 5000);
    assert.equal(await quick.told(), '');
    context.mock.reset();
    const quiet = telling(context, { quiet: true });
    pass(context, 5000);
    await finish(quiet);
    assert.equal(await quiet.told(), '');
    context.mock.reset();
    const unchanged = telling(context);
    unchanged.lines.end();
    pass(context, 5000);
    assert.equal(await unchanged.told(), '');
  });

  it('says nothing of the time while others go before', async (context) => {
    const upload = telling(context);
    upload.lines.wait();
    pass(context, 60_000);
    await finish(upload);
    assert.equal(await upload.told(), '  sent               the build context, 573 MB\n');
  });
});
