/**
 * Secret mounts of a runtime's Dockerfile. BuildKit before v0.16 (Docker Engine 26 and 27.0 have such a one) computes a checksum of the
 * whole root filesystem before each RUN that mounts a secret, given or not (buildkit issue 5251): 0.6 s with Node's image. Pure.
 */

/** A mount and what separates it from the next word. A required one stays: without its secret the build must fail. */
const SECRET_MOUNT = /--mount=type=secret,id=([^,\s]+)((?:,[^,\s]+)*)[ \t]+(?:\\\n[ \t]*)?/g;

/**
 * The text of a Dockerfile without the mounts of secrets that nobody gives; they would be empty.
 * @param given IDs
 */
export function withoutMissingSecrets(dockerfile: string, given: readonly string[]): string {
  return dockerfile.replaceAll(SECRET_MOUNT, (mount, id: string, settings: string) =>
    given.includes(id) || settings.includes(',required') ? mount : '',
  );
}
