import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { RUNTIME_SCHEMA } from '../../../src/builder/runtime/runtime-schema.ts';
import { MANIFEST_SCHEMA } from '../../../src/funko/manifest/schema.ts';
import { TRAFFIC_SCHEMA } from '../../../src/funko/manifest/traffic-schema.ts';
import { CONTRACT_SCHEMA } from '../../../src/runtime-check/contract-schema.ts';
import * as admin from '../../../src/proxy/admin/schemas.ts';

const ajv = new Ajv();

test('the schemas of FaaSO, which are not looked at where they are used, are valid JSON Schemas', () => {
  const bodies = Object.entries(admin).flatMap(([name, value]) =>
    /_(BODY|QUERY)$/.test(name) && typeof value === 'object' ? [value] : [],
  );
  for (const schema of [MANIFEST_SCHEMA, RUNTIME_SCHEMA, TRAFFIC_SCHEMA, CONTRACT_SCHEMA, ...bodies])
    assert.ok(ajv.validateSchema(schema), ajv.errorsText());
});
