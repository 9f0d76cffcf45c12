import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBuild } from '../../src/docker/build-answer.ts';
import type { BuildEvent } from '../../src/docker/buildkit-progress.ts';

// Three messages that an Engine 26.1 sent for a Dockerfile with `RUN echo hello; exit 3`: the step starts, says
// "hello", fails.
const STEP = [
  'Cr0BCkdzaGEyNTY6MTIzMjQ0YWMxNzE0MWYyOTY0OGY4ODZhNjM2MWQ1YzEwZWQyMzM1NzE2OWM1MDUxOWFiYTc2ODE0MDI3OWNmNRJHc2hhMjU2OjMzNjNkZGMwY2ZkMTUyN2UwOGE5ZGNlMzI3YWZkYWYwNmRlNjA2MDdlNzlhNzEzNDUzNzliMjVhOTViODczMGMaHFsyLzJdIFJVTiBlY2hvIGhlbGxvOyBleGl0IDMqCwjR15XYBhDe2oVt',
  'GmEKR3NoYTI1NjoxMjMyNDRhYzE3MTQxZjI5NjQ4Zjg4NmE2MzYxZDVjMTBlZDIzMzU3MTY5YzUwNTE5YWJhNzY4MTQwMjc5Y2Y1EgwI0deV2AYQudfqqQEYASIGaGVsbG8K',
  'CqACCkdzaGEyNTY6MTIzMjQ0YWMxNzE0MWYyOTY0OGY4ODZhNjM2MWQ1YzEwZWQyMzM1NzE2OWM1MDUxOWFiYTc2ODE0MDI3OWNmNRJHc2hhMjU2OjMzNjNkZGMwY2ZkMTUyN2UwOGE5ZGNlMzI3YWZkYWYwNmRlNjA2MDdlNzlhNzEzNDUzNzliMjVhOTViODczMGMaHFsyLzJdIFJVTiBlY2hvIGhlbGxvOyBleGl0IDMqCwjR15XYBhDe2oVtMgwI0deV2AYQlNDwswE6U3Byb2Nlc3MgIi9iaW4vc2ggLWMgZWNobyBoZWxsbzsgZXhpdCAzIiBkaWQgbm90IGNvbXBsZXRlIHN1Y2Nlc3NmdWxseTogZXhpdCBjb2RlOiAz',
].map((aux) => ({ id: 'moby.buildkit.trace', aux }));
const IMAGE = { id: 'moby.image.id', aux: { ID: 'sha256:abc' } };
const FAILED = { errorDetail: { message: 'exit code: 3' }, error: 'exit code: 3' };

/** Reads an answer of these messages, in chunks of so many bytes. */
async function read(
  messages: object[],
  chunkSize = 1e6,
  onEvent: (event: BuildEvent) => void = () => undefined,
): Promise<string> {
  const bytes = Buffer.from(messages.map((message) => `${JSON.stringify(message)}\r\n`).join(''));
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, number) =>
    bytes.subarray(number * chunkSize, (number + 1) * chunkSize),
  );
  async function* answer(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield* chunks;
  }
  return readBuild(answer(), onEvent);
}

test("the image's ID is the result", async () => {
  assert.equal(await read([...STEP, IMAGE]), 'sha256:abc');
});

test("BuildKit's progress is told as events, whatever the chunks it comes in", async () => {
  for (const size of [1, 7, 1000, 1e6]) {
    const events: BuildEvent[] = [];
    await read([...STEP, IMAGE], size, (event) => events.push(event));
    const id = 'sha256:123244ac17141f29648f886a6361d5c10ed23357169c50519aba768140279cf5';
    const step = { type: 'step', id, name: '[2/2] RUN echo hello; exit 3' };
    assert.deepEqual(events, [
      { ...step, state: 'started' },
      { type: 'log', id, text: 'hello' },
      { ...step, state: 'failed', seconds: 0.149 },
    ]);
  }
});

test("a build fails with the engine's words; the details are the failing step and what it wrote", async () => {
  await assert.rejects(read([...STEP, FAILED]), {
    code: 'build_failed',
    message: 'The build failed: exit code: 3',
    details: ['[2/2] RUN echo hello; exit 3', 'hello'],
  });
});

test('a build that fails before its first step has no details', async () => {
  await assert.rejects(read([FAILED]), { code: 'build_failed', details: [] });
});

test('an answer with neither an image nor an error is a failed build', async () => {
  await assert.rejects(read(STEP), { code: 'build_failed', message: /without an image/ });
});

test('an answer that makes no sense is the engine’s failure', async () => {
  await assert.rejects(read([{ id: 'moby.buildkit.trace', aux: '////' }]), { code: 'engine_failed' });
});

test('what a listener throws ends the reading', async () => {
  const listener = (): never => {
    throw new RangeError('the listener');
  };
  await assert.rejects(read([...STEP, IMAGE], 1e6, listener), RangeError);
});
