/** Names and tags of what runs of a funko beside its instances. No proxy takes such a container for a funko. Pure. */
import { versionTag } from './naming.ts';

/** The container in which a funko's release command runs: `faaso.release-hello`. */
export function releaseName(funko: string): string {
  return `faaso.release-${funko}`;
}

/** The tag of a version whose release command has succeeded, so that it is not run again: `faaso-hello:v3-released`. */
export function releasedTag(funko: string, version: number): string {
  return `${versionTag(funko, version)}-released`;
}
