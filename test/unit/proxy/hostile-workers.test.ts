import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NEVER } from 'rxjs';
import { createLogger } from '../../../src/logger.ts';
import { DEFAULT_FORWARD_SETTINGS } from '../../../src/proxy/forward/settings.ts';
import type { Following } from '../../../src/proxy/tracking/follow.ts';
import { RoutingTable } from '../../../src/proxy/tracking/table.ts';
import { WorkerPool } from '../../../src/proxy/parent/workers/pool.ts';
import { freePort } from '../../support/engine/free-port.ts';
import { poll } from '../../support/engine/wait.ts';
import { sampleBackend } from '../../support/proxy/samples.ts';

const MIB = 1024 ** 2;
const MISDEEDS = [
  'floods with questions and reads no answer',
  'says that it can’t listen, again and again',
  'sends a type that nobody knows, again and again',
];

describe('a worker that was broken into', () => {
  for (const misdeed of MISDEEDS) {
    it(`${misdeed}: the parent stays small, and the other worker goes on`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'faaso-hostile-'));
      const funko = createServer((_req, res) => res.end('here')).listen(0, '127.0.0.1');
      await once(funko, 'listening');
      const lines: string[] = [];
      const port = await freePort();
      const pool = new WorkerPool({
        count: 2,
        file: fileURLToPath(new URL('../../support/proxy/hostile-worker.ts', import.meta.url)),
        settings: {
          port,
          adminSocket: `${misdeed}@${join(folder, 'taken')}`,
          logLevel: 'error',
          forward: DEFAULT_FORWARD_SETTINGS,
        },
        userId: undefined,
        following: following((funko.address() as AddressInfo).port),
        splits: { current: {}, built: [], changes$: NEVER },
        logger: createLogger('error', {}, { write: (line) => void lines.push(line) }),
      });
      await using cleanUp = new AsyncDisposableStack();
      cleanUp.defer(async () => {
        await pool.drain(0);
        funko.close();
        await rm(folder, { recursive: true });
      });
      const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/funko/a/`)).text();
      let most = process.memoryUsage().rss;
      const before = most;
      const ended = (): boolean => lines.some((line) => line.includes('a worker ended and is replaced'));
      await poll('an answer', ask, (body) => {
        most = Math.max(most, process.memoryUsage().rss);
        return body === 'here' && ended();
      });
      assert.equal(await ask(), 'here');
      assert.ok(most - before < 200 * MIB, `${Math.round((most - before) / MIB)} MiB more`);
      assert.ok(lines.length < 10, `${lines.length} lines were logged`);
    });
  }
});

function following(port: number): Following {
  const backend = sampleBackend({ port, state: 'ready', probe: null });
  return {
    table: RoutingTable.empty().with(new Map([[backend.id, backend]]))?.table ?? RoutingTable.empty(),
    changes$: NEVER,
    sync: { state: 'in_step', since: '2026-01-01T00:00:00.000Z', reason: null },
    sync$: NEVER,
    probed: () => undefined,
    missed: () => undefined,
    release: () => undefined,
    resume: () => undefined,
    stop: () => undefined,
  };
}
