import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Engine } from '../../../src/docker/engine/engine.ts';
import type { FaasoError } from '../../../src/errors.ts';
import {
  BUILD_CPU_SHARES,
  BuildLimits,
  MOST_BUILD_PROCESSES,
} from '../../../src/lifecycle/builds/build-limits.ts';
import { cgroupFile, cgroupOfTest } from '../../support/engine/cgroups.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

const MEMORY = 200 * 1024 ** 2;
const CGROUP = cgroupOfTest();
const NAME = `test-${RUN}-${process.pid}.build-limits`;
const socketPath = '/var/run/docker.sock';
const engine = new Engine({ socketPath, buildCgroup: CGROUP });
const unlimited: string[] = [];

/** The limits as a proxy sets them that starts now. */
function limitsOf(memoryBytes: number, cpus = 0.5): BuildLimits {
  return new BuildLimits(engine, {
    wanted: async () =>
      Promise.resolve({
        name: NAME,
        image: 'node:24-slim',
        labels: { 'faaso.test': RUN, 'faaso.proxy': 'test' },
        limits: { memoryBytes, cpus, cpuShares: BUILD_CPU_SHARES, processes: MOST_BUILD_PROCESSES },
      }),
    onUnlimited: (reason) => unlimited.push(reason),
  });
}

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open({ limits: limitsOf(MEMORY) }, engine);
});
after(async () => place[Symbol.asyncDispose]());

/** Builds one step of Node.js, and gives the lines that it wrote. */
async function step(code: string): Promise<string[]> {
  const lines: string[] = [];
  const name = place.name('limits');
  await place.build(name, { lines: [`RUN : ${name}; node -e "${code}"`] }, (event) => {
    if (event.type === 'log') lines.push(event.text);
  });
  return lines;
}

test('the steps of a build run in a fixed cgroup with limits, and nothing that set them stays', async () => {
  const cgroups = await step("console.log(require('fs').readFileSync('/proc/self/cgroup', 'utf8'))");
  assert.ok(
    cgroups.some((line) => line.includes(`:${CGROUP}/buildkit/`)),
    cgroups.join('\n'),
  );
  assert.equal(await docker('ps', '--all', '--quiet', '--filter', `name=^/${NAME}`), '');
  assert.equal(await cgroupFile(CGROUP, 'memory.max', 'memory.limit_in_bytes'), String(MEMORY));
  assert.match(await cgroupFile(CGROUP, 'cpu.max', 'cpu.cfs_quota_us'), /^50000( 100000)?$/);
  // Where others want the processor, builds get next to nothing of it.
  assert.match(await cgroupFile(CGROUP, 'cpu.weight', 'cpu.shares'), /^(3|64)$/);
  assert.equal(await cgroupFile(CGROUP, 'pids.max'), '8192');
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

test('limits are raised and lowered by the next start of a proxy, and does so in spite of a helper that was left behind', async () => {
  await docker('create', '--name', NAME, '--label', `faaso.test=${RUN}`, 'node:24-slim');
  for (const bytes of [2 * MEMORY, MEMORY / 2, MEMORY]) {
    await limitsOf(bytes, 0).run(async () => Promise.resolve());
    assert.equal(await cgroupFile(CGROUP, 'memory.max', 'memory.limit_in_bytes'), String(bytes));
  }
  assert.match(await cgroupFile(CGROUP, 'cpu.max', 'cpu.cfs_quota_us'), /^(max 100000|-1)$/);
  assert.deepEqual(unlimited, []);
});

test('where no limits can be set a build is built without, and that is said once', async () => {
  const reasons: string[] = [];
  const none = new BuildLimits(engine, {
    wanted: async () => Promise.reject(new Error('there is nothing to set them with')),
    onUnlimited: (reason) => reasons.push(reason),
  });
  for (let time = 0; time < 2; time += 1)
    assert.equal(await none.run(async () => Promise.resolve('built')), 'built');
  assert.deepEqual(reasons, ['there is nothing to set them with']);
});
