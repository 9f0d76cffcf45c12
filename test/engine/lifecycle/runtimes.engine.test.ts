/** Every runtime that comes with FaaSO passes the contract suite, with real builds; some do so in `npm run test:frameworks`. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listRuntimes } from '../../../src/builder/runtime/runtime.ts';
import { runContract } from '../../../src/runtime-check/run-contract.ts';
import { CHECKED_APART, RUNTIMES } from '../../support/builder/folders.ts';
import { engine, LABELS } from '../../support/docker/engine-harness.ts';

/** Compilers that have nothing in their caches yet, on a machine with much to do. */
const CHECKED_WITHIN_MS = 10 * 60_000;

for (const runtime of (await listRuntimes(RUNTIMES)).filter(({ name }) => !CHECKED_APART.includes(name))) {
  it(`the runtime ${runtime.name} keeps its contract`, { timeout: CHECKED_WITHIN_MS }, async () => {
    const { checks } = await runContract({ engine, runtime, runtimesFolder: RUNTIMES, labels: LABELS });
    assert.deepEqual(
      checks.filter(({ state }) => state !== 'passed'),
      [],
    );
    assert.ok(checks.length > 10);
  });
}
