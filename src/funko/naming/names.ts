/** What names, ports and paths are fixed, and which names funkos may have. Pure. */

/** The network that funkos and the proxy share, unless a setting says otherwise. */
export const DEFAULT_NETWORK = 'faaso-net';
/** The names of Docker networks. */
export const NETWORK_PATTERN = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** The port a funko listens on in its own container, unless the label `faaso.port` says otherwise. */
export const FUNKO_PORT = 3000;
/** The port of the proxy, the only one that is published. */
export const PROXY_PORT = 8888;
/** The name of the proxy's own container: never a funko. */
export const PROXY_NAME = 'faaso-proxy';
/** What every funko's container name, alias and image name begins with. */
export const PREFIX = 'faaso-';
/** The path under which the proxy serves funkos. */
export const FUNKO_PATH = '/funko/';
/** The health path of a runtime that names none. */
export const DEFAULT_HEALTH_PATH = '/ping';
/** A health path. No blank and no "#": it is sent as the target of a request. */
export const HEALTH_PATH_PATTERN = /^\/[\x21\x22\x24-\x7e]*$/;
export const HEALTH_PATH_RULE = 'a path that begins with "/", in ASCII, without spaces and "#"';
export const MAX_HEALTH_PATH_CHARACTERS = 200;

/** The most instances of one funko. */
export const MOST_INSTANCES = 100;

/** The names of funkos that FaaSO builds. */
export const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
export const NAME_RULE =
  '1 to 40 characters: a-z, 0-9 and "-", with a letter or a digit at both ends, and not "proxy"';

/** Whether FaaSO may build a funko of this name. The proxy's own name is taken. */
export function isFunkoName(name: string): boolean {
  return NAME_PATTERN.test(name) && PREFIX + name !== PROXY_NAME;
}
