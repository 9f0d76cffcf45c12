/**
 * Which funko a request's Host names. For now a name below `localhost` alone does; names that funkos claim belong here, exact ones
 * before wildcards. On the hot path: a look at the end of the name.
 */
import { funkoOfHost, hostNameOf } from '../../funko/naming/host.ts';

export class Hosts {
  readonly #exists: (funko: string) => boolean;

  /** @param exists whether there is a funko of this name, running or not */
  constructor(exists: (funko: string) => boolean) {
    this.#exists = exists;
  }

  /**
   * The funko, known or not, whose own name this is; every path under it is that funko's.
   * @param host a sound host, with or without a port; undefined for a request without one (HTTP/1.0)
   * @returns undefined for a host that is nobody's own: there the path decides
   */
  funkoOf(host: string | undefined): string | undefined {
    return host === undefined ? undefined : funkoOfHost(hostNameOf(host), this.#exists);
  }
}
