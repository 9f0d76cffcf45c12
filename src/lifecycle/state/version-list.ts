/** The versions of a funko: its images, by their tags. Pure. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { Image } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import { isFunkoName } from '../../funko/naming/names.ts';
import { servedTag, versionOfTag, parseVersion, formatVersion } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { aliasOf } from '../../funko/naming/container-names.ts';

export interface Version {
  readonly number: number;
  /** `faaso-hello:v3`. */
  readonly tag: string;
  readonly image: Image;
}

/** What FaaSO built of a funko, the newest first. An image that somebody only tagged like one is not among them. */
export function versionsOf(funko: string, images: readonly Image[]): Version[] {
  const versions = images.flatMap((image) =>
    image.tags.flatMap((tag) => {
      const number = versionOfTag(funko, tag);
      return number !== undefined && isBuild(image, funko, number) ? [{ number, tag, image }] : [];
    }),
  );
  return versions.sort((a, b) => b.number - a.number);
}

/** The funkos that there are versions of. */
export function builtFunkos(images: readonly Image[]): string[] {
  const names = images.map((image) => {
    const funko = image.labels[LABEL.funko];
    return funko !== undefined && isFunkoName(funko) && isVersion(image, funko) ? funko : undefined;
  });
  return [...new Set(names)].filter((name) => name !== undefined);
}

function isVersion(image: Image, funko: string): boolean {
  return image.tags.some((tag) => {
    const number = versionOfTag(funko, tag);
    return number !== undefined && isBuild(image, funko, number);
  });
}

/**
 * When a version was made, ISO 8601 in UTC. Versions that FaaSO built before it wrote that down have the time of their image, which may
 * be older: that of its layers.
 */
export function builtAt({ image: { labels, createdAt } }: Pick<Version, 'image'>): string {
  const written = Date.parse(labels[LABEL.built] ?? '');
  return Number.isNaN(written) ? createdAt : new Date(written).toISOString();
}

/**
 * The number of the next version: above every tag, and above what containers were made from, so
 * that a number never comes to mean two things.
 */
export function nextVersion(
  funko: string,
  images: readonly Image[],
  containers: readonly ContainerRow[],
): number {
  const tagged = images.flatMap((image) => image.tags.map((tag) => versionOfTag(funko, tag) ?? 0));
  const running = containers
    .filter(({ labels }) => labels[LABEL.funko] === funko)
    .map(({ labels }) => parseVersion(labels[LABEL.version] ?? '') ?? 0);
  return 1 + Math.max(0, ...tagged, ...running);
}

/**
 * The version that was asked for, or the newest.
 * @param versions not empty, the newest first
 * Throws `unknown_version`, naming those there are.
 */
export function pickVersion(
  funko: string,
  versions: readonly Version[],
  wanted: string | undefined,
): Version {
  const number = wanted === undefined ? versions[0]?.number : parseVersion(wanted);
  const found = versions.find((version) => version.number === number);
  if (found) return found;
  const known = versions.map((version) => formatVersion(version.number)).join(', ');
  throw new FaasoError(
    'unknown_version',
    `The funko "${funko}" has no version "${wanted ?? ''}". There are: ${known}.`,
  );
}

/**
 * The version that a rollback would go back to: of those that are older than the one in service the newest that was in service itself, or
 * the newest if that is known of none.
 * @param versions the newest first
 */
export function versionBefore(
  funko: string,
  versions: readonly Version[],
  current: number,
): Version | undefined {
  const older = versions.filter(({ number }) => number < current);
  return older.find(({ number, image }) => image.tags.includes(servedTag(funko, number))) ?? older[0];
}

/**
 * As `versionBefore`.
 * Throws `unknown_version` if there is none, naming those there are.
 */
export function previousVersion(funko: string, versions: readonly Version[], current: number): Version {
  const found = versionBefore(funko, versions, current);
  if (found) return found;
  const known = versions.map(({ number }) => formatVersion(number)).join(', ');
  const message = `The funko "${funko}" runs ${formatVersion(current)}, and there is no older version. There are: ${known}.`;
  throw new FaasoError('unknown_version', message);
}

/**
 * The number of the version that was put into service last: that of the newest instance, a running one if there is one.
 * @param own by number, as `managedInstances` gives them
 */
export function versionInService(own: readonly ContainerRow[]): number | undefined {
  const newest = own.findLast(({ status }) => status === 'running') ?? own.at(-1);
  return newest && parseVersion(newest.labels[LABEL.version] ?? '');
}

/** Every tag in a funko's repository on an image that FaaSO built for it, `latest` included. */
export function tagsOf(
  funko: string,
  images: readonly Image[],
): { readonly tag: string; readonly imageId: string }[] {
  const built = images.filter(({ labels }) => labels[LABEL.funko] === funko);
  const tags = built.flatMap(({ id, tags }) => tags.map((tag) => ({ tag, imageId: id })));
  return tags.filter(({ tag }) => tag.startsWith(`${aliasOf(funko)}:`)).sort((a, b) => compare(a.tag, b.tag));
}

function isBuild(image: Image, funko: string, number: number): boolean {
  return image.labels[LABEL.funko] === funko && image.labels[LABEL.version] === formatVersion(number);
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
