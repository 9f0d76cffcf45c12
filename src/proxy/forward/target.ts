/**
 * Where a request is to go, by its raw target alone. Only the funko's name is decoded; the rest is passed on byte for
 * byte, so no dot segment, no encoded slash and no `//` is read in two ways. Pure.
 */
import { FUNKO_PATH } from '../../funko/naming.ts';
import { problem, type Problem } from '../problem.ts';

export type Target =
  /** `path` is what the funko gets, query included. */
  | { readonly kind: 'funko'; readonly funko: string; readonly prefix: string; readonly path: string }
  /** The admin API gets the path as it is. */
  | { readonly kind: 'admin'; readonly path: string }
  /** The slash after a funko's name is missing. */
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'local'; readonly page: 'healthz' | 'readyz' | 'server' }
  | { readonly kind: 'refused'; readonly problem: Problem };

export type FunkoTarget = Extract<Target, { readonly kind: 'funko' }>;

/** A target, and the authority if the client sent an absolute one: it replaces the Host (RFC 9112, 3.2.2). */
export interface ParsedTarget {
  readonly target: Target;
  readonly authority: string | undefined;
}

/** FaaSO as a whole. */
export const SERVER: Target = { kind: 'local', page: 'server' };

const ADMIN = '/admin';
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/is;
/** What a name can't contain once it is decoded, and what it can't be: it would mean another path to somebody. */
const NOT_IN_NAMES = /[/\\\0]|^\.{1,2}$/;

/** Parses a request target as it was sent. */
export function parseTarget(method: string, raw: string): ParsedTarget {
  if (raw.charCodeAt(0) === 0x2f) return { target: parsePath(raw), authority: undefined };
  if (raw === '*' && method === 'OPTIONS') return { target: SERVER, authority: undefined };
  const absolute = ABSOLUTE.exec(raw);
  if (!absolute)
    return {
      target: refused('The request target must be a path that begins with "/".'),
      authority: undefined,
    };
  const path = absolute[2] ?? '';
  // RFC 9112, 3.2.4: so it is written to a proxy.
  if (path === '' && method === 'OPTIONS') return { target: SERVER, authority: absolute[1] ?? '' };
  return { target: parsePath(path.startsWith('/') ? path : `/${path}`), authority: absolute[1] ?? '' };
}

function parsePath(path: string): Target {
  if (path.includes('#'))
    return refused('The request target contains a fragment ("#…"), which is never sent.');
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
