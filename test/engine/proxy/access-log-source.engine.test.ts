/** The access log as the proxy's own container has it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import type { AccessLogEntry, AccessLogRequest } from '../../../src/api/funko-api.ts';

async function told(stand: ProxyHarness, request: AccessLogRequest): Promise<AccessLogEntry[]> {
  const all: AccessLogEntry[] = [];
  await new ServerFunkos(stand).accessLog(request, (entry) => void all.push(entry));
  return all;
}

test('requests are told from the log of the proxy, also those to come', async () => {
  // One worker: what two of them write within a millisecond can change places.
  await using stand = await startProxyHarness({ FAASO_WORKERS: '1' });
  const name = stand.name('asked');
  await stand.serve(`faaso-${name}`, `response.end('hello')`);
  await stand.until(`/funko/${name}/`, (status) => status === 200);
  const seen = Promise.withResolvers<AccessLogEntry>();
  const over = new AbortController();
  const onEntry = (entry: AccessLogEntry): void => {
    if (entry.requestId === 'second') seen.resolve(entry);
  };
  const following = new ServerFunkos(stand).accessLog({ funkos: [name], follow: true }, onEntry, over.signal);
  const ended = assert.rejects(following, { code: 'cancelled' });
  const ask = async (path: string, id: string): Promise<unknown> =>
    (await stand.fetch(`/funko/${name}${path}`, { headers: { 'x-request-id': id } })).text();
  await ask('/first?secret=1', 'first');
  await ask('/second', 'second');
  await seen.promise;
  over.abort();
  await ended;
  await stand.fetch(`/funko/${name}-other/`);
  const all = await told(stand, { funkos: [name], tail: 2 });
  assert.deepEqual(
    all.map(({ path, status, bytes, instance, requestId }) => [path, status, bytes, instance, requestId]),
    ['first', 'second'].map((id) => [`/funko/${name}/${id}`, 200, 5, `faaso-${name}`, id]),
  );
  await assert.rejects(told(stand, { funkos: [`${name}-nosuch`] }), { code: 'unknown_funko' });
});

test('a proxy that logs no requests, or whose log nobody can read, refuses with the fix', async () => {
  await using quiet = await startProxyHarness({ FAASO_LOG_LEVEL: 'warn', FAASO_WORKERS: '1' });
  await assert.rejects(told(quiet, {}), { code: 'conflict', message: /"warn".*FAASO_LOG_LEVEL=info/ });
  const folder = await mkdtemp(join(tmpdir(), 'faaso-overlay-'));
  try {
    const overlay = join(folder, 'overlay.yaml');
    await writeFile(overlay, 'services:\n  proxy:\n    logging: !override\n      driver: none\n');
    await using unread = await startProxyHarness({ FAASO_WORKERS: '1' }, undefined, [overlay]);
    await assert.rejects(told(unread, {}), { code: 'conflict', message: /logging driver keeps none/ });
  } finally {
    await rm(folder, { recursive: true });
  }
});
