/** What a version was built with, read from its image. Pure. */
import { FaasoError, messageOf } from '../../errors.ts';
import { overlayOf } from '../../funko/naming/env-overlay.ts';
import { checkManifest, type Manifest } from '../../funko/manifest/manifest.ts';
import type { Version } from './version-list.ts';
import { LABEL } from '../../funko/naming/labels.ts';

/**
 * The manifest of a version, with the environment variables that were set on the server since.
 * Throws `bad_manifest` if there is none that this FaaSO understands.
 */
export function manifestOf(version: Pick<Version, 'tag' | 'image'>): Manifest {
  const manifest = writtenManifestOf(version);
  return { ...manifest, env: { ...manifest.env, ...overlayOf(version.image.labels) } };
}

/** The manifest in the image's label, as its funko.yml said. Throws `bad_manifest` if there is none that this FaaSO understands. */
export function writtenManifestOf({ tag, image }: Pick<Version, 'tag' | 'image'>): Manifest {
  try {
    return checkManifest(JSON.parse(image.labels[LABEL.manifest] ?? ''));
  } catch (error) {
    const message = `The label ${LABEL.manifest} of ${tag} holds no valid manifest (${messageOf(error)}); build the funko again.`;
    throw new FaasoError('bad_manifest', message, { cause: error });
  }
}
