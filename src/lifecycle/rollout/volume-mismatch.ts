/** What is told of a volume that its program can't write to. Pure. */
import type { VolumeMismatch } from '../../docker/volume-owner.ts';

/** Has a program `chown`, for an image that has none. */
const OTHER_IMAGE = 'busybox';

/**
 * A sentence with the command that gives the volume to the program's user.
 * @param image the version's
 */
export function describeVolumeMismatch(
  { volume, target, owner, user, hasChown }: VolumeMismatch,
  image: string,
): string {
  const fix = `docker run --rm --user 0 --entrypoint chown -v ${volume}:/v ${hasChown ? image : OTHER_IMAGE} -R ${user.uid}:${user.gid} /v`;
  return `The volume ${volume} (${target}) belongs to user ${owner}, and the program runs as user ${user.uid}, so it may not be able to write there. Its files are left as they are; to give them to the program: ${fix}`;
}
