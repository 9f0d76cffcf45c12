/** Whether a funko's rules, or the proxy's own, allow a request. Pure. */
import { hostNameOf } from '../../../funko/naming/host.ts';
import type { TrafficRules } from '../../../funko/traffic-rules.ts';
import { problem, type Problem } from '../../problem.ts';
import type { RequestHead } from './request-head.ts';
import type { ForwardSettings } from '../settings.ts';

/** The largest body that a funko takes, in bytes; 0: any. */
export function bodyLimit(rules: TrafficRules | null, settings: ForwardSettings): number {
  return rules?.bodyBytes ?? settings.maxBodyBytes;
}

/** Why a request is not let through; undefined if it may pass. */
export function violationOf(
  head: RequestHead,
  rules: TrafficRules | null,
  settings: ForwardSettings,
): Problem | undefined {
  // RFC 9110, 15.5.20.
  if (!hostAllowed(head.host, rules, settings)) return misdirected(head.host);
  const limit = bodyLimit(rules, settings);
  return head.exceeds(limit) ? tooLarge(limit) : undefined;
}

/**
 * Whether a request may be made under this Host. With hosts of the proxy's and of the funko's, both must allow it.
 * @param host as in the request, with or without a port; undefined if it has none (HTTP/1.0)
 */
function hostAllowed(
  host: string | undefined,
  rules: TrafficRules | null,
  settings: ForwardSettings,
): boolean {
  const own = rules?.hosts ?? null;
  if (own === null && settings.hosts.length === 0) return true;
  const name = hostNameOf(host ?? '');
  return matchesOne(name, settings.hosts) && (own === null || matchesOne(name, own));
}

/** An empty list allows any. */
function matchesOne(name: string, hosts: readonly string[]): boolean {
  return (
    hosts.length === 0 ||
    hosts.some((host) =>
      host.startsWith('*.') ? name.length > host.length - 1 && name.endsWith(host.slice(1)) : name === host,
    )
  );
}

function misdirected(host: string | undefined): Problem {
  return problem('misdirected', `Nothing is served here under the name "${host ?? ''}".`);
}

/** RFC 9110, 15.5.14. */
export function tooLarge(limit: number): Problem {
  return problem('too_large', `The body of the request is larger than the ${limit} bytes that are allowed.`);
}
