import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { reference, REFERENCE_FILE, SETTINGS_FILE } from '../../../scripts/reference.ts';
import { settingsPage } from '../../../scripts/settings-page.ts';

it('docs/funko-yml.md is what the schema and the runtimes say; `npm run docs` writes it anew', async () => {
  assert.equal(await readFile(REFERENCE_FILE, 'utf8'), await reference());
});

it('docs/settings.md is what the settings say; `npm run docs` writes it anew', async () => {
  assert.equal(await readFile(SETTINGS_FILE, 'utf8'), settingsPage());
});
