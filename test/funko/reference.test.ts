import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { reference, REFERENCE_FILE } from '../../scripts/reference.ts';

it('docs/funko-yml.md is what the schema and the runtimes say; `npm run docs` writes it anew', async () => {
  assert.equal(await readFile(REFERENCE_FILE, 'utf8'), await reference());
});
