/** What images and the build cache take on the engine's disk. */
import { createHash } from 'node:crypto';
import type { Engine } from './engine.ts';

/** One layer of an image. */
export interface Layer {
  /** The same for the same layer on the same layers, whichever image it is in. */
  readonly key: string;
  readonly bytes: number;
}

interface HistoryRow {
  readonly Created: number;
  readonly CreatedBy: string;
  readonly Size: number;
}

/**
 * An image's layers, the lowest first, by its history, which an image inherits with the layers it is built on. Only those
 * that take room. Throws `engine_*`, also if there is no such image.
 */
export async function layersOf(engine: Engine, id: string, signal?: AbortSignal): Promise<Layer[]> {
  const path = `/images/${encodeURIComponent(id)}/history`;
  const rows = (await engine.get(`reading the history of image ${id}`, path, signal)) as HistoryRow[];
  let key = '';
  const layers = rows.toReversed().map(({ Created, CreatedBy, Size }) => {
    key = hashOf(`${key}\n${Created} ${Size} ${CreatedBy}`);
    return { key, bytes: Size };
  });
  return layers.filter(({ bytes }) => bytes > 0);
}

/** How large the engine's build cache is, in bytes, without what images hold anyway. Throws `engine_*`. */
export async function buildCacheBytes(engine: Engine, signal?: AbortSignal): Promise<number> {
  const answer = await engine.get('measuring the build cache', '/system/df?type=build-cache', signal);
  const { BuildCache } = answer as { readonly BuildCache?: readonly CacheRow[] | null };
  return (BuildCache ?? []).reduce((sum, { Size, Shared }) => sum + (Shared ? 0 : Size), 0);
}

interface CacheRow {
  readonly Size: number;
  readonly Shared: boolean;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
