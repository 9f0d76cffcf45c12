/**
 * Versions: how they are written (`v7`), and the image tags by which the engine remembers which versions there are and what is
 * asked of them. docs/architecture.md lists all tags that are state. Pure.
 */
import { PREFIX } from './names.ts';

/** 3 → `v3`: how versions are written in tags, labels, answers and texts. */
export function formatVersion(version: number): string {
  return `v${version}`;
}

/** `v3` → 3; undefined for anything else (`3`, `v0`, `v03`). */
export function parseVersion(text: string): number | undefined {
  return /^v[1-9][0-9]{0,8}$/.test(text) ? Number(text.slice(1)) : undefined;
}

/** The image tag of a version: `faaso-hello:v3`. */
export function versionTag(funko: string, version: number): string {
  return `${PREFIX}${funko}:${formatVersion(version)}`;
}

/** The image tag of the newest version: `faaso-hello:latest`. */
export function latestTag(funko: string): string {
  return `${PREFIX}${funko}:latest`;
}

/** The version that a tag names (`faaso-hello:v3` → 3), undefined for any other tag or another funko's. */
export function versionOfTag(funko: string, tag: string): number | undefined {
  const start = `${PREFIX}${funko}:v`;
  return tag.startsWith(start) ? parseVersion(`v${tag.slice(start.length)}`) : undefined;
}

/** The tag by which the engine remembers which version was put into service last: `faaso-hello:in-service`. */
export function inServiceTag(funko: string): string {
  return `${PREFIX}${funko}:in-service`;
}

/** The tag of a version that was in service once, so that it is known to work: `faaso-hello:v3-served`. */
export function servedTag(funko: string, version: number): string {
  return `${versionTag(funko, version)}-served`;
}

/** While a funko is taken down, or removed, from a network: `faaso-hello:down-from-faaso-net`. Who serves that finishes it. */
export const leavingTag = (funko: string, leave: 'down' | 'remove', network: string): string =>
  `${PREFIX}${funko}:${leave}-from-${network}`;

/** While a preview is taken from a network: `faaso-hello:v3-preview-from-faaso-net`. */
export const previewLeavingTag = (funko: string, version: number, network: string): string =>
  `${versionTag(funko, version)}-preview-from-${network}`;

/**
 * The tag by which the engine remembers how many instances of a version were asked for: `faaso-hello:v3-scale-5`. A tag can
 * be set in one step, whatever runs, and is still true when no instance is left to carry a label.
 */
export function scaleTag(funko: string, version: number, count: number): string {
  return `${versionTag(funko, version)}-scale-${count}`;
}

/** The number of instances that a tag asks for (`faaso-hello:v3-scale-5` → 5), undefined for any other version's tag. */
export function scaleOfTag(funko: string, version: number, tag: string): number | undefined {
  const start = `${versionTag(funko, version)}-scale-`;
  const digits = tag.startsWith(start) ? tag.slice(start.length) : '';
  return /^[1-9][0-9]{0,2}$/.test(digits) ? Number(digits) : undefined;
}
