/** A response's head as it goes to the client: hop-by-hop fields off, framing put aside. Pure. */
import type { IncomingHttpHeaders } from 'node:http';
import { keepWithin, rulesOrigin } from './origin-fields.ts';
import { namedByConnection } from '../hop-by-hop.ts';

/** Field values by lower-case name, as undici gives them: duplicates as arrays, in their order. */
export type UpstreamHeaders = IncomingHttpHeaders | Record<string, string | string[] | undefined>;

export interface ResponseHead {
  /** Name, value, name, value, …, duplicates in order. */
  readonly headers: string[];
  /** As the upstream gave it. */
  readonly contentLength: string | undefined;
  /** The Trailer field, to be sent only where trailers can be. */
  readonly trailer: string | undefined;
  /** A transfer coding that FaaSO can't take off; the answer can't be passed on. */
  readonly badCoding: string | undefined;
  /** Whether the funko gives the answer an id of its own. */
  readonly hasRequestId: boolean;
  /** Whether its Upgrade field names `websocket`. */
  readonly wantsWebSocket: boolean;
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
]);

/**
 * Sorts the fields of an upstream's response.
 * @param prefix of a funko that shares its origin with others, `/funko/NAME`: fields that hold for more are cut or narrowed to it
 */
export function readResponseHead(from: UpstreamHeaders, prefix?: string): ResponseHead {
  const headers: string[] = [];
  const dropped =
    from.connection === undefined ? undefined : namedByConnection(joined(from.connection), undefined);
  for (const name in from) {
    if (HOP_BY_HOP.has(name) || dropped?.has(name)) continue;
    const value = from[name];
    if (typeof value === 'string') headers.push(name, value);
    else for (const each of value ?? []) headers.push(name, each);
  }
  if (prefix !== undefined && rulesOrigin(from)) keepWithin(headers, prefix);
  const coding = from['transfer-encoding'];
  return {
    headers,
    contentLength: from['content-length'] === undefined ? undefined : joined(from['content-length']),
    trailer: from.trailer === undefined ? undefined : joined(from.trailer),
    badCoding:
      coding === undefined || joined(coding).toLowerCase() === 'chunked' ? undefined : joined(coding),
    hasRequestId: from['x-request-id'] !== undefined,
    wantsWebSocket: from.upgrade !== undefined && /\bwebsocket\b/i.test(joined(from.upgrade)),
  };
}

/** Fields that make no sense after the body, or could change what the head said (RFC 9110, 6.5.1). */
const NOT_IN_TRAILERS = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-encoding',
  'content-type',
  'content-range',
  'set-cookie',
]);

/** The trailers that may be passed on, as pairs; undefined if there are none. */
export function readTrailers(from: UpstreamHeaders): [string, string][] | undefined {
  const pairs: [string, string][] = [];
  for (const name in from) {
    if (NOT_IN_TRAILERS.has(name)) continue;
    const value = from[name] ?? [];
    for (const each of typeof value === 'string' ? [value] : value) pairs.push([name, each]);
  }
  return pairs.length === 0 ? undefined : pairs;
}

function joined(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(', ');
}
