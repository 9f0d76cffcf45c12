import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Readable } from 'node:stream';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { ExecResult, FunkoApi } from '../../../src/api/funko-api.ts';
import { LocalTraffic } from '../../../src/lifecycle/local/local-traffic.ts';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { poll } from '../../support/engine/wait.ts';

let stand: ProxyHarness;
let name: string;
before(async () => {
  stand = await startProxyHarness();
  name = stand.name('exec');
  // Neither root nor any capability: what runs in it must be ended all the same.
  const flags = ['--user', '1000', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
  await stand.serve(`faaso-${name}.1`, `response.end()`, { flags });
  await stand.until(`/funko/${name}/`, (status) => status === 200);
});
after(async () => stand[Symbol.asyncDispose]());

function local(): FunkoApi {
  const engine = new Engine({ socketPath: '/var/run/docker.sock' });
  const { network } = stand;
  const traffic = new LocalTraffic({ engine, network });
  return new EngineFunkos({ engine, network, traffic, kind: 'local' });
}

interface Ran extends ExecResult {
  readonly stdout: Buffer;
  readonly stderr: string;
}

async function run(funkos: FunkoApi, command: readonly string[], stdin: Iterable<Buffer> = []): Promise<Ran> {
  const written: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
  const onOutput = (stream: 'stdout' | 'stderr', bytes: Uint8Array): void => void written[stream].push(bytes);
  const result = await funkos.exec({ name, command }, { stdin: Readable.from(stdin), onOutput });
  const stderr = Buffer.concat(written.stderr).toString();
  return { ...result, stdout: Buffer.concat(written.stdout), stderr };
}

/** The commands that run in the instance. */
async function processes(): Promise<string> {
  return docker('top', `faaso-${name}.1`, '-eo', 'pid,args');
}

for (const [where, open] of [
  ['an engine', local],
  ['a server', (): FunkoApi => new ServerFunkos({ url: stand.url, token: stand.token })],
] as const) {
  describe(`a program in an instance on ${where}`, () => {
    test('its status is told, and its two outputs apart', async () => {
      const ran = await run(open(), ['sh', '-c', 'echo out; echo err >&2; exit 7']);
      assert.deepEqual([ran.exitCode, ran.stdout.toString(), ran.stderr], [7, 'out\n', 'err\n']);
      assert.equal(ran.instance, `faaso-${name}.1`);
    });

    test('it reads all that it is sent, and hears of the end', async () => {
      const chunks = Array.from({ length: 50 }, (_, index) => Buffer.alloc(99_999, index));
      const { stdout, exitCode } = await run(open(), ['cat'], chunks);
      assert.equal(exitCode, 0);
      assert.ok(stdout.equals(Buffer.concat(chunks)));
    });

    test('one that ends without reading leaves the rest', async () => {
      const chunks = Array.from({ length: 200 }, () => Buffer.alloc(65_536));
      const { stdout, exitCode } = await run(open(), ['head', '-c', '3'], chunks);
      assert.deepEqual([exitCode, stdout.length], [0, 3]);
    });

    test('one that is not there is told on stderr, with the status that shells have for it', async () => {
      for (const word of ['no-such-program', '/no/such/program']) {
        const ran = await run(open(), [word]);
        assert.deepEqual([ran.exitCode, ran.stdout.length], [127, 0]);
        assert.match(ran.stderr, /^faaso: .*no.such.program.*(not found|no such file)/);
      }
      const ran = await run(open(), ['/etc/passwd']);
      assert.equal(ran.exitCode, 126);
      assert.match(ran.stderr, /^faaso: .*permission denied/);
    });

    test('it ends, with what it started, when nobody waits for it any more', async () => {
      const gone = new AbortController();
      const mark = `${1000 + Math.floor(Math.random() * 8000)}.25`;
      // It never reads what it is sent, and it does not care for a hang-up.
      const command = ['sh', '-c', `trap '' HUP; sleep ${mark} & echo ready; wait`];
      const stdin = Readable.from(endless());
      const begun = Promise.withResolvers<void>();
      const ran = open().exec({ name, command }, { stdin, onOutput: () => begun.resolve() }, gone.signal);
      const refused = assert.rejects(ran, { code: 'cancelled' });
      await begun.promise;
      assert.match(await processes(), new RegExp(`sleep ${mark}`));
      gone.abort();
      await refused;
      await poll('the processes', processes, (found) => !found.includes(mark));
      assert.match(await processes(), /node/);
    });

    test('an instance or a funko that there is not is refused', async () => {
      const funkos = open();
      const streams = { stdin: Readable.from([]), onOutput: () => undefined };
      await assert.rejects(funkos.exec({ name, instance: '9', command: ['true'] }, streams), {
        code: 'not_found',
        message: new RegExp(`There are: faaso-${name}.1`),
      });
      await assert.rejects(funkos.exec({ name: 'nobody', command: ['true'] }, streams), {
        code: 'unknown_funko',
      });
    });

    test('a terminal has the size that it is given, and echoes', async () => {
      const shown: Uint8Array[] = [];
      const sizes = new Readable({ objectMode: true, read: () => undefined });
      const stdin = new Readable({ read: () => undefined });
      const said = (): string => Buffer.concat(shown).toString();
      const ran = open().exec(
        {
          name,
          command: [
            'sh',
            '-c',
            'stty size; until [ "$(stty size)" = "18 92" ]; do sleep 0.05; done; read line; exit 3',
          ],
          terminal: { columns: 91, rows: 17 },
        },
        { stdin, sizes, onOutput: (_stream, bytes) => void shown.push(bytes) },
      );
      await poll(
        'its first size',
        async () => Promise.resolve(said()),
        (text) => text.includes('17 91'),
      );
      sizes.push({ columns: 92, rows: 18 });
      stdin.push('typed\n');
      assert.equal((await ran).exitCode, 3);
      assert.match(said(), /^17 91\r\ntyped\r\n$/);
    });
  });
}

test('a server is not told what is wrong without its token', async () => {
  const path = `/admin/funkos/${name}/exec`;
  const answer = await stand.fetch(path, { method: 'POST', body: '{"type":"start","command":["true"]}\n' });
  assert.equal(answer.status, 401);
});

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536);
}
