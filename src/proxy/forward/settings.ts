/** What can be set about forwarding. Values are checked where they are read (proxy/parent/config.ts). */

export interface ForwardSettings {
  /** How long connecting to a funko may take, in ms. */
  readonly connectTimeoutMs: number;
  /** How long a funko may take from the end of the request to its response head, in ms. */
  readonly headersTimeoutMs: number;
  /** How long a response body may pause, in ms; 0 for ever, as event streams need it. */
  readonly bodyIdleMs: number;
  /** How long a client may pause in the midst of a transfer, while its bytes are waited for or its answer is
   * not taken, in ms; 0 for ever. */
  readonly clientIdleMs: number;
  /** How long a client may take to send a request head, in ms. */
  readonly clientHeadersMs: number;
  /** How long a client's idle connection is kept, in ms. */
  readonly clientKeepAliveMs: number;
  /** The largest request or response head, in bytes. */
  readonly maxHeaderBytes: number;
  /** Connections from clients at the same time; more are closed at once. */
  readonly maxConnections: number;
  /** Connections to one instance at the same time; further requests wait for a free one. */
  readonly maxUpstreamConnections: number;
  /** How long they wait, in ms. */
  readonly connectionWithinMs: number;
  /** How long an idle connection to a funko is kept, in ms; below the 5 s of Node's own servers. */
  readonly upstreamKeepAliveMs: number;
  /** IP addresses and subnets of proxies whose X-Forwarded-* are believed. */
  readonly trustedAddresses: readonly string[];
  /** The largest body of a request to a funko, in bytes; 0: any. A funko's own rules come first. */
  readonly maxBodyBytes: number;
  /** Host names under which funkos may be asked for, in lower case, `*.example.com` for all below; empty: any. */
  readonly hosts: readonly string[];
}

/** The defaults of all of them. */
export const DEFAULT_FORWARD_SETTINGS: ForwardSettings = {
  connectTimeoutMs: 2_000,
  headersTimeoutMs: 60_000,
  bodyIdleMs: 0,
  clientIdleMs: 300_000,
  clientHeadersMs: 30_000,
  clientKeepAliveMs: 65_000,
  maxHeaderBytes: 16 * 1024,
  maxConnections: 10_000,
  maxUpstreamConnections: 1_024,
  connectionWithinMs: 10_000,
  upstreamKeepAliveMs: 4_000,
  trustedAddresses: [],
  maxBodyBytes: 0,
  hosts: [],
};
