/**
 * The conventions about host names, a part of naming.ts: `hello.localhost` is the funko hello, `hello--v3.localhost` version 3 of it.
 * Browsers resolve every name below `localhost` to their own machine (RFC 6761, 6.3). Pure.
 */
import { parseVersion } from './version.ts';
import { parsePreview, previewName } from './container-names.ts';

/** What a host name ends with that names a funko. */
const LOCAL_SUFFIX = '.localhost';
/** What stands between a funko and a version, since no host name may contain an `@`. */
const VERSION_MARK = '--';
/** One label of a host name (RFC 1123, 2.1), or with `_`, which names of unmanaged containers may have and browsers take. */
const LABEL_PATTERN = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * The host name of a funko, or of a version of it: `hello` → `hello.localhost`, `hello@v3` → `hello--v3.localhost`.
 * @returns undefined for a name that no host name can have, e.g. one with capital letters
 */
export function localHostOf(funko: string): string | undefined {
  const { funko: name, version } = parsePreview(funko);
  const label = version === undefined ? name : `${name}${VERSION_MARK}v${version}`;
  return LABEL_PATTERN.test(label) ? label + LOCAL_SUFFIX : undefined;
}

/**
 * The funko that a host name stands for, whether it exists or not; a version as `hello@v3`.
 * @param host in lower case, without a port and without a dot at the end; see hostNameOf
 * @param exists whether there is a funko of exactly this name: `hello--v3` could be one, which comes first
 * @returns undefined for a host name that stands for no funko, `localhost` itself among them
 */
export function funkoOfHost(host: string, exists: (funko: string) => boolean): string | undefined {
  if (!host.endsWith(LOCAL_SUFFIX)) return undefined;
  const name = host.slice(0, -LOCAL_SUFFIX.length);
  const mark = name.lastIndexOf(VERSION_MARK);
  const version = mark > 0 ? parseVersion(name.slice(mark + VERSION_MARK.length)) : undefined;
  if (version === undefined || exists(name)) return name;
  return previewName(name.slice(0, mark), version);
}

/** A host as it is compared: `Shop.Example.:8888` → `shop.example`. An IPv6 address keeps its brackets. */
export function hostNameOf(authority: string): string {
  return authority.toLowerCase().replace(/\.?(?::[0-9]*)?$/, '');
}
