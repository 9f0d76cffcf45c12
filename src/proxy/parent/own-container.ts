/** The container that this process runs in. */
import { hostname } from 'node:os';
import { inspectContainer, type Container } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { FaasoError } from '../../errors.ts';

/** The proxy's own container. Throws `engine_failed` if it runs in none of this engine. */
export async function ownContainer(engine: Engine, signal?: AbortSignal): Promise<Container> {
  const self = await inspectContainer(engine, hostname(), signal);
  if (self) return self;
  throw new FaasoError('engine_failed', 'The proxy does not run in a container of this engine.');
}
