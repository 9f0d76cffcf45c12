/** Whether a server's routing is in step with its engine: asked of /readyz, which needs no token. */
import { text } from 'node:stream/consumers';
import { httpRequest } from '../../client/http-request.ts';

const WITHIN_MS = 2000;

/**
 * What a server says of its routing table when that is not in step with its engine.
 * @returns e.g. `stale since 2026-01-02T03:04:05Z: the engine does not answer`; undefined if it is in step, or if that
 * cannot be told: this is a remark beside the result, never a failure
 */
export async function staleReason(server: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
    const answer = await httpRequest(`${server}/readyz`, { method: 'GET', signal: within });
    const body = await text(answer);
    return answer.statusCode === 503 ? reasonIn(body) : undefined;
  } catch {
    return undefined;
  }
}

/** `{"status": "stale", "since": "…", "reason": "…"}`; while it starts or stops there is no reason to give. */
function reasonIn(text: string): string | undefined {
  const { status, since, reason } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof status !== 'string') return undefined;
  const when = typeof since === 'string' ? ` since ${since}` : '';
  const why = typeof reason === 'string' ? `: ${reason}` : '';
  return `${status}${when}${why}`;
}
