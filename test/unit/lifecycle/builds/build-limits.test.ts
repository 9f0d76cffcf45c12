import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { FaasoError } from '../../../../src/errors.ts';
import { BuildLimits } from '../../../../src/lifecycle/builds/build-limits.ts';
import { SocketServer } from '../../../support/docker/socket-server.ts';
import { tempFolder } from '../../../support/builder/folders.ts';

const LIMITS = { memoryBytes: 64 * 1024 ** 2, cpus: 0, cpuShares: 64, processes: 100 };
const SWITCHED = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

/** The container's output, as the engine frames it. */
function frameOf(text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** An engine with one container at a time, which says that one more process was killed each time. */
class Helpers {
  made = 0;
  #attached: Duplex | undefined;

  readonly attach = (_request: unknown, socket: Duplex): void => {
    this.#attached = socket.on('error', () => undefined).resume();
    socket.write(SWITCHED);
  };

  readonly answer: RequestListener = ({ method, url = '' }, response) => {
    if (url.includes('/containers/create')) this.made += 1;
    if (url.includes('/start')) this.#attached?.end(frameOf(`done ${this.made} 1\n`));
    const status = method === 'DELETE' || url.includes('/start') ? 204 : 200;
    response.writeHead(url.includes('/create') ? 201 : status, { 'content-type': 'application/json' });
    response.end(status === 204 ? undefined : JSON.stringify({ Id: 'helper', SecurityOptions: [] }));
  };
}

test('two builds that fail at the same time ask once whether memory ran out, and both say so', async () => {
  await using folder = await tempFolder({});
  await using server = new SocketServer(folder.path);
  const helpers = new Helpers();
  await server.start(helpers.answer, helpers.attach);
  const limits = new BuildLimits(new Engine({ socketPath: server.socketPath }), {
    wanted: async () => Promise.resolve({ name: 'limits', image: 'proxy', labels: {}, limits: LIMITS }),
    onUnlimited: (reason) => assert.fail(reason),
  });
  await limits.run(async () => Promise.resolve());
  assert.equal(helpers.made, 1);
  const failing = async (): Promise<never> =>
    Promise.reject(new FaasoError('build_failed', 'The step failed.'));
  const ran = await Promise.allSettled([limits.run(failing), limits.run(failing)]);
  for (const end of ran)
    assert.match(
      String(end.status === 'rejected' && end.reason),
      /64 MiB of memory .*FAASO_BUILD_MEMORY_MIB/,
    );
  assert.equal(helpers.made, 2);
});
