import type { Engine } from '../../docker/engine/engine.ts';
import type { ExitEvents } from './exit-events.ts';

/**
 * Follows how a container ends, by its full ID; best before it is started, for the engine forgets old events. What follows events takes
 * long to load, and most commands start nothing.
 */
export async function followExits(engine: Engine, id: string): Promise<ExitEvents> {
  const { exitsOf } = await import('./exit-events.ts');
  return exitsOf(engine, id);
}
