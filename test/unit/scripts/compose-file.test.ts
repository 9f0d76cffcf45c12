import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';

interface ComposeFile {
  readonly services: { readonly proxy: Readonly<Record<string, unknown>> };
}

test("the proxy's container has a limit of processes and of memory", async () => {
  const text = await readFile(new URL('../../../compose.yaml', import.meta.url), 'utf8');
  const { proxy } = (parse(text) as ComposeFile).services;
  assert.equal(proxy['pids_limit'], 2048);
  assert.equal(proxy['mem_limit'], '${FAASO_PROXY_MEMORY:-8g}');
});
