/** Which versions nobody will miss. Pure. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { Image } from '../../docker/images.ts';
import { managedInstances } from './managed.ts';
import { versionBefore, versionInService, versionsOf, type Version } from './version-list.ts';
import { inServiceTag } from '../../funko/naming/version.ts';

/**
 * The versions that can go: all but the newest ones, those that a container was made of, whether it runs or not, the one
 * that was put into service last, and the one that a rollback would go back to.
 * @param keep how many of the newest stay, at least 1
 */
export function oldVersions(
  funko: string,
  images: readonly Image[],
  rows: readonly ContainerRow[],
  keep: number,
): Version[] {
  const versions = versionsOf(funko, images);
  const used = new Set(rows.map(({ imageId }) => imageId));
  const current = versionInService(managedInstances(funko, rows));
  const before = current === undefined ? undefined : versionBefore(funko, versions, current);
  const isUsed = ({ image }: Version): boolean =>
    used.has(image.id) || image.tags.includes(inServiceTag(funko));
  return versions.slice(keep).filter((version) => version !== before && !isUsed(version));
}
