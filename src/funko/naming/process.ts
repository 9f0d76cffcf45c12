/** Names and tags of what runs of a funko beside its instances. No proxy takes such a container for a funko. Pure. */
import { versionTag } from './version.ts';
import { LABEL } from './labels.ts';

/** The container in which a funko's release command runs: `faaso.release-hello`. */
export function releaseName(funko: string): string {
  return `faaso.release-${funko}`;
}

/** The tag of a version whose release command has succeeded, so that it is not run again: `faaso-hello:v3-released`. */
export function releasedTag(funko: string, version: number): string {
  return `${versionTag(funko, version)}-released`;
}

/** The N-th container of a worker: `faaso.worker-hello.mailer.2`. */
export function workerContainerName(funko: string, worker: string, number: number): string {
  return `${workerStem(funko, worker)}${number}`;
}

/** The number in the name of a worker's container; undefined for another one's, and for an unmanaged container. */
export function workerNumber(
  funko: string,
  containerName: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  const worker = labels[LABEL.worker];
  if (worker === undefined || labels[LABEL.funko] !== funko) return undefined;
  const stem = workerStem(funko, worker);
  const digits = containerName.startsWith(stem) ? containerName.slice(stem.length) : '';
  return /^[1-9][0-9]{0,8}$/.test(digits) ? Number(digits) : undefined;
}

/** What a worker's container is called for short: `mailer` and `mailer.2`; nothing for other containers. */
export function workerWords(funko: string, containerName: string): string[] {
  const start = `faaso.worker-${funko}.`;
  const [number, worker] =
    (containerName.startsWith(start)
      ? /^([a-z0-9-]+)\.[1-9][0-9]*$/.exec(containerName.slice(start.length))
      : null) ?? [];
  return number === undefined || worker === undefined ? [] : [worker, number];
}

function workerStem(funko: string, worker: string): string {
  return `faaso.worker-${funko}.${worker}.`;
}

/**
 * The tag by which the engine remembers how many containers of a version's worker were asked for: `faaso-hello:v3-scale-mailer-2`. No
 * worker's tag is one of the instances (`v3-scale-2`).
 */
export function workerScaleTag(funko: string, version: number, worker: string, count: number): string {
  return `${versionTag(funko, version)}-scale-${worker}-${count}`;
}

/** The worker and the number that a tag asks for; undefined for any other version's tag. */
export function workerScaleOfTag(
  funko: string,
  version: number,
  tag: string,
): { readonly worker: string; readonly count: number } | undefined {
  const start = `${versionTag(funko, version)}-scale-`;
  const [, worker, count] =
    (tag.startsWith(start) ? /^(.+)-([1-9][0-9]{0,2})$/.exec(tag.slice(start.length)) : null) ?? [];
  return worker === undefined ? undefined : { worker, count: Number(count) };
}
