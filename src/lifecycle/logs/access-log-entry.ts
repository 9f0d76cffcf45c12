/** A line of the access log (proxy/forward/access-log.ts) as what it says. Pure. */
import type { AccessLogEntry } from '../../api/access-log-request.ts';

/** What every such line holds, and hardly another one: most lines of the log need not be parsed. */
const MARK = '"msg":"request"';

const TYPES = {
  time: ['number'],
  requestId: ['string'],
  client: ['string'],
  method: ['string', 'null'],
  path: ['string', 'null'],
  funko: ['string'],
  instance: ['string', 'null'],
  status: ['number'],
  bytes: ['number'],
  ms: ['number'],
} as const satisfies Readonly<Record<Exclude<keyof AccessLogEntry, 'type'>, readonly string[]>>;

/** The request to a funko that a line of the proxy's log tells of; undefined for another line, or one that was cut. */
export function accessLogEntry(line: string): AccessLogEntry | undefined {
  if (!line.includes(MARK)) return undefined;
  const value = parsed(line);
  if (value?.['msg'] !== 'request') return undefined;
  for (const [key, types] of Object.entries(TYPES))
    if (!(types as readonly string[]).includes(typeOf(value[key]))) return undefined;
  const { time, requestId, client, method, path, funko, instance, status, bytes, ms } =
    value as unknown as AccessLogLine;
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return undefined;
  const what = { requestId, client, method, path, funko, instance, status, bytes, ms };
  return { type: 'request', time: at.toISOString(), ...what };
}

type AccessLogLine = Omit<AccessLogEntry, 'time' | 'type'> & { readonly time: number };

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
