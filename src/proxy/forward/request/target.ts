/**
 * Where a request is to go, by its raw target and, where its Host is a funko's own name, by that. Only the funko's name in a
 * path is decoded; the rest is passed on byte for byte, so no dot segment, no encoded slash and no `//` is read in two ways. Pure.
 */
import { FUNKO_PATH } from '../../../funko/naming/names.ts';
import { problem, type Problem } from '../../problem.ts';

export type Target =
  /** `path` is what the funko gets, query included; `prefix` what was taken off for that, undefined under the funko's own name. */
  | {
      readonly kind: 'funko';
      readonly funko: string;
      readonly prefix: string | undefined;
      readonly path: string;
    }
  /** The admin API gets the path as it is. */
  | { readonly kind: 'admin'; readonly path: string }
  /** The slash after a funko's name is missing. */
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'local'; readonly page: 'healthz' | 'readyz' | 'server' }
  | { readonly kind: 'refused'; readonly problem: Problem };

export type FunkoTarget = Extract<Target, { readonly kind: 'funko' }>;

/** A request target taken apart. */
export interface RequestTarget {
  /** Where it leads whatever its Host is; undefined if its path decides, or the Host. */
  readonly to: Target | undefined;
  /** Query included. */
  readonly path: string;
  /** Of an absolute target: it replaces the Host (RFC 9112, 3.2.2). */
  readonly authority: string | undefined;
}

/** FaaSO as a whole. */
export const SERVER: Target = { kind: 'local', page: 'server' };

const ADMIN = '/admin';
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/is;
/** What a name can't contain once it is decoded, and what it can't be: it would mean another path to somebody. */
const NOT_IN_NAMES = /[/\\\0]|^\.{1,2}$/;

/** Takes a request target apart as it was sent. */
export function parseTarget(method: string, raw: string): RequestTarget {
  if (raw.charCodeAt(0) === 0x2f) return { to: whole(raw), path: raw, authority: undefined };
  if (raw === '*' && method === 'OPTIONS') return { to: SERVER, path: '', authority: undefined };
  const absolute = ABSOLUTE.exec(raw);
  if (!absolute) {
    const to = refused('The request target must be a path that begins with "/".');
    return { to, path: '', authority: undefined };
  }
  const [, authority = '', rest = ''] = absolute;
  // RFC 9112, 3.2.4: so it is written to a proxy.
  if (rest === '' && method === 'OPTIONS') return { to: SERVER, path: '', authority };
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return { to: whole(path), path, authority };
}

/** A fragment is never sent. */
function whole(path: string): Target | undefined {
  return path.includes('#')
    ? refused('The request target contains a fragment ("#…"), which is never sent.')
    : undefined;
}

/**
 * Where a request leads.
 * @param named the funko whose own name the Host is: every path is that funko's, also `/admin` and `/funko/…`
 */
export function targetOf({ to, path }: RequestTarget, named: string | undefined): Target {
  if (to) return to;
  if (named !== undefined) return { kind: 'funko', funko: named, prefix: undefined, path };
  if (path.startsWith(FUNKO_PATH)) return parseFunko(path);
  const query = path.indexOf('?');
  const plain = query < 0 ? path : path.slice(0, query);
  if (plain === '/healthz') return { kind: 'local', page: 'healthz' };
  if (plain === '/readyz') return { kind: 'local', page: 'readyz' };
  if (plain === ADMIN || plain.startsWith(`${ADMIN}/`)) return { kind: 'admin', path };
  return {
    kind: 'refused',
    problem: problem('not_found', `There is nothing at this path. Funkos are at ${FUNKO_PATH}NAME/.`),
  };
}

/** `/funko/NAME/REST?QUERY`. */
function parseFunko(path: string): Target {
  const end = endOfName(path);
  const raw = path.slice(FUNKO_PATH.length, end);
  const funko = decodeName(raw);
  if (funko === undefined) {
    return refused(`"${raw}" is not a funko's name: it must be one path segment in well-formed UTF-8.`);
  }
  const prefix = path.slice(0, end);
  if (path.charCodeAt(end) === 0x2f) return { kind: 'funko', funko, prefix, path: path.slice(end) };
  return { kind: 'redirect', location: `${prefix}/${path.slice(end)}` };
}

function endOfName(path: string): number {
  for (let at = FUNKO_PATH.length; at < path.length; at += 1) {
    const sign = path.charCodeAt(at);
    if (sign === 0x2f || sign === 0x3f) return at;
  }
  return path.length;
}

/** @returns undefined for what can't be a name */
function decodeName(raw: string): string | undefined {
  if (raw === '') return undefined;
  try {
    const name = raw.includes('%') ? decodeURIComponent(raw) : raw;
    return NOT_IN_NAMES.test(name) ? undefined : name;
  } catch {
    return undefined;
  }
}

function refused(detail: string): Target {
  return { kind: 'refused', problem: problem('bad_request', detail) };
}
