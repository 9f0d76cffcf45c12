/** The fields of a request that are not simply passed on. */

/** Field, in lower case → what is done with it. */
export const SPECIAL = new Map<string, Special>([
  ['host', 'host'],
  ['connection', 'connection'],
  ['content-length', 'length'],
  ['transfer-encoding', 'coding'],
  ['te', 'te'],
  ['via', 'via'],
  ['x-request-id', 'id'],
  ['max-forwards', 'hops'],
  ['x-forwarded-for', 'forwarded'],
  ['x-forwarded-host', 'forwarded'],
  ['x-forwarded-proto', 'forwarded'],
  // Trailers of requests are not passed on (undici can't send them), so none are announced.
  ['trailer', 'drop'],
  ['keep-alive', 'drop'],
  ['proxy-connection', 'drop'],
  ['proxy-authorization', 'drop'],
  ['proxy-authenticate', 'drop'],
  ['upgrade', 'upgrade'],
  ['http2-settings', 'drop'],
  ['expect', 'expect'],
  // What a client says of itself and a funko might believe.
  ['forwarded', 'drop'],
  ['x-real-ip', 'drop'],
  // CGI makes HTTP_PROXY of it, which programs take for the proxy of their own requests.
  ['proxy', 'drop'],
  // Servers of other companies say these of a client: its address.
  ['true-client-ip', 'claim'],
  ['client-ip', 'claim'],
  ['x-client-ip', 'claim'],
  ['x-cluster-client-ip', 'claim'],
  ['x-originating-ip', 'claim'],
  ['x-remote-ip', 'claim'],
  ['x-remote-addr', 'claim'],
  ['x-envoy-external-address', 'claim'],
  ['cf-connecting-ip', 'claim'],
  ['cf-connecting-ipv6', 'claim'],
  ['fastly-client-ip', 'claim'],
  ['fly-client-ip', 'claim'],
  ['x-azure-clientip', 'claim'],
  ['x-appengine-user-ip', 'claim'],
  // And these in the place of the target and the host that FaaSO has routed by.
  ['x-original-url', 'claim'],
  ['x-original-uri', 'claim'],
  ['x-original-host', 'claim'],
  ['x-rewrite-url', 'claim'],
  ['x-rewrite-uri', 'claim'],
  ['x-host', 'claim'],
  ['x-forwarded', 'claim'],
]);

type Special =
  | 'host'
  | 'connection'
  | 'length'
  | 'coding'
  | 'te'
  | 'via'
  | 'id'
  | 'hops'
  | 'upgrade'
  | 'expect'
  | 'forwarded'
  | 'drop'
  /** Passed on only if it comes from a trusted address. */
  | 'claim';

/** Any other X-Forwarded-…, and spellings with `_` that CGI-like servers take for a field that FaaSO sets or drops. */
export function isReserved(lower: string): boolean {
  if (lower.startsWith('x-forwarded-')) return true;
  if (!lower.includes('_')) return false;
  const dashed = lower.replaceAll('_', '-');
  return SPECIAL.has(dashed) || dashed.startsWith('x-forwarded-');
}
