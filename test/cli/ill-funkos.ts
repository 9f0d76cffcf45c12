/** Funkos whose instance is not well. */
import type { FunkoStatus } from '../../src/lifecycle/funkos.ts';
import { statusOf } from './fake-funkos.ts';

export const LOST = {
  state: 'misplaced',
  reason: 'it is not there',
  mend: 'docker network connect',
} as const;
export const SLOW = { state: 'starting', reason: 'status 500', mend: 'docker logs' } as const;

/** The same is wrong with all its instances. */
export function ill(name: string, what: typeof LOST | typeof SLOW): FunkoStatus {
  const status = statusOf(name);
  return { ...status, instances: status.instances.map((one) => ({ ...one, ...what })) };
}
