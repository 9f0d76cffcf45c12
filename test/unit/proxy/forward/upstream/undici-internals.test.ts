/** The workers use undici's insides (pool.ts, connection.ts). An upgrade that moves them fails here, and by name. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as undici from 'undici';
import { Connection } from '../../../../../src/proxy/forward/upstream/connection.ts';
import { Client, Pool } from '../../../../../src/proxy/forward/upstream/pool.ts';

const require = createRequire(import.meta.url);

test('the classes that are loaded by their paths are those that undici exports', () => {
  assert.equal(Pool, undici.Pool);
  assert.equal(Client, undici.Client);
});

test('undici still has the symbols by which a connection is told to skip an unasked 100 Continue', async () => {
  const symbols = require('undici/lib/core/symbols.js') as Record<string, unknown>;
  assert.deepEqual([typeof symbols['kParser'], typeof symbols['kSocket']], ['symbol', 'symbol']);
  const connection = new Connection('http://127.0.0.1:1', {});
  assert.ok(connection instanceof undici.Client);
  await connection.destroy();
});
