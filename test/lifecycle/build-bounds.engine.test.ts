import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FaasoError } from '../../src/errors.ts';
import { BUILD_CPU_SHARES, BuildBounds } from '../../src/lifecycle/build-bounds.ts';
import { docker } from '../engine/docker-cli.ts';
import { RUN } from '../engine/proxy-under-test.ts';
import { poll } from '../engine/wait.ts';
import { Place } from './place.ts';
import { engine } from '../docker/workshop.ts';

const MEMORY = 200 * 1024 ** 2;
const HOLDER = `test-${RUN}-${process.pid}.builds`;

const unlimited: string[] = [];
const bounds = new BuildBounds(engine, {
  holder: async () =>
    Promise.resolve({
      name: HOLDER,
      image: 'node:24-slim',
      labels: { 'faaso.test': RUN },
      memoryBytes: MEMORY,
      nanoCpus: 0.5 * 1e9,
      cpuShares: BUILD_CPU_SHARES,
    }),
  onUnlimited: (reason) => unlimited.push(reason),
});
const holders = async (): Promise<string> => docker('ps', '--all', '--quiet', '--filter', `name=^/${HOLDER}`);

let place: Place;
before(async () => {
  place = await Place.open({ bounds });
});
after(async () => {
  bounds.close();
  await place[Symbol.asyncDispose]();
  await poll('the end of the holder', holders, (ids) => ids === '');
});

/** Builds one step of Node.js, and gives the lines that it wrote. */
async function step(code: string): Promise<string[]> {
  const lines: string[] = [];
  const name = place.name('bounds');
  await place.build(name, { lines: [`RUN : ${name}; node -e "${code}"`] }, (event) => {
    if (event.type === 'log') lines.push(event.text);
  });
  return lines;
}

test('the steps of a build run in the cgroup of a container that holds their limits, and may do nothing else', async () => {
  const cgroups = await step("console.log(require('fs').readFileSync('/proc/self/cgroup', 'utf8'))");
  const id = await docker('ps', '--quiet', '--no-trunc', '--filter', `name=^/${HOLDER}`);
  assert.notEqual(id, '');
  assert.ok(
    cgroups.some((line) => line.includes(`${id}/buildkit/`)),
    cgroups.join('\n'),
  );
  const [{ HostConfig: host, Config: config }] = JSON.parse(await docker('inspect', id)) as [
    { HostConfig: Record<string, unknown>; Config: { User: string } },
  ];
  assert.deepEqual(
    [
      host['Privileged'],
      host['CapDrop'],
      host['NetworkMode'],
      host['ReadonlyRootfs'],
      host['Binds'],
      config.User,
      // Where others want the processor, builds get next to nothing of it.
      host['CpuShares'],
    ],
    [false, ['ALL'], 'none', true, null, '65534:65534', 64],
  );
});

test('a build that takes more memory than builds may have fails and says so; the next one builds', async () => {
  const hungry = 'const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))';
  await assert.rejects(step(hungry), (error: FaasoError) => {
    assert.equal(error.code, 'build_failed');
    assert.match(error.message, /exit code: 137\n.*the 200 MiB of memory.*FAASO_BUILD_MEMORY_MIB/);
    return true;
  });
  assert.deepEqual(await step('console.log(1)'), ['1']);
  await assert.rejects(step('process.exit(3)'), { message: /exit code: 3$/ });
});

const BURN = 'const end = Date.now() + 1500; while (Date.now() < end); console.log(process.cpuUsage().user)';

test('a build gets no more processor than builds may have', async () => {
  const [microseconds] = await step(BURN);
  assert.ok(Number(microseconds) < 0.75 * 1.5e6, `${microseconds} µs in 1.5 s`);
});

test('where no limits can be set a build is built without, and that is said once', async () => {
  const reasons: string[] = [];
  const none = new BuildBounds(engine, {
    holder: async () => Promise.reject(new Error('there is nothing to hold them with')),
    onUnlimited: (reason) => reasons.push(reason),
  });
  for (let time = 0; time < 2; time += 1)
    assert.equal(await none.run(async (cgroup) => Promise.resolve(cgroup)), undefined);
  assert.deepEqual(reasons, ['there is nothing to hold them with']);
  assert.deepEqual(unlimited, []);
});
