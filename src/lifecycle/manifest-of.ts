/** What a version was built with, read from its image. Pure. */
import { FaasoError, messageOf } from '../errors.ts';
import { checkManifest, type Manifest } from '../funko/manifest.ts';
import { LABEL } from '../funko/naming.ts';
import type { Version } from './versions.ts';

/** The manifest in the image's label. Throws `bad_manifest` if there is none that this FaaSO understands. */
export function manifestOf({ tag, image }: Pick<Version, 'tag' | 'image'>): Manifest {
  try {
    return checkManifest(JSON.parse(image.labels[LABEL.manifest] ?? ''));
  } catch (error) {
    const message = `The label ${LABEL.manifest} of ${tag} holds no valid manifest (${messageOf(error)}); build the funko again.`;
    throw new FaasoError('bad_manifest', message, { cause: error });
  }
}
