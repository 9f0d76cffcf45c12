/**
 * Fields of a response by which a funko would rule its whole origin. Under `/funko/NAME/` all funkos have one origin, so there
 * they are cut or narrowed to that path; under a name of its own a funko is the origin, and they pass. Pure.
 */

/** They hold for the origin as a whole: cookies and storage that are emptied, another address that is used for it. */
const OF_THE_ORIGIN = new Set(['clear-site-data', 'alt-svc']);
const PATH_ATTRIBUTE = /;[ \t]*path[ \t]*=([^;]*)/gi;

/** Whether a response has one of these fields at all; most have none. */
export function rulesOrigin(from: Readonly<Record<string, unknown>>): boolean {
  return (
    from['set-cookie'] !== undefined ||
    from['service-worker-allowed'] !== undefined ||
    from['clear-site-data'] !== undefined ||
    from['alt-svc'] !== undefined
  );
}

/**
 * Keeps a response's fields within a path, in place.
 * @param headers name, value, name, value, …; names in lower case
 * @param prefix `/funko/NAME`
 */
export function keepWithin(headers: string[], prefix: string): void {
  let kept = 0;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    if (OF_THE_ORIGIN.has(name)) continue;
    headers[kept] = name;
    headers[kept + 1] = narrowed(name, headers[at + 1] ?? '', prefix);
    kept += 2;
  }
  headers.length = kept;
}

function narrowed(name: string, value: string, prefix: string): string {
  if (name === 'set-cookie')
    return value.replace(PATH_ATTRIBUTE, (attribute, path: string) => cookiePath(attribute, path, prefix));
  if (name === 'service-worker-allowed') return isScopeWithin(value, prefix) ? value : `${prefix}/`;
  return value;
}

/** A path that is none is left: then a browser takes the folder of the request's path. */
function cookiePath(attribute: string, given: string, prefix: string): string {
  const path = given.trim();
  if (!path.startsWith('/') || path === prefix || path.startsWith(`${prefix}/`)) return attribute;
  return `; Path=${prefix}${path}`;
}

/** Read as browsers do: relative to the script, which is below the prefix, and with `..` resolved. */
function isScopeWithin(value: string, prefix: string): boolean {
  const base = `http://origin.invalid${prefix}/`;
  const url = URL.parse(value, base);
  return url?.origin === 'http://origin.invalid' && url.pathname.startsWith(`${prefix}/`);
}
