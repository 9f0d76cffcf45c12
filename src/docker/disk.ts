/** What images and the build cache take on the engine's disk. */
import { createHash } from 'node:crypto';
import type { Engine } from './engine/engine.ts';

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

interface InspectedImage {
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
}

/** Rows of a history that are a layer even where it is empty; all others are one only if they take room. */
const MAKES_LAYER = /^(?:RUN|COPY|ADD|WORKDIR)\b/;

/**
 * An image's layers, the lowest first; only those that take room. The engine tells their sizes with the image's history and
 * their contents apart from it. Where the two can't be matched, as with some other builders' histories, a layer is known by the
 * history up to it: two of one size and one command, made in one second, are taken for one. Throws `engine_*`, also if
 * there is no such image.
 */
export async function layersOf(engine: Engine, id: string, signal?: AbortSignal): Promise<Layer[]> {
  const path = `/images/${encodeURIComponent(id)}`;
  const [history, image] = await Promise.all([
    engine.get(`reading the history of image ${id}`, `${path}/history`, signal),
    engine.get(`inspecting image ${id}`, `${path}/json`, signal),
  ]);
  const rows = (history as readonly HistoryRow[]).toReversed();
  const contents = (image as InspectedImage).RootFS?.Layers ?? [];
  return keyed(rows, contents);
}

function keyed(rows: readonly HistoryRow[], contents: readonly string[]): Layer[] {
  const made = rows.filter(({ Size, CreatedBy }) => Size > 0 || MAKES_LAYER.test(CreatedBy));
  const isMatched = made.length === contents.length;
  let key = '';
  const layers = made.map(({ Created, CreatedBy, Size }, index) => {
    key = hashOf(`${key}\n${isMatched ? contents[index] : `${Created} ${Size} ${CreatedBy}`}`);
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
