import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { BuildEvent, BuildImageOptions } from '../../../../src/docker/buildkit/build-image.ts';
import { buildImage } from '../../../../src/docker/buildkit/build-image.ts';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { fakeBuildKit, type Asked, type End } from '../../../support/docker/fake-buildkit.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

// Three messages that an Engine 26.1 sent for a Dockerfile with `RUN echo hello; exit 3`: the step starts, says
// "hello", fails.
const STEP = [
  'Cr0BCkdzaGEyNTY6MTIzMjQ0YWMxNzE0MWYyOTY0OGY4ODZhNjM2MWQ1YzEwZWQyMzM1NzE2OWM1MDUxOWFiYTc2ODE0MDI3OWNmNRJHc2hhMjU2OjMzNjNkZGMwY2ZkMTUyN2UwOGE5ZGNlMzI3YWZkYWYwNmRlNjA2MDdlNzlhNzEzNDUzNzliMjVhOTViODczMGMaHFsyLzJdIFJVTiBlY2hvIGhlbGxvOyBleGl0IDMqCwjR15XYBhDe2oVt',
  'GmEKR3NoYTI1NjoxMjMyNDRhYzE3MTQxZjI5NjQ4Zjg4NmE2MzYxZDVjMTBlZDIzMzU3MTY5YzUwNTE5YWJhNzY4MTQwMjc5Y2Y1EgwI0deV2AYQudfqqQEYASIGaGVsbG8K',
  'CqACCkdzaGEyNTY6MTIzMjQ0YWMxNzE0MWYyOTY0OGY4ODZhNjM2MWQ1YzEwZWQyMzM1NzE2OWM1MDUxOWFiYTc2ODE0MDI3OWNmNRJHc2hhMjU2OjMzNjNkZGMwY2ZkMTUyN2UwOGE5ZGNlMzI3YWZkYWYwNmRlNjA2MDdlNzlhNzEzNDUzNzliMjVhOTViODczMGMaHFsyLzJdIFJVTiBlY2hvIGhlbGxvOyBleGl0IDMqCwjR15XYBhDe2oVtMgwI0deV2AYQlNDwswE6U3Byb2Nlc3MgIi9iaW4vc2ggLWMgZWNobyBoZWxsbzsgZXhpdCAzIiBkaWQgbm90IGNvbXBsZXRlIHN1Y2Nlc3NmdWxseTogZXhpdCBjb2RlOiAz',
].map((aux) => Buffer.from(aux, 'base64'));

const BUILT = { image: 'sha256:new' };

/** Builds what an engine answers so to, from a context of a few bytes. */
async function build(
  answer: (asked: Asked) => Promise<End>,
  more: Partial<BuildImageOptions> = {},
  other?: RequestListener,
): Promise<string> {
  await using engine = await fakeBuildKit(answer, other);
  const options = { context: Readable.from(['x']), tags: [], labels: {}, onEvent: () => undefined, ...more };
  return await buildImage(new Engine(engine), options);
}

test("the image's ID is the result, and the engine gets the context and what is asked for", async () => {
  let asked: Asked | undefined;
  let context: Buffer | undefined;
  const flags = { noCache: true, pull: true, cacheNamespace: 'faaso-demo', buildArgs: { X: 'y' } };
  const parts = [Buffer.alloc(17 * 1024 * 1024, 'a'), Buffer.alloc(5, 'b')];
  const id = await build(
    async (given) => {
      asked = given;
      context = await given.context();
      return BUILT;
    },
    { ...flags, labels: { a: 'b' }, context: Readable.from(parts, { objectMode: false }) },
  );
  assert.equal(id, 'sha256:new');
  assert.ok(context?.equals(Buffer.concat(parts)));
  const { context: url, ...attrs } = asked?.attrs ?? {};
  assert.match(url ?? '', /^http:\/\/buildkit-session\/[0-9a-f-]{36}$/);
  assert.deepEqual(attrs, {
    filename: 'Dockerfile',
    'image-resolve-mode': 'pull',
    'no-cache': '',
    'cgroup-parent': '/faaso-builds',
    'build-arg:BUILDKIT_CACHE_MOUNT_NS': 'faaso-demo',
    'build-arg:X': 'y',
    'label:a': 'b',
  });
});

test("BuildKit's progress is told as events, all of it before the result", async () => {
  const events: BuildEvent[] = [];
  const answer = async ({ context, tell }: Asked): Promise<End> => {
    await context();
    STEP.forEach(tell);
    return BUILT;
  };
  await build(answer, { onEvent: (event) => events.push(event) });
  const id = 'sha256:123244ac17141f29648f886a6361d5c10ed23357169c50519aba768140279cf5';
  const step = { type: 'step', id, name: '[2/2] RUN echo hello; exit 3' };
  assert.deepEqual(events, [
    { ...step, state: 'started' },
    { type: 'log', id, text: 'hello' },
    { ...step, state: 'failed', seconds: 0.149 },
  ]);
});

test("a build fails with the engine's words; the details are the failing step and what it wrote", async () => {
  const answer = async ({ context, tell }: Asked): Promise<End> => {
    await context();
    STEP.forEach(tell);
    return { status: 2, words: 'exit code: 3, 100 % “done”' };
  };
  await assert.rejects(build(answer), {
    code: 'build_failed',
    message: 'The build failed: exit code: 3, 100 % “done”',
    details: ['[2/2] RUN echo hello; exit 3', 'hello'],
  });
});

test('an answer with neither an image nor an error is a failed build', async () => {
  await assert.rejects(
    build(async () => Promise.resolve({ image: '' })),
    {
      code: 'build_failed',
      message: /without an image/,
    },
  );
});

test('what a listener throws, or a progress that makes no sense, ends the build', async () => {
  const answer =
    (message: Buffer) =>
    async (asked: Asked): Promise<End> => {
      asked.tell(message);
      await new Promise((resolve) => asked.cancelled.addEventListener('abort', resolve));
      return BUILT;
    };
  const onEvent = (): never => {
    throw new RangeError('the listener');
  };
  await assert.rejects(build(answer(STEP[0] ?? Buffer.alloc(0)), { onEvent }), RangeError);
  await assert.rejects(build(answer(Buffer.alloc(3, 0xff))), { code: 'engine_failed' });
});

test('an engine that dies in the middle of a build is unreachable', async () => {
  await assert.rejects(
    build(async () => Promise.resolve('dies')),
    {
      code: 'engine_unreachable',
      message: /in the middle of the build/,
    },
  );
});

test("a build that the engine refuses fails with the engine's words", async () => {
  await using server = await socketServer();
  await server.start(
    (_request, response) => void response.writeHead(404).end('{"message":"no"}'),
    (_request, socket) =>
      socket.end('HTTP/1.1 500 x\r\nContent-Length: 27\r\n\r\n{"message":"no space left"}'),
  );
  const options = { context: Readable.from(['x']), tags: [], labels: {}, onEvent: () => undefined };
  await assert.rejects(buildImage(new Engine(server), options), {
    code: 'engine_failed',
    message: /no space left/,
  });
});

test('a cancel while the context is on its way ends the build in the engine at once, and the context', async () => {
  const cancel = new AbortController();
  const ended = Promise.withResolvers<boolean>();
  const context = new Readable({ read: () => undefined });
  context.push('the first bytes');
  const answer = async (asked: Asked): Promise<End> => {
    asked.cancelled.addEventListener('abort', () => ended.resolve(true));
    cancel.abort();
    assert.equal(await asked.context(), undefined);
    return 'dies';
  };
  await assert.rejects(build(answer, { context, signal: cancel.signal }), { code: 'cancelled' });
  assert.ok(await ended.promise);
  assert.ok(context.destroyed);
});

test('an engine that has the whole context is told to cancel, heard out, and tidied up after', async () => {
  const cancel = new AbortController();
  const removed: string[] = [];
  const image = { Id: 'sha256:late', RepoTags: [], Labels: { mark: '1' }, Config: {}, Created: 0, Size: 1 };
  const other: RequestListener = (request, response) => {
    if (request.method === 'DELETE') removed.push(request.url ?? '');
    const body =
      request.url?.startsWith('/images/json') === true ? [image, { ...image, Labels: { mark: '2' } }] : image;
    response.end(JSON.stringify(request.method === 'DELETE' ? [] : body));
  };
  const answer = async (asked: Asked): Promise<End> => {
    await asked.context();
    setImmediate(() => cancel.abort());
    await new Promise((resolve) => asked.cancelled.addEventListener('abort', resolve));
    return BUILT;
  };
  const labels = { mark: '1' };
  await assert.rejects(build(answer, { labels, signal: cancel.signal }, other), { code: 'cancelled' });
  assert.deepEqual(removed, ['/images/sha256:late']);
});

test('a build fails at once where no engine is, and ends the context', async () => {
  await using server = await socketServer();
  const context = new Readable({ read: () => undefined });
  const options = { context, tags: [], labels: {}, onEvent: () => undefined };
  await assert.rejects(buildImage(new Engine(server), options), { code: 'engine_unreachable' });
  assert(context.destroyed);
});

/** An engine that refuses these tags, and takes down which tags there are. */
function tagger(tags: Set<string>, refused: readonly string[]): RequestListener {
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://engine');
    const tag = `${searchParams.get('repo') ?? ''}:${searchParams.get('tag') ?? ''}`;
    const answer = (status: number, body: unknown): void => {
      request.resume().once('end', () => response.writeHead(status).end(`${JSON.stringify(body)}\n`));
    };
    const image = { Id: 'sha256:new', RepoTags: [...tags], Config: {}, Created: '', Size: 1 };
    if (request.method === 'GET') answer(200, image);
    else if (refused.includes(tag)) answer(500, { message: `no room for ${tag}` });
    else if (request.method === 'POST') {
      tags.add(tag);
      answer(201, null);
    } else if (refused.includes('DELETE')) answer(500, { message: 'device busy' });
    else {
      tags.delete(decodeURIComponent(pathname.slice('/images/'.length)));
      answer(200, []);
    }
  };
}

async function buildTagged(
  tags: Set<string>,
  refused: readonly string[],
  more: Pick<BuildImageOptions, 'inTurn' | 'signal'> = {},
): Promise<string> {
  const answer = async ({ context }: Asked): Promise<End> => {
    await context();
    return BUILT;
  };
  return build(answer, { tags: ['faaso-a:v2', 'faaso-a:latest'], ...more }, tagger(tags, refused));
}

test('a build gets all of its tags', async () => {
  const tags = new Set<string>();
  assert.equal(await buildTagged(tags, []), 'sha256:new');
  assert.deepEqual([...tags], ['faaso-a:v2', 'faaso-a:latest']);
});

test('a build gets its tags in its turn, and none if it is cancelled until then', async () => {
  const tags = new Set<string>();
  const cancel = new AbortController();
  const inTurn = async (work: () => Promise<void>): Promise<void> => {
    assert.equal(tags.size, 0);
    cancel.abort();
    await work();
  };
  await assert.rejects(buildTagged(tags, [], { inTurn, signal: cancel.signal }), { code: 'cancelled' });
  assert.equal(tags.size, 0);
});

test('a build that does not get all of its tags keeps none', async () => {
  const tags = new Set<string>();
  await assert.rejects(buildTagged(tags, ['faaso-a:latest']), {
    code: 'engine_failed',
    message: 'tagging sha256:new as faaso-a:latest: no room for faaso-a:latest',
  });
  assert.deepEqual([...tags], []);
});

test('a tag that can’t be taken from a build that failed is named, beside the reason', async () => {
  await assert.rejects(buildTagged(new Set(), ['faaso-a:latest', 'DELETE']), {
    code: 'engine_failed',
    message: /no room for faaso-a:latest.* docker image rm faaso-a:v2$/,
  });
});
