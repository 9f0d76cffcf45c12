/** Takes an instance out of service without losing a request: drain, stop, remove. */
import { removeContainer, stopContainer } from '../docker/instances.ts';
import type { UpEvent } from './funkos.ts';
import type { Site } from './site.ts';

/** How long requests in flight may take to end. */
const DRAIN_WITHIN_MS = 30_000;
/** Between the stop signal and SIGKILL. */
const GRACE_SECONDS = 10;

/**
 * Retires one instance; one that has gone already is fine.
 * Throws `engine_*`.
 */
export async function retire(
  { engine, traffic }: Site,
  { id, name }: { readonly id: string; readonly name: string },
  onEvent: (event: UpEvent) => void = () => undefined,
): Promise<void> {
  onEvent({ type: 'draining', instance: name });
  await traffic.drain(id, DRAIN_WITHIN_MS);
  await stopContainer(engine, id, GRACE_SECONDS);
  await removeContainer(engine, id);
  onEvent({ type: 'removed', instance: name });
}
