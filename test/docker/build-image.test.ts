import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { buildImage, type BuildImageOptions } from '../../src/docker/build-image.ts';
import { Engine } from '../../src/docker/engine.ts';
import { socketServer } from './socket-server.ts';

/** Builds what an engine answers so to, from a context of a few bytes. */
async function build(answer: RequestListener, context?: Readable, signal?: AbortSignal): Promise<string> {
  await using server = await socketServer(answer);
  const options = { tags: [], labels: {}, onEvent: () => undefined, signal };
  return await buildImage(new Engine(server), { context: context ?? Readable.from(['x']), ...options });
}

test('an engine that dies in the middle of a build is unreachable', async () => {
  const dies: RequestListener = (request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200).write('{"id":"moby.buildkit.trace","aux":""}\n', () => response.destroy());
    });
  };
  await assert.rejects(build(dies), { code: 'engine_unreachable', message: /in the middle of the build/ });
});

test("a build that the engine refuses fails with the engine's words", async () => {
  const refuses: RequestListener = (request, response) => {
    request.resume().once('end', () => response.writeHead(500).end('{"message":"no space left"}'));
  };
  await assert.rejects(build(refuses), {
    code: 'engine_failed',
    message: 'building an image: no space left',
  });
});

test('a cancel while the context is on its way cuts the connection at once, and ends the context', async ({
  mock,
}) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const cancel = new AbortController();
  const cut = Promise.withResolvers<undefined>();
  const context = new Readable({ read: () => undefined });
  context.push('the first bytes');
  const receives = (request: IncomingMessage): void => {
    request.once('close', () => {
      cut.resolve(undefined);
    });
    request.once('data', () => {
      cancel.abort();
    });
    request.on('error', () => undefined);
  };
  await assert.rejects(build(receives, context, cancel.signal), { code: 'cancelled' });
  await cut.promise;
  assert(context.destroyed);
});

test('an engine that has the whole context is asked to cancel, and heard out', async () => {
  const cancel = new AbortController();
  const asked: (string | null)[] = [];
  let building: ServerResponse | undefined;
  const answer: RequestListener = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://engine');
    if (pathname === '/build/cancel') {
      asked.push(searchParams.get('id'));
      response.writeHead(204).end();
      building?.end('{"error":"context canceled"}\n');
      return;
    }
    asked.push(searchParams.get('buildid'));
    building = response.writeHead(200);
    request.resume().once('end', () => {
      response.flushHeaders();
      setImmediate(() => {
        cancel.abort();
      });
    });
  };
  await assert.rejects(build(answer, undefined, cancel.signal), { code: 'cancelled' });
  assert.equal(asked.length, 2);
  assert.equal(asked[0], asked[1]);
});

test('a build fails at once where no engine is, and ends the context', async () => {
  await using server = await socketServer();
  const context = new Readable({ read: () => undefined });
  const options = { context, tags: [], labels: {}, onEvent: () => undefined };
  await assert.rejects(buildImage(new Engine(server), options), { code: 'engine_unreachable' });
  assert(context.destroyed);
});

/** An engine that builds the image `sha256:new`, refuses these tags, and takes down which tags there are. */
function builder(tags: Set<string>, refused: readonly string[]): RequestListener {
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://engine');
    const tag = `${searchParams.get('repo') ?? ''}:${searchParams.get('tag') ?? ''}`;
    const answer = (status: number, body: unknown): void => {
      request.resume().once('end', () => response.writeHead(status).end(`${JSON.stringify(body)}\n`));
    };
    const image = { Id: 'sha256:new', RepoTags: [...tags], Config: {}, Created: '', Size: 1 };
    if (pathname === '/build') answer(200, { id: 'moby.image.id', aux: { ID: 'sha256:new' } });
    else if (request.method === 'GET') answer(200, image);
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
  await using server = await socketServer(builder(tags, refused));
  const options = { tags: ['faaso-a:v2', 'faaso-a:latest'], labels: {}, onEvent: () => undefined };
  return await buildImage(new Engine(server), { context: Readable.from(['x']), ...options, ...more });
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
