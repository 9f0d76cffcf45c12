/** Where an engine listens, as DOCKER_HOST and Docker's contexts say it. Pure. */
import { isIP } from 'node:net';
import { FaasoError } from '../../errors.ts';

/** What a connection to the engine's end tells. */
export interface FarEnd {
  /** The engine sent its first byte: the connection stands. */
  onFirstByte(): void;
  /** It has ended. @param failure why it never stood, for a person; undefined after a connection that did */
  onEnd(failure: string | undefined): void;
}

export const DEFAULT_SOCKET = '/var/run/docker.sock';
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/** Certificates in PEM, and whether the engine's is verified. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly verify: boolean;
}

export interface SocketEndpoint {
  readonly type: 'socket';
  readonly path: string;
}

export interface TcpEndpoint {
  readonly type: 'tcp';
  readonly url: string;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Absent: no encryption. */
  readonly tls?: TlsFiles;
}

export interface SshEndpoint {
  readonly type: 'ssh';
  readonly url: string;
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  /** The engine's socket on that machine, if it is not the one that `docker` uses there. */
  readonly path?: string;
}

export type Endpoint = SocketEndpoint | TcpEndpoint | SshEndpoint;

/** The schemes that are allowed, for messages. */
const ALLOWED =
  'unix:///path/to/docker.sock, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT]; npipe:// and others are not supported';

/**
 * Reads an address such as `tcp://build.example:2376`.
 * @param setting where it was found, for messages: `DOCKER_HOST`
 * @param tls for `tcp://` alone
 * @throws FaasoError `bad_setting`
 */
export function parseEndpoint(text: string, setting: string, tls?: TlsFiles): Endpoint {
  if (text.startsWith('unix:///')) return { type: 'socket', path: text.slice('unix://'.length) };
  const url = URL.parse(text);
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (!url || !isHost(host) || url.search !== '' || url.hash !== '') throw bad(text, setting);
  if (url.password !== '') throw withPassword(url, setting);
  if (url.protocol === 'tcp:') return tcpEndpoint(text, setting, url, host, tls);
  if (url.protocol === 'ssh:') return sshEndpoint(text, url, host);
  throw bad(text, setting);
}

/** Whether the endpoint leads to this machine, as far as its address tells: a socket, or a loopback address. */
export function isThisMachine(endpoint: Endpoint): boolean {
  if (endpoint.type === 'socket') return true;
  const { host } = endpoint;
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The address as a person wrote it; for a socket its path. */
export function nameOf(endpoint: Endpoint): string {
  return endpoint.type === 'socket' ? endpoint.path : endpoint.url;
}

function tcpEndpoint(text: string, setting: string, url: URL, host: string, tls?: TlsFiles): TcpEndpoint {
  if (url.username !== '' || !['', '/'].includes(url.pathname)) throw bad(text, setting);
  const port = url.port === '' ? (tls ? TLS_PORT : PLAIN_PORT) : Number(url.port);
  return { type: 'tcp', url: text, host, port, ...(tls ? { tls } : {}) };
}

function sshEndpoint(text: string, url: URL, host: string): SshEndpoint {
  return {
    type: 'ssh',
    url: text,
    host,
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(['', '/'].includes(url.pathname) ? {} : { path: decodeURIComponent(url.pathname) }),
  };
}

/** A name that begins with a dash would be an option to `ssh`. */
function isHost(host: string): boolean {
  return isIP(host) !== 0 || /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(host);
}

function withPassword({ protocol, host }: URL, setting: string): FaasoError {
  const message = `${setting} has a password in it (${protocol}//…@${host}); leave it out, and use a key of ssh.`;
  return new FaasoError('bad_setting', message);
}

function bad(text: string, setting: string): FaasoError {
  return new FaasoError('bad_setting', `${setting} is "${text}"; it must be ${ALLOWED}.`);
}
