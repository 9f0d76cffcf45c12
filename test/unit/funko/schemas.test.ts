import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';

const SOURCE = join(import.meta.dirname, '../../../src');
const FILES = globSync(['**/*schema.ts', 'proxy/admin/schemas/*.ts'], { cwd: SOURCE });

const ajv = new Ajv();

test('the schemas of FaaSO, which are not looked at where they are used, are valid JSON Schemas', async () => {
  let checked = 0;
  for (const file of FILES) {
    const exported = Object.entries((await import(join(SOURCE, file))) as Record<string, unknown>);
    for (const [name, value] of exported) {
      if (!isSchema(value)) continue;
      checked += 1;
      assert.ok(ajv.validateSchema(value), `${file}, ${name}: ${ajv.errorsText()}`);
    }
  }
  assert.ok(checked >= 15, `only ${checked} schemas were found`);
});

function isSchema(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'type' in value;
}
