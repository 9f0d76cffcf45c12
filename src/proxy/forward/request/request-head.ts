/**
 * A request's head as it goes to an upstream: hop-by-hop fields off (RFC 9110, 7.6.1), what is ambiguous refused
 * (RFC 9112, 6.1 and 6.3), FaaSO's own fields on. One pass over the raw fields; order and duplicates are kept.
 */
import type { IncomingMessage } from 'node:http';
import { problem, type Problem } from '../../problem.ts';
import { namedByConnection } from '../hop-by-hop.ts';
import { SPECIAL, isReserved } from './request-fields.ts';
import { nextRequestId } from './request-id.ts';

/** uri-host [":" port], not empty (RFC 9110, 7.2); user information is not allowed. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]{0,5})?$/i;
/** Methods that go no further than Max-Forwards says (RFC 9110, 7.6.2), and what it may be. */
const COUNTS_HOPS = new Set(['OPTIONS', 'TRACE']);
const HOPS = /^[0-9]{1,9}$/;
/** What may be an X-Request-Id: it ends up in logs. */
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** `continue`: the client waits for `100 Continue` before it sends its body. `upgrade`: it wants a WebSocket. */
export type RequestKind = 'plain' | 'continue' | 'upgrade';

export class RequestHead {
  /** Name, value, name, value, … */
  readonly headers: string[] = [];
  host: string | undefined;
  requestId = '';
  /** Bytes of the body, undefined if that is not known beforehand or there is none. */
  contentLength: number | undefined;
  chunked = false;
  problem: Problem | undefined;
  /** Whether the message's framing is unsound, so that nothing more may be read from the connection. */
  unsound = false;
  /** Whether the client offers other protocols. */
  wantsUpgrade = false;
  /** Whether the client wants it answered here, by the last one that it may reach. */
  lastHop = false;
  readonly forwarded: Record<string, string> = {};
  /** What only a trusted client may say: name, value, … */
  #claims: string[] | undefined;
  readonly #method: string;
  #via = '';
  #expectation: string | undefined;
  #dropped: ReadonlySet<string> | undefined;

  get hasBody(): boolean {
    return this.chunked || (this.contentLength ?? 0) > 0;
  }

  /** Whether the body is known beforehand to have more bytes than this; 0 stands for any number. */
  exceeds(limit: number): boolean {
    return limit !== 0 && (this.contentLength ?? 0) > limit;
  }

  /**
   * @param authority of an absolute target: it replaces the Host
   */
  constructor(req: IncomingMessage, authority: string | undefined) {
    this.#method = req.method ?? '';
    const raw = req.rawHeaders;
    for (let at = 0; at < raw.length; at += 2) this.#take(raw[at] ?? '', raw[at + 1] ?? '');
    this.#checkHost(req, authority);
    this.#checkVersion(req);
    if (this.#dropped) this.#dropNamed(this.#dropped);
    this.requestId ||= nextRequestId();
  }

  /**
   * Adds what FaaSO says about the request. A client's own X-Forwarded-* are believed only if it is trusted.
   * @param client the client's IP address
   * @param prefix the part of the path that is taken off, `/funko/NAME`; undefined if none is
   */
  complete(version: string, client: string, prefix: string | undefined, trusted: boolean): void {
    const { headers, host, forwarded } = this;
    if (trusted && this.#claims) headers.push(...this.#claims);
    const before = trusted ? forwarded['x-forwarded-for'] : undefined;
    headers.push('X-Forwarded-For', before === undefined ? client : `${before}, ${client}`);
    const forwardedHost = (trusted ? forwarded['x-forwarded-host'] : undefined) ?? host;
    if (forwardedHost !== undefined) headers.push('X-Forwarded-Host', forwardedHost);
    headers.push('X-Forwarded-Proto', (trusted ? forwarded['x-forwarded-proto'] : undefined) ?? 'http');
    if (prefix !== undefined) headers.push('X-Forwarded-Prefix', prefix);
    headers.push('X-Request-Id', this.requestId, 'Via', `${this.#via}${version} faaso`);
    if (host !== undefined) headers.push('Host', host);
    if (this.contentLength !== undefined) headers.push('Content-Length', String(this.contentLength));
  }

  #take(name: string, value: string): void {
    const lower = name.toLowerCase();
    const special = SPECIAL.get(lower);
    if (special === undefined) {
      if (!isReserved(lower)) this.headers.push(name, value);
      return;
    }
    switch (special) {
      case 'host':
        if (this.host !== undefined) this.#refuse('The request has more than one Host field.');
        this.host = value;
        return;
      case 'connection':
        this.#dropped = namedByConnection(value, this.#dropped);
        return;
      case 'length':
        this.#takeLength(value);
        return;
      case 'coding':
        this.#takeCoding(value);
        return;
      case 'te':
        if (/(?:^|,)[\t ]*trailers[\t ]*(?:,|$)/i.test(value)) this.headers.push('TE', 'trailers');
        return;
      case 'via':
        this.#via += `${value}, `;
        return;
      case 'id':
        if (REQUEST_ID.test(value)) this.requestId = value;
        return;
      case 'hops':
        this.#takeHops(name, value);
        return;
      case 'upgrade':
        this.wantsUpgrade = true;
        return;
      case 'expect':
        // `100 Continue` is FaaSO's to say, when the funko is there: see Exchange. HTTP/1.0 does not know it.
        if (!/^100-continue$/i.test(value)) this.#expectation = value;
        return;
      case 'forwarded':
        this.forwarded[lower] = lower in this.forwarded ? `${this.forwarded[lower]}, ${value}` : value;
        return;
      case 'claim':
        (this.#claims ??= []).push(name, value);
        return;
      case 'drop':
    }
  }

  #takeHops(name: string, value: string): void {
    const counts = COUNTS_HOPS.has(this.#method) && HOPS.test(value);
    if (counts && Number(value) === 0) this.lastHop = true;
    this.headers.push(name, counts ? String(Number(value) - 1) : value);
  }

  /** Node's parser has refused lists, signs, duplicates and any Content-Length beside Transfer-Encoding. */
  #takeLength(value: string): void {
    this.contentLength = Number(value);
    if (Number.isSafeInteger(this.contentLength)) return;
    this.#refuse(`A body of ${value} bytes is more than FaaSO can count.`);
    this.problem = problem('too_large', `A body of ${value} bytes is more than FaaSO can count.`);
  }

  #takeCoding(value: string): void {
    if (!this.chunked && value.trim().toLowerCase() === 'chunked') {
      this.chunked = true;
      return;
    }
    const again = this.chunked ? ' beside another one' : '';
    this.chunked = true;
    this.unsound = true;
    this.problem = problem(
      'bad_request',
      `Transfer-Encoding "${value}"${again} is not supported, only "chunked".`,
      501,
    );
  }

  #checkHost(req: IncomingMessage, authority: string | undefined): void {
    if (this.host === undefined && req.httpVersionMinor !== 0) {
      this.#refuse('The request has no Host field.');
    } else if (this.host !== undefined && !HOST.test(this.host)) {
      this.#refuse(`The Host field "${this.host}" is not a host and port.`);
    } else if (authority !== undefined && !HOST.test(authority)) {
      this.#refuse(`"${authority}" in the request target is not a host and port.`);
    }
    this.host = authority ?? this.host;
  }

  #checkVersion(req: IncomingMessage): void {
    const { httpVersion } = req;
    if (httpVersion === '1.1') {
      if (this.#expectation === undefined) return;
      this.problem ??= problem(
        'bad_request',
        `Nothing can be expected but "100-continue", not "${this.#expectation}".`,
        417,
      );
      return;
    }
    if (httpVersion !== '1.0') {
      this.unsound = true;
      this.problem = problem(
        'bad_request',
        `HTTP/${httpVersion} is not supported here, only 1.0 and 1.1.`,
        505,
      );
    } else if (this.chunked) {
      this.#refuse('HTTP/1.0 has no Transfer-Encoding (RFC 9112, 6.1).');
    }
  }

  #refuse(detail: string): void {
    this.unsound = true;
    this.problem ??= problem('bad_request', detail);
  }

  /** Takes off what the Connection field named: that was meant for this hop only. */
  #dropNamed(dropped: ReadonlySet<string>): void {
    const { headers } = this;
    let kept = 0;
    for (let at = 0; at < headers.length; at += 2) {
      if (dropped.has((headers[at] ?? '').toLowerCase())) continue;
      headers[kept] = headers[at] ?? '';
      headers[kept + 1] = headers[at + 1] ?? '';
      kept += 2;
    }
    headers.length = kept;
  }
}
