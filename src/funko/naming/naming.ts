/**
 * The conventions that tie names, containers, images and URLs together: all but those of secrets (secret-naming.ts), of
 * splits (split-naming.ts), of host names (host-naming.ts) and of other programs (process-naming.ts). Pure.
 */

/** The network that funkos and the proxy share, unless a setting says otherwise. */
export const DEFAULT_NETWORK = 'faaso-net';
/** The port a funko listens on in its own container, unless the label `faaso.port` says otherwise. */
export const FUNKO_PORT = 3000;
/** The port of the proxy, the only one that is published. */
export const PROXY_PORT = 8888;
/** The name of the proxy's own container: never a funko. */
export const PROXY_NAME = 'faaso-proxy';
/** What every funko's container name, alias and image name begins with. */
export const PREFIX = 'faaso-';
/** What the names of what `faaso dev` runs begin with: not with PREFIX, so no proxy takes it for a funko in service. */
const DEV_PREFIX = 'faaso_dev-';
/** The path under which the proxy serves funkos. */
export const FUNKO_PATH = '/funko/';
/** The health path of a runtime that names none. */
export const DEFAULT_HEALTH_PATH = '/ping';

/** The most instances of one funko. */
export const MOST_INSTANCES = 100;

/** The names of funkos that FaaSO builds. */
export const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
export const NAME_RULE =
  '1 to 40 characters: a-z, 0-9 and "-", with a letter or a digit at both ends, and not "proxy"';

/** Labels that FaaSO writes on what it builds and starts, and those that a person may write. */
export const LABEL = {
  funko: 'faaso.funko',
  version: 'faaso.version',
  manifest: 'faaso.manifest',
  health: 'faaso.health',
  /** The digest of what it was built from. */
  content: 'faaso.content',
  /** When the version was made, RFC 3339 in UTC: the image's own time is that of its layers, which other versions may share. */
  built: 'faaso.built',
  /** The environment variables that `faaso env set` gave a version, as JSON. */
  env: 'faaso.env',
  /** On images and volumes for secrets: the network of whoever made them, who alone takes away what was cut off. */
  network: 'faaso.network',
  /** On all that `faaso dev` makes: the funko's name. */
  dev: 'faaso.dev',
  /** Beside it: the session that made it. */
  devSession: 'faaso.dev.session',
  /** On what FaaSO has started, its number: what is made by hand of a version's image has all other labels, but not this. */
  instance: 'faaso.instance',
  /** On containers of a worker: the worker's name. */
  worker: 'faaso.worker',
  /** On instances with a health check, of funko.yml or of the image: Docker must find them healthy before they take traffic. */
  check: 'faaso.check',
  /** Written by people: the container listens on this port instead of 3000. */
  port: 'faaso.port',
  /** What of funko.yml the proxy obeys, as JSON. FaaSO writes it on instances, people may on what they start by hand. */
  traffic: 'faaso.traffic',
  /** On the proxy's image: whatever a container of it is called, it is a proxy and never a funko. Its value is of no account. */
  proxy: 'faaso.proxy',
  /** On what writes into volumes: a container and its image. */
  scribe: 'faaso.scribe',
} as const;

/** Whether FaaSO may build a funko of this name. The proxy's own name is taken. */
export function isFunkoName(name: string): boolean {
  return NAME_PATTERN.test(name) && PREFIX + name !== PROXY_NAME;
}

/**
 * The funko that a container name or a network alias stands for: `faaso-hello`, `faaso-hello.2` → `hello`. No funko's name has a dot.
 * @returns undefined if the name is no funko's, the proxy's own included
 */
export function funkoOfName(name: string): string | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const rest = name.slice(PREFIX.length);
  const dot = rest.indexOf('.');
  const funko = dot < 0 ? rest : rest.slice(0, dot);
  return funko === '' || PREFIX + funko === PROXY_NAME ? undefined : funko;
}

/**
 * Whether a container is a proxy, this one or another on the same engine: no proxy is a funko, whatever its aliases.
 * @param containerName without the leading slash
 */
export function isProxy(containerName: string, labels: Readonly<Record<string, string>>): boolean {
  const hasItsName = containerName === PROXY_NAME || containerName.startsWith(`${PROXY_NAME}.`);
  return hasItsName || labels[LABEL.proxy] !== undefined;
}

/**
 * All funkos that a container is an instance of, by its name and its aliases on the funkos' network, sorted; none for a
 * proxy. `faaso-hello_v3.1` is a preview, `hello@v3`, if it was made of version 3 of hello; else it is of a funko `hello_v3`.
 * @param containerName without the leading slash
 * @param aliases as the engine gives them for the network; the container's short id among them does no harm
 */
export function funkosOf(
  containerName: string,
  aliases: readonly string[],
  labels: Readonly<Record<string, string>>,
): string[] {
  if (isProxy(containerName, labels)) return [];
  const named = [containerName, ...aliases].map(funkoOfName);
  const funkos = named.filter((funko) => funko !== undefined);
  return [...new Set(funkos.map((funko) => asPreview(funko, labels)))].sort();
}

function asPreview(named: string, labels: Readonly<Record<string, string>>): string {
  const version = parseVersion(labels[LABEL.version] ?? '');
  const funko = labels[LABEL.funko];
  if (funko === undefined || version === undefined || named !== previewStem(funko, version)) return named;
  return previewName(funko, version);
}

/** The alias, DNS name and image repository of a funko: `faaso-hello`. */
export function aliasOf(funko: string): string {
  return PREFIX + funko;
}

/** The name of the N-th container that FaaSO starts for a funko: `faaso-hello.3`. */
export function instanceName(funko: string, number: number): string {
  return `${PREFIX}${funko}.${number}`;
}

/** The number in an instance's name, undefined for another funko's or a hand-made container. */
export function instanceNumber(funko: string, containerName: string): number | undefined {
  const start = `${PREFIX}${funko}.`;
  const digits = containerName.startsWith(start) ? containerName.slice(start.length) : '';
  return /^[1-9][0-9]{0,8}$/.test(digits) ? Number(digits) : undefined;
}

/**
 * What a preview of a version is called in URLs, and as a funko: `hello@v3`. The same name leads to what runs of that
 * version in service.
 */
export function previewName(funko: string, version: number): string {
  return `${funko}@v${version}`;
}

/** The funko and the version that a preview's name stands for; a name without a version has none. */
export function parsePreview(name: string): { readonly funko: string; readonly version: number | undefined } {
  const at = name.lastIndexOf('@');
  const version = at < 0 ? undefined : parseVersion(name.slice(at + 1));
  return version === undefined ? { funko: name, version } : { funko: name.slice(0, at), version };
}

/**
 * What stands for the funko in the names of a preview's containers and in its alias, where no `@` may be: `hello_v3` →
 * `faaso-hello_v3.1`. FaaSO builds no funko with a `_` in its name.
 */
export function previewStem(funko: string, version: number): string {
  return `${funko}_v${version}`;
}

/** The Docker volume of a funko: `faaso-hello.data`. The dot keeps it apart from the volumes of another funko. */
export function volumeName(funko: string, name: string): string {
  return `${PREFIX}${funko}.${name}`;
}

/** The container through which a volume is made, `faaso.volume-faaso-hello.data`. No funko's container is called so. */
export function volumeMakerName(volume: string): string {
  return `faaso.volume-${volume}`;
}

/** The N-th container of a session of `faaso dev`: `faaso_dev-hello.1`. */
export function devInstanceName(funko: string, number: number): string {
  return `${DEV_PREFIX}${funko}.${number}`;
}

/** The Docker volume that a funko has under `faaso dev`, which never touches the data of the one in service. */
export function devVolumeName(funko: string, name: string): string {
  return `${DEV_PREFIX}${funko}.${name}`;
}

/** The image tag of a version: `faaso-hello:v3`. */
export function versionTag(funko: string, version: number): string {
  return `${PREFIX}${funko}:v${version}`;
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

/** `v3` → 3; undefined for anything else (`3`, `v0`, `v03`). */
export function parseVersion(text: string): number | undefined {
  return /^v[1-9][0-9]{0,8}$/.test(text) ? Number(text.slice(1)) : undefined;
}

/**
 * The port that a container listens on: its `faaso.port` label, else 3000.
 * @returns undefined for a label that is no port from 1 to 65535
 */
export function portOf(labels: Readonly<Record<string, string>>): number | undefined {
  const text = labels[LABEL.port];
  if (text === undefined) return FUNKO_PORT;
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : NaN;
  return port <= 65535 ? port : undefined;
}
