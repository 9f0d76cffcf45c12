import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import {
  buildImage,
  type BuildEvent,
  type BuildImageOptions,
} from '../../../src/docker/buildkit/build-image.ts';
import { inspectImage, listImages } from '../../../src/docker/images.ts';
import { deadline } from '../../support/engine/wait.ts';
import { dockerfile, engine, LABELS, named } from '../../support/docker/engine-harness.ts';

interface Built {
  readonly tag: string;
  readonly id: string;
  readonly events: BuildEvent[];
}

/** Builds a Dockerfile of these lines below `FROM node:24-slim`. */
async function build(lines: string[], more: Partial<BuildImageOptions> = {}): Promise<Built> {
  const events: BuildEvent[] = [];
  const tag = more.tags?.[0] ?? named('image', 'built');
  const onEvent = (event: BuildEvent): void => {
    events.push(event);
  };
  const context = dockerfile('FROM node:24-slim', ...lines);
  const signal = deadline(60_000);
  const options = { context, tags: [tag], labels: LABELS, onEvent, signal, ...more };
  return { tag, id: await buildImage(engine, options), events };
}

/** How a step ended whose name holds this text. */
function endOf(events: readonly BuildEvent[], text: string): string | undefined {
  const steps = events.filter((event) => event.type === 'step').filter(({ name }) => name.includes(text));
  return steps.findLast(({ state }) => state !== 'started')?.state;
}

/** A label of its own, by which to find what a build left. */
function mark(): { labels: Record<string, string>; left: () => Promise<unknown[]> } {
  const value = crypto.randomUUID();
  const label = `faaso.test.mark=${value}`;
  const left = async (): Promise<unknown[]> => listImages(engine, { label });
  return { labels: { ...LABELS, 'faaso.test.mark': value }, left };
}

/** A word that makes a RUN new to the engine's cache. */
const fresh = (): string => `: ${crypto.randomUUID()}`;

test('an image is built, with a cache mount, and gets its tags and labels', async () => {
  const other = named('image', 'other');
  const labels = { ...LABELS, 'faaso.manifest': '{"name":"é \\"x\\" $y","list":["a, b"]}' };
  const tags = [named('image', 'built'), other];
  const { id, events } = await build([`RUN --mount=type=cache,target=/c echo "grüße" >&2; ${fresh()}`], {
    tags,
    labels,
  });
  const image = await inspectImage(engine, id);
  assert.deepEqual(image?.tags.toSorted(), tags.toSorted());
  assert.deepEqual(image.labels, labels);
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'log' ? [event.text] : [])),
    ['grüße'],
  );
  assert.equal(endOf(events, 'RUN'), 'done');
});

test('a step that was built before is told as cached', async () => {
  const line = `RUN ${fresh()}`;
  assert.equal(endOf((await build([line])).events, 'RUN'), 'done');
  assert.equal(endOf((await build([line])).events, 'RUN'), 'cached');
  assert.equal(endOf((await build([line], { noCache: true })).events, 'RUN'), 'done');
});

test("a RUN that fails fails the build with the engine's words and its last lines, and leaves no image", async () => {
  const { labels, left } = mark();
  const tag = named('image', 'failing');
  const line = `RUN echo to stdout; echo to stderr >&2; exit 3; ${fresh()}`;
  await assert.rejects(build([line], { tags: [tag], labels }), (error) => {
    const { code, message, details } = error as { code: string; message: string; details: string[] };
    assert.equal(code, 'build_failed');
    assert.match(
      message,
      /^The build failed at Dockerfile:2: .*did not complete successfully: exit code: 3$/,
    );
    assert.match(details[0] ?? '', /^\[2\/2\] RUN echo to stdout/);
    assert.deepEqual(details.slice(1).toSorted(), ['to stderr', 'to stdout']);
    return true;
  });
  assert.equal(await inspectImage(engine, tag), undefined);
  assert.deepEqual(await left(), []);
});

test('a failed build leaves the tag on the image that has it', async () => {
  const before = await build([`RUN ${fresh()}`]);
  await assert.rejects(build(['RUN exit 1'], { tags: [before.tag] }), { code: 'build_failed' });
  assert.equal((await inspectImage(engine, before.tag))?.id, before.id);
});

test('a mistake in the Dockerfile is told in the words of the engine', async () => {
  await assert.rejects(build(['RUNX true']), {
    code: 'build_failed',
    message: /line 2: unknown instruction: RUNX/,
  });
});

test('builds that run at a time each get their own context', async () => {
  const words = Array.from({ length: 4 }, () => crypto.randomUUID());
  const said = words.map(async (word) => {
    const { events } = await build([`RUN echo ${word}; sleep 0.2`]);
    return events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
  });
  assert.deepEqual(
    await Promise.all(said),
    words.map((word) => [word]),
  );
});

test('a cancelled build is cancelled in the engine too, and leaves no image', async () => {
  const cache = `--mount=type=cache,sharing=locked,target=/c,id=${crypto.randomUUID()}`;
  const { labels, left } = mark();
  const tag = named('image', 'cancelled');
  const cancel = new AbortController();
  const onEvent = (event: BuildEvent): void => {
    if (event.type === 'log') cancel.abort();
  };
  const line = `RUN ${cache} echo running; sleep 1000`;
  const options = { tags: [tag], labels, onEvent, signal: cancel.signal };
  await assert.rejects(build([line], options), { code: 'cancelled' });
  // The cache is locked for as long as a step runs that has it: this one ends only since the other did.
  await build([`RUN ${cache} ${fresh()}`]);
  assert.equal(await inspectImage(engine, tag), undefined);
  assert.deepEqual(await left(), []);
});

test('a build that is cancelled when it is all but done leaves no image', async () => {
  const tag = named('image', 'late');
  const { labels, left } = mark();
  const cancel = new AbortController();
  const onEvent = (event: BuildEvent): void => {
    if (event.type === 'step' && event.name.startsWith('exporting') && event.state === 'done') cancel.abort();
  };
  await assert.rejects(build([`RUN ${fresh()}`], { tags: [tag], labels, onEvent, signal: cancel.signal }), {
    code: 'cancelled',
  });
  assert.equal(await inspectImage(engine, tag), undefined);
  assert.deepEqual(await left(), []);
});

test('a build that was cancelled before it began never reaches the engine', async () => {
  await assert.rejects(build([], { signal: AbortSignal.abort() }), { code: 'cancelled' });
});

test('a context that breaks ends the build with its own error; one that ends too soon is a bad context', async () => {
  const breaking = new Readable({ read: () => undefined });
  const building = build([], { context: breaking });
  breaking.destroy(new RangeError('the disk broke'));
  await assert.rejects(building, RangeError);
  const cut = new Readable({ read: () => undefined });
  const other = build([], { context: cut });
  cut.destroy();
  await assert.rejects(other, { code: 'bad_context' });
});
