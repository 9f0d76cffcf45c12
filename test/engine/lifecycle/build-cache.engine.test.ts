/** What was built once is not built again: across restarts of the proxy and the engine, between a server and `--local`. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { openContext } from '../../../src/builder/context.ts';
import { listRuntimes } from '../../../src/builder/runtime/runtime.ts';
import { scaffold } from '../../../src/builder/runtime/scaffold.ts';
import { pruneBuildCache } from '../../../src/docker/buildkit/build-cache.ts';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { readContract, type Contract } from '../../../src/runtime-check/contract.ts';
import { change, layFiles } from '../../../src/runtime-check/folder.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { FunkoApi } from '../../../src/api/funko-api.ts';
import { LocalTraffic } from '../../../src/lifecycle/local/local-traffic.ts';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { CHECKED_APART, RUNTIMES, tempFolder, type TempFolder } from '../../support/builder/folders.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { SecondEngine } from '../../support/scenarios/second-engine.ts';

const BUILT_WITHIN_MS = 10 * 60_000;
/** What works on the code itself, which changes. */
const WORKS_ON_CODE = /sh (\.runtime|\/run)\/(build|prepare)\.sh|composer\.sh finish|rm -rf site\//;

let stand: ProxyHarness;
before(async () => {
  stand = await startProxyHarness();
});
after(async () => stand[Symbol.asyncDispose]());

/** Builds a folder. Gives its Dockerfile's steps with how each ended. */
async function stepsOf(funkos: FunkoApi, folder: string): Promise<Map<string, string>> {
  const { manifest, health, tar, dockerfile } = await openContext({ folder, runtimesFolder: RUNTIMES });
  const steps = new Map<string, string>();
  await funkos.build({ manifest, health, context: tar, dockerfile }, (event) => {
    if (event.type === 'step' && event.state !== 'started') steps.set(event.name, event.state);
  });
  return new Map([...steps].filter(([name]) => /^\[[^\]]*\d+\/\d+\] (RUN|COPY) /.test(name)));
}

function localFunkos(socketPath: string): FunkoApi {
  const engine = new Engine({ socketPath });
  const network = stand.network;
  return new EngineFunkos({ engine, network, traffic: new LocalTraffic({ engine, network }), kind: 'local' });
}

/** The steps that must come from the cache when only the code has changed, and what did not. */
function checkDependencies(steps: ReadonlyMap<string, string>, what: string): void {
  const runs = [...steps].filter(([name]) => name.includes('] RUN ') && !WORKS_ON_CODE.test(name));
  assert.notEqual(runs.length, 0, what);
  const anew = runs.filter(([, state]) => state !== 'cached');
  assert.deepEqual(anew, [], what);
  assert.ok([...steps.values()].includes('done'), `${what}: nothing was built`);
}

/** A funko of each runtime, with code that can be changed. */
interface Subject extends AsyncDisposable {
  readonly folder: string;
  readonly edit: (nonce: string) => Promise<() => Promise<void>>;
}

async function subjectOf(runtime: string, { files, edit }: Contract, name: string): Promise<Subject> {
  const place: TempFolder = await tempFolder();
  const folder = place.at('funko');
  await scaffold({ name, runtime, folder, runtimesFolder: RUNTIMES });
  await layFiles(folder, files);
  if (runtime === 'node')
    await writeFile(place.at('funko/package.json'), '{"name":"mine","version":"1.0.0"}');
  return {
    folder,
    edit: async (nonce) => change(folder, { ...edit, replace: edit.replace.replaceAll('{nonce}', nonce) }),
    [Symbol.asyncDispose]: async () => place[Symbol.asyncDispose](),
  };
}

test(
  'dependencies are installed once for each runtime, whatever restarts and whoever builds',
  { timeout: BUILT_WITHIN_MS },
  async () => {
    const runtimes = (await listRuntimes(RUNTIMES)).filter(({ name }) => !CHECKED_APART.includes(name));
    assert.ok(runtimes.length >= 8);
    const server = new ServerFunkos({ url: stand.url, token: stand.token });
    await using subjects = new AsyncDisposableStack();
    const made: Subject[] = [];
    for (const { name, folder } of runtimes)
      made.push(subjects.use(await subjectOf(name, await readContract(folder), stand.name(name))));
    await Promise.all(made.map(async ({ folder }) => stepsOf(server, folder)));
    await stand.docker('restart', stand.proxyName);
    await stand.ready();
    await Promise.all(
      made.map(async ({ folder, edit }) => {
        const undo = await edit(`n${process.pid}`);
        checkDependencies(await stepsOf(server, folder), folder);
        await undo();
      }),
    );
    const local = localFunkos('/var/run/docker.sock');
    for (const { folder } of made) {
      const anew = [...(await stepsOf(local, folder))].filter(([, state]) => state !== 'cached');
      assert.deepEqual(anew, [], `${folder} with --local`);
    }
  },
);

test('a restart of the engine leaves the cache as it was, and so does a cut that is to leave what was just built', async () => {
  await using engine = await SecondEngine.start();
  await using folder = await tempFolder({
    'funko.yml': `name: ${stand.name('engine')}\nruntime: node\n`,
    'package.json': '{"name":"mine","version":"1.0.0"}',
    'index.js': 'export default () => {};',
  });
  const funkos = localFunkos(engine.socketPath);
  await stepsOf(funkos, folder.path);
  await pruneBuildCache(new Engine(engine), 1, { unusedHours: 1 });
  await engine.stop();
  await engine.boot();
  await writeFile(folder.at('index.js'), 'export default () => 1;');
  checkDependencies(await stepsOf(funkos, folder.path), 'after a restart');
});
