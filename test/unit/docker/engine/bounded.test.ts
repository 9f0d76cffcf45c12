/** Whatever an engine sends, and however long it takes: it neither fills the memory of the process that asks, nor outlives the call. */
import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { inspectContainer, listContainers } from '../../../../src/docker/containers.ts';
import { layersOf } from '../../../../src/docker/disk.ts';
import { Engine, statusOf } from '../../../../src/docker/engine/engine.ts';
import { folderHead } from '../../../../src/docker/folder-head.ts';
import { imageCommand, inspectImage, listImages } from '../../../../src/docker/images.ts';
import { startContainer, stopContainer, untilEnded } from '../../../../src/docker/instance-calls.ts';
import { logLines } from '../../../../src/docker/logs/container-log.ts';
import { readFile } from '../../../../src/docker/container-file.ts';
import { connectNetwork, inspectNetwork } from '../../../../src/docker/networks.ts';
import { processesOf } from '../../../../src/docker/processes.ts';
import { putArchive } from '../../../../src/docker/put-archive.ts';
import { hasVolume, listVolumes, removeVolume } from '../../../../src/docker/volumes.ts';
import { pruneBuildCache } from '../../../../src/docker/buildkit/build-cache.ts';
import { Exec } from '../../../../src/docker/exec.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

const MIB = 1024 ** 2;
const CHUNK = Buffer.alloc(MIB, 'x');

/** Goes on for as long as anybody takes it. */
function endless(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  pipeline(Readable.from(chunks()), response, () => undefined);
}

function* chunks(): Generator<Buffer> {
  yield Buffer.from('{"message":"');
  for (;;) yield CHUNK;
}

/** The calls whose answers are read as a whole; of the two lists refusals alone are. */
const CALLS: readonly (readonly [string, (engine: Engine) => Promise<unknown>])[] = [
  ['a list of containers', async (engine) => listContainers(engine)],
  ['a list of images', async (engine) => listImages(engine)],
  ['a list of volumes', async (engine) => listVolumes(engine, 'x')],
  ['a container', async (engine) => inspectContainer(engine, 'x')],
  ['an image', async (engine) => inspectImage(engine, 'x')],
  ['the command of an image', async (engine) => imageCommand(engine, 'x')],
  ['the layers of an image', async (engine) => layersOf(engine, 'x')],
  ['a network', async (engine) => inspectNetwork(engine, 'x')],
  ['a volume', async (engine) => hasVolume(engine, 'x')],
  ['a removed volume', async (engine) => removeVolume(engine, 'x')],
  ['processes', async (engine) => processesOf(engine, 'x')],
  ['the version', async (engine) => engine.version()],
  ['a sign of life', async (engine) => engine.ping()],
  ['a start', async (engine) => startContainer(engine, 'x')],
  ['a stop', async (engine) => stopContainer(engine, 'x', 0)],
  ['a connection', async (engine) => connectNetwork(engine, 'x', 'y')],
  ['an end', async (engine) => untilEnded(engine, 'x', { timeoutMs: 10_000 })],
  ['a cleared cache', async (engine) => pruneBuildCache(engine, 0)],
];

const LISTS = new Set(['a list of containers', 'a list of images']);

describe('an answer without an end', () => {
  for (const [what, call] of CALLS)
    for (const status of LISTS.has(what) ? [500] : [200, 500])
      it(`of ${what}, status ${status}, is a clear error, and its connection is closed`, async () => {
        const closed = Promise.withResolvers<unknown>();
        await using server = await socketServer((request, response) => {
          response.once('close', () => closed.resolve(undefined));
          request.resume();
          endless(response, status);
        });
        const engine = new Engine({ socketPath: server.socketPath });
        await assert.rejects(call(engine), {
          code: 'engine_failed',
          message:
            /^.+: the engine's answer is longer than (16 MiB \(16777216|64 MiB \(67108864) bytes\), .* remove/,
        });
        await closed.promise;
      });
});

describe('a list', () => {
  it("of any length is read: strangers' labels are not kept, and a container with more than 16 MiB of them is left out", async () => {
    const row = (id: string, label: number): string =>
      JSON.stringify({
        Id: id,
        Names: [`/${id}`],
        Labels: { big: 'x'.repeat(label), 'faaso.version': 'v1' },
        State: 'running',
        Status: 'Up',
        NetworkSettings: { Networks: {} },
        Created: 0,
      });
    const rows = [
      ...Array.from({ length: 40 }, (_, index) => row(`s${index}`, 2 * MIB)),
      row('big', 17 * MIB),
      row('last', 1),
    ];
    await using server = await socketServer((_request, response) => {
      response.end(`[${rows.join(',')}]\n`);
    });
    const found = await listContainers(new Engine(server));
    assert.deepEqual([found.length, found.at(-1)?.name], [41, 'last']);
    assert.deepEqual(found[0]?.labels, { 'faaso.version': 'v1' });
  });

  it('that breaks off is an engine out of reach, and one that is no list an error', async () => {
    let text = '[{"Id":"x","Names":[';
    await using server = await socketServer((_request, response) => {
      if (text.startsWith('[')) response.writeHead(200).write(text, () => response.destroy());
      else response.end(text);
    });
    await assert.rejects(listContainers(new Engine(server)), { code: 'engine_unreachable' });
    text = '{"Id":';
    await assert.rejects(listImages(new Engine(server)), { code: 'engine_failed', message: /not JSON/ });
  });
});

describe('an answer that stops in its midst', () => {
  const options = { timeoutMs: 300 };
  const others: typeof CALLS = [
    ['a file', async (engine) => readFile(engine, 'x', '/etc/passwd')],
    ['a folder', async (engine) => folderHead(engine, 'x', '/data')],
    ['an archive', async (engine) => putArchive(engine, 'x', '/', Readable.from([]))],
    ['a program', async (engine) => Exec.start(engine, 'x', { command: ['sh'], env: {} })],
  ];
  // These have a deadline of their own, which is longer.
  const slow = new Set([
    'a list of containers',
    'a list of images',
    'a start',
    'a stop',
    'an end',
    'a cleared cache',
  ]);
  for (const [what, call] of [...CALLS.filter(([name]) => !slow.has(name)), ...others])
    it(`of ${what} is given up at the deadline, and its connection is closed`, async () => {
      const closed = Promise.withResolvers<unknown>();
      await using server = await socketServer((request, response) => {
        response.once('close', () => closed.resolve(undefined));
        request.resume();
        response.writeHead(request.url?.includes('/exec') === true ? 201 : 200).write('{"Id":"');
      });
      const engine = new Engine({ socketPath: server.socketPath, ...options });
      await assert.rejects(call(engine), { code: 'engine_timeout' });
      await closed.promise;
    });

  it('is given up when whoever asked is gone', async () => {
    const abort = new AbortController();
    const closed = Promise.withResolvers<unknown>();
    await using server = await socketServer((_request, response) => {
      response.once('close', () => closed.resolve(undefined));
      response.writeHead(200).write('[', () => abort.abort());
    });
    await assert.rejects(listImages(new Engine(server), {}, abort.signal), { code: 'cancelled' });
    await closed.promise;
  });
});

describe('an answer that is no success', () => {
  it("is the engine's words and status, also where a stream was wanted or words are no JSON", async () => {
    const answer: RequestListener = (request, response) => {
      const json = request.url?.includes('/logs') === true || request.url?.includes('/events') === true;
      response.writeHead(500).end(json ? '{"message":"the disk is full"}' : 'the disk is full\n');
    };
    await using server = await socketServer(answer);
    const engine = new Engine(server);
    const wanted = (what: string) => (error: Error) => {
      assert.deepEqual([error.message, statusOf(error)], [`${what}: the disk is full`, 500]);
      return true;
    };
    await assert.rejects(
      Array.fromAsync(logLines(engine, 'x', { follow: true })),
      wanted('reading the log of container x'),
    );
    await assert.rejects(listImages(engine), wanted('listing images'));
    await assert.rejects(engine.get('asking', '/'), wanted('asking'));
  });
});

describe('a log', () => {
  it('whose engine is silent in its midst ends, and so does its connection', async () => {
    const closed = Promise.withResolvers<unknown>();
    await using server = await socketServer((_request, response) => {
      response.once('close', () => closed.resolve(undefined));
      response.writeHead(200).write(Buffer.from([1, 0, 0, 0, 0, 0, 0, 9]));
    });
    await assert.rejects(
      Array.fromAsync(logLines(new Engine(server), 'x', { follow: false, silentMs: 100 })),
      {
        code: 'engine_timeout',
        message: 'reading the log of container x: the engine sent nothing more within 100 ms.',
      },
    );
    await closed.promise;
  });

  it('that is followed may be silent', async () => {
    await using server = await socketServer((_request, response) => {
      const line = Buffer.from('2026-01-01T00:00:00.000000001Z hello\n');
      response.writeHead(200).write(Buffer.from([1, 0, 0, 0, 0, 0, 0, line.length]));
      setTimeout(() => response.end(line), 300);
    });
    const lines = await Array.fromAsync(logLines(new Engine(server), 'x', { follow: true, silentMs: 100 }));
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['hello'],
    );
  });

  it('that is not wanted any more before the engine has answered leaves no connection', async () => {
    const abort = new AbortController();
    const closed = Promise.withResolvers<unknown>();
    await using server = await socketServer((_request, response) => {
      response.once('close', () => closed.resolve(undefined));
      abort.abort();
    });
    const options = { follow: false, signal: abort.signal };
    assert.deepEqual(await Array.fromAsync(logLines(new Engine(server), 'x', options)), []);
    await closed.promise;
  });

  it('in pieces that no engine sends is a clear error', async () => {
    await using server = await socketServer((_request, response) => {
      response.writeHead(200).write(Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]));
    });
    await assert.rejects(Array.fromAsync(logLines(new Engine(server), 'x', { follow: true })), {
      code: 'engine_failed',
      message: /announces 4294967303 bytes of output in one piece; at most 16777216 are read/,
    });
  });
});
