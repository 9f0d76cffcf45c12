/** Names of containers and volumes, the aliases that lead to funkos, and the names of previews. Pure. */
import { LABEL } from './labels.ts';
import { PREFIX, PROXY_NAME } from './names.ts';
import { formatVersion, parseVersion } from './version.ts';

/** What the names of what `faaso dev` runs begin with: not with PREFIX, so no proxy takes it for a funko in service. */
const DEV_PREFIX = 'faaso_dev-';

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
  return `${funko}@${formatVersion(version)}`;
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
  return `${funko}_${formatVersion(version)}`;
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
