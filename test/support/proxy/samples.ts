import type { Backend } from '../../../src/proxy/balancing/backend.ts';

/** A backend that is `starting` and is to be probed by TCP, with these changes. */
export function sampleBackend(changes: Partial<Backend> = {}): Backend {
  return {
    id: 'ab12',
    name: 'faaso-a',
    funkos: ['a'],
    address: '127.0.0.1',
    port: 1,
    state: 'starting',
    reason: null,
    fix: null,
    since: '2026-01-01T00:00:00.000Z',
    version: null,
    probe: { kind: 'tcp' },
    rules: null,
    life: 'one',
    ...changes,
  };
}
