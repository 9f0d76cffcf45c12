/** Funkos whose instance is not well. */
import type { FunkoStatus } from '../../../src/api/funko-api.ts';
import { statusOf } from './fake-funkos.ts';

export const LOST = {
  state: 'misplaced',
  reason: 'it is not there',
  fix: 'docker network connect',
} as const;
export const SLOW = { state: 'starting', reason: 'status 500', fix: 'docker logs' } as const;

/** A worker of it ends again and again. */
export function withIllWorker(name: string): FunkoStatus {
  const about = { id: 'w', name: `faaso.worker-${name}.mailer.1`, worker: 'mailer', version: 'v1' };
  const ended = { state: 'stopped', reason: 'it ended; Docker starts it again', fix: null } as const;
  const worker = { ...about, ...ended, since: '2026-01-01T00:00:00Z', restarts: 3 };
  return { ...statusOf(name), workers: [worker] };
}

/** The same is wrong with all its instances. */
export function ill(name: string, what: typeof LOST | typeof SLOW): FunkoStatus {
  const status = statusOf(name);
  return { ...status, instances: status.instances.map((one) => ({ ...one, ...what })) };
}
