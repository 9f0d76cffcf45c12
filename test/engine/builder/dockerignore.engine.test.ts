/**
 * .dockerignore as the engine reads it, over generated files and folders. IGNORE_CASES (80) says how many, IGNORE_SEED (1) where the
 * seeds begin: `IGNORE_CASES=5000 node --test test/engine/builder/dockerignore.engine.test.ts`.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tempFolder } from '../../support/builder/folders.ts';
import { caseOf, put, takenByDocker, takenByUs } from '../../support/builder/ignore-judge.ts';

const CASES = Number(process.env['IGNORE_CASES'] ?? 80);
const FIRST = Number(process.env['IGNORE_SEED'] ?? 1);
/** Contexts of one build. */
const AT_ONCE = 40;

for (let first = FIRST; first < FIRST + CASES; first += AT_ONCE) {
  const seeds = Array.from({ length: Math.min(AT_ONCE, FIRST + CASES - first) }, (_, index) => first + index);
  it(`takes what the engine takes: seeds ${first} to ${seeds.at(-1) ?? first}`, async () => {
    await using root = await tempFolder();
    const cases = seeds.map((seed) => ({ seed, folder: root.at(`s${seed}`), ...caseOf(seed) }));
    for (const one of cases) await put(one.folder, one);
    const judged = await takenByDocker(
      root.path,
      cases.map(({ folder }) => folder),
    );
    for (const [index, one] of cases.entries())
      assert.deepEqual(await takenByUs(one.folder, one), judged[index], `seed ${one.seed}:\n${one.patterns}`);
  });
}
