import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { diskFinding } from '../../../../src/cli/doctor/disk.ts';
import type { Finding } from '../../../../src/cli/doctor/finding.ts';
import type { Where } from '../../../../src/api/funko-api.ts';
import { faasoVersion } from '../../../../src/version.ts';
import { startAdmin, TOKEN, type ServerHarness } from '../../../support/cli/server-harness.ts';
import { newHome, type Home } from '../../../support/cli/faaso.ts';
import { engineWith, type EngineState } from '../../../support/cli/fake-engine.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';
import { LOST, SLOW, ill, withIllWorker } from '../../../support/cli/ill-funkos.ts';

const HERE: Where = { kind: 'server', faaso: faasoVersion(), engine: '26.1.5', network: 'faaso-net' };

/** What the doctor finds that is not well, as `check state message | fix`; and the exit status. */
async function examine(
  home: Home,
  ...words: string[]
): Promise<{ status: number | null; ill: string[]; checks: string[] }> {
  const { status, stdout, stderr } = await home.faaso(['doctor', '--json', ...words]);
  assert.equal(stderr, '');
  const findings = JSON.parse(stdout) as Finding[];
  const ill = findings
    .filter(({ state }) => state !== 'ok')
    .map(({ check, state, message, fix }) => `${check} ${state}: ${message} | ${fix ?? ''}`);
  return { status, ill, checks: findings.map(({ check }) => check) };
}

interface Surroundings extends EngineState {
  readonly admin?: (admin: ServerHarness) => void;
  readonly environment?: Readonly<Record<string, string>>;
  readonly home?: (home: Home) => Promise<unknown>;
}

/** The same with a server and an engine that are well but for what is said. */
async function found({
  admin: prepare,
  environment = {},
  home: inHome,
  ...engine
}: Surroundings): Promise<{ status: number | null; ill: string[] }> {
  await using admin = await startAdmin();
  admin.funkos.where = async () => Promise.resolve(HERE);
  prepare?.(admin);
  await using socket = await engineWith(Number(new URL(admin.url).port), engine);
  const given = { FAASO_SERVER: admin.url, FAASO_TOKEN: TOKEN, DOCKER_HOST: `unix://${socket.socketPath}` };
  await using home = await newHome({ ...given, ...environment });
  await inHome?.(home);
  const { status, ill } = await examine(home);
  return {
    status,
    ill: ill.map((line) =>
      line
        .replaceAll(admin.url, 'URL')
        .replaceAll(home.folder, 'HOME')
        .replaceAll(socket.socketPath, 'SOCKET'),
    ),
  };
}

describe('faaso doctor', () => {
  it('says in a line each what it has looked at, when all is well', async () => {
    await using admin = await startAdmin();
    await using socket = await engineWith(Number(new URL(admin.url).port));
    await using home = await newHome({
      FAASO_SERVER: admin.url,
      FAASO_TOKEN: TOKEN,
      DOCKER_HOST: `unix://${socket.socketPath}`,
    });
    admin.funkos.known.set('demo', statusOf('demo'));
    admin.funkos.where = async () => Promise.resolve(HERE);
    const { status, stdout } = await home.faaso(['doctor']);
    assert.equal(status, 0);
    const words = stdout.split('\n').map((line) => line.split(/ +/)[1]);
    assert.equal(words.join(' '), 'engine network proxy server token versions funkos ');
  });

  const failures: [string, Surroundings, string][] = [
    [
      'an engine that is too old',
      { api: '1.39' },
      'engine failed: Docker Engine 26.1.5 (API 1.39) answers on SOCKET; FaaSO needs API 1.41, of Docker Engine 20.10 | update Docker',
    ],
    [
      'no engine',
      { environment: { DOCKER_HOST: 'unix:///nowhere.sock' } },
      "engine failed: asking for the engine's version: no engine answers on /nowhere.sock (ENOENT) | Start Docker, or say in DOCKER_HOST where its socket is.",
    ],
    [
      'no proxy',
      { proxy: null },
      'proxy failed: no container of a FaaSO proxy is on this engine | docker compose up -d in FaaSO’s folder',
    ],
    [
      'a proxy that has ended',
      { proxy: { running: false } },
      'proxy failed: faaso-proxy is exited | docker start faaso-proxy; why it ended: docker logs faaso-proxy',
    ],
    [
      'a proxy at another port',
      { proxy: { port: 9 } },
      'proxy failed: faaso-proxy publishes port 9, not PORT | set FAASO_SERVER=http://localhost:9',
    ],
    [
      'a server out of step',
      {
        admin: (admin) =>
          (admin.readyz = { status: 503, body: { status: 'stale', since: 'noon', reason: 'no engine' } }),
      },
      'server failed: URL answers, but is not in step with its engine: stale since noon: no engine | see that its engine runs; then: docker logs faaso-proxy',
    ],
    [
      'a wrong token',
      { environment: { FAASO_TOKEN: 'wrong' } },
      'token failed: URL does not accept the token | set FAASO_TOKEN to its token, or unset it and: faaso login URL',
    ],
    [
      'no token',
      { environment: { FAASO_TOKEN: '' } },
      'token failed: no token for URL is known | faaso login URL',
    ],
  ];
  for (const [what, surroundings, expected] of failures) {
    it(`finds ${what}, says what fixes it, and exits 1`, async () => {
      const { status, ill } = await found(surroundings);
      assert.deepEqual(
        ill.map((line) => line.replace(/not \d+ /, 'not PORT ')),
        [expected],
      );
      assert.equal(status, 1);
    });
  }

  const warnings: [string, Surroundings, string][] = [
    [
      'an engine without an init',
      { initCommit: 'N/A' },
      'engine warning: the engine has no init (docker-init): processes that a program leaves behind are not reaped | install tini, or docker-init, beside dockerd',
    ],
    [
      'a missing network',
      { networks: [] },
      'network warning: there is no network faaso-net yet | docker compose up -d in FaaSO’s folder; "faaso up --local" makes it by itself',
    ],
    [
      'a proxy that keeps ending',
      { proxy: { restarts: 7 } },
      'proxy warning: faaso-proxy runs, but was restarted 7 times | docker logs faaso-proxy',
    ],
    [
      'a proxy on another network',
      { proxy: { network: 'other' } },
      'proxy warning: faaso-proxy is not on the network faaso-net, but on other | docker network connect faaso-net faaso-proxy, or set FAASO_NETWORK',
    ],
    [
      'another version',
      { admin: ({ funkos }) => (funkos.where = async () => Promise.resolve({ ...HERE, faaso: '9.8.7' })) },
      `versions warning: this command is FaaSO ${faasoVersion()}, the server 9.8.7, on Docker Engine 26.1.5 | bring both to the same version: they may understand each other only in part`,
    ],
    [
      'a funko that does not get ready',
      { admin: ({ funkos }) => funkos.known.set('slow', ill('slow', SLOW)) },
      'funkos warning: slow: faaso-slow.1 does not get ready: status 500 | docker logs',
    ],
    [
      'a funko that takes no traffic',
      { admin: ({ funkos }) => funkos.known.set('lost', ill('lost', LOST)) },
      'funkos warning: lost: faaso-lost.1 is misplaced: it is not there | docker network connect',
    ],
    [
      'a worker that keeps ending',
      { admin: ({ funkos }) => funkos.known.set('queue', withIllWorker('queue')) },
      'funkos warning: queue: faaso.worker-queue.mailer.1 is stopped: it ended; Docker starts it again | faaso logs queue --instance mailer',
    ],
    [
      'tokens that others can read',
      {
        home: async (home) => {
          await mkdir(home.path('.config/faaso'), { recursive: true });
          await writeFile(home.path('.config/faaso/config.json'), '{"tokens":{}}');
          await chmod(home.path('.config/faaso/config.json'), 0o644);
        },
      },
      'token warning: HOME/.config/faaso/config.json, which holds tokens, can be read by others | chmod 600 HOME/.config/faaso/config.json',
    ],
  ];
  for (const [what, surroundings, expected] of warnings) {
    it(`warns of ${what}, and exits 0`, async () => {
      assert.deepEqual(await found(surroundings), { status: 0, ill: [expected] });
    });
  }

  it('finds that nothing listens, or another program', async () => {
    const other = createServer((_request, response) => response.end('hello'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await using socket = await engineWith(port);
    await using home = await newHome({
      FAASO_SERVER: `http://127.0.0.1:${port}`,
      DOCKER_HOST: `unix://${socket.socketPath}`,
    });
    const strange = await examine(home);
    assert.match(strange.ill.join(), /^server failed: .*is that a FaaSO server\?.*\| docker compose up -d/);
    assert.equal(strange.status, 1);
    other.close();
    other.closeAllConnections();
    await once(other, 'close');
    assert.match(
      (await examine(home)).ill.join(),
      /^server failed: .*ECONNREFUSED.*\| docker compose up -d/s,
    );
  });

  it('needs no engine here for a server elsewhere, and no server with --local', async () => {
    await using home = await newHome({
      FAASO_SERVER: 'http://faaso.invalid:1',
      DOCKER_HOST: 'unix:///nowhere.sock',
    });
    const { ill } = await examine(home);
    assert.deepEqual(
      ill.map((line) => line.split(':')[0]),
      ['engine warning', 'server failed'],
    );
    await using socket = await engineWith(1);
    await using local = await newHome({ DOCKER_HOST: `unix://${socket.socketPath}` });
    const checks = ['engine', 'network', 'funkos'];
    assert.deepEqual(await examine(local, '--local'), { status: 0, ill: [], checks });
  });

  it('tells how much room there is', () => {
    assert.deepEqual(
      [6e9, 4e9, 1e8].map((free) => diskFinding('/d', free, 4e10).state),
      ['ok', 'warning', 'failed'],
    );
    assert.equal(diskFinding('/d', 4e9, 4e10).message, '4.0 GB of 40 GB are free for the engine (/d)');
  });
});
