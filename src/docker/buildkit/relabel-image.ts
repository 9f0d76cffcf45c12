/** An image of the same layers as another one, with other labels. Nothing is built, and nothing has to be in the build cache. */
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { buildImage, type BuildImageOptions } from './build-image.ts';
import type { Engine } from '../engine/engine.ts';

export interface RelabelOptions extends Pick<BuildImageOptions, 'labels' | 'tags' | 'inTurn' | 'signal'> {
  /** The tag of the image whose layers and settings it has. */
  readonly from: string;
}

/**
 * Makes and tags the image. Labels that are not named stay as they are.
 * @returns its ID
 * Throws as `buildImage` does.
 */
export async function relabelImage(engine: Engine, { from, ...options }: RelabelOptions): Promise<string> {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, `FROM ${from}\n`);
  tar.finalize();
  return buildImage(engine, { ...options, context: Readable.from(tar), onEvent: () => undefined });
}
