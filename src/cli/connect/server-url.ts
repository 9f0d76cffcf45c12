/** Addresses of FaaSO servers: one spelling for each, since tokens are stored by it. Pure. */
import { FaasoError } from '../../errors.ts';
import { localHostOf } from '../../funko/naming/host.ts';
import { FUNKO_PATH, PROXY_PORT } from '../../funko/naming/names.ts';

/** What names below `localhost` resolve to. */
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * A server's address in its one spelling: scheme, host, port if not the scheme's own, path without a slash at the end.
 * @param source what a message calls it, e.g. `FAASO_SERVER`
 * @throws FaasoError `bad_setting`
 */
export function parseServerUrl(text: string, source: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    const example = /^[a-z0-9.[\]:-]+$/i.test(text) ? text : `my-server:${PROXY_PORT}`;
    throw bad(text, source, `it must begin with http:// or https://, e.g. http://${example}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw bad(
      withoutPassword(url),
      source,
      'it must hold no user name or password; tokens come from "faaso login"',
    );
  }
  if (url.search !== '' || url.hash !== '') throw bad(text, source, 'it must end before "?" and "#"');
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Whether the server is on this machine: then its token can be read through Docker. */
export function isLocal(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.[0-9]+){3}$/.test(hostname);
}

/**
 * The address under which a server's token is kept: one for all names of this machine (`localhost`, `127.0.0.1`, `[::1]`), which are
 * one server where scheme, port and path are the same.
 */
export function storeKeyOf(server: string): string {
  if (!isLocal(server)) return server;
  const url = new URL(server);
  url.hostname = 'localhost';
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** The port that the address stands for. */
export function portOf(server: string): number {
  const { port, protocol } = new URL(server);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/** Where a funko, or a preview of it, answers: `http://localhost:8888/funko/demo/`, `…/funko/demo@v3/`. */
export function funkoUrl(server: string, funko: string): string {
  return `${server}${FUNKO_PATH}${encodeURIComponent(funko).replace('%40', '@')}/`;
}

/**
 * The URL under a funko's own name: `http://demo.localhost:8888/`, of a version `http://demo--v3.localhost:8888/`.
 * @returns undefined where that name would not lead to this server: it means the client's own machine
 */
export function ownNameUrl(server: string, funko: string): string | undefined {
  const { protocol, hostname, port, pathname } = new URL(server);
  if (protocol !== 'http:' || pathname !== '/' || !LOOPBACK.has(hostname)) return undefined;
  const host = localHostOf(funko);
  return host === undefined ? undefined : `http://${host}${port === '' ? '' : `:${port}`}/`;
}

function withoutPassword(url: URL): string {
  return `${url.protocol}//…@${url.host}${url.pathname}`;
}

function bad(text: string, source: string, rule: string): FaasoError {
  return new FaasoError('bad_setting', `${source} is "${text}"; ${rule}`);
}
