/** Whether a server's routing is in step with its engine: asked of /readyz, which needs no token. */
import { request } from 'undici';

const WITHIN_MS = 2000;

/**
 * Why the routing table of a server is not in step with its engine.
 * @returns undefined if it is, or if that cannot be told: this is a remark beside the result, never a failure
 */
export async function whyStale(server: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
    const { statusCode, body } = await request(`${server}/readyz`, { signal: within });
    const text = await body.text();
    return statusCode === 503 ? detailOf(text) : undefined;
  } catch {
    return undefined;
  }
}

function detailOf(text: string): string | undefined {
  const problem: unknown = JSON.parse(text);
  const detail: unknown = (problem as { detail?: unknown } | null)?.detail;
  return typeof detail === 'string' ? detail : undefined;
}
