/**
 * Which messages the parent accepts from a worker: only those of a known shape. A worker talks to strangers, so an intruder who broke
 * into one must not reach the parent through it.
 */
import { NUMBERS } from './stats.ts';
import type { ProbeFailure } from '../../health/probe-failure.ts';
import type { FromWorker } from './protocol.ts';

const CONTAINER_ID = /^[0-9a-f]{1,64}$/;
const LONGEST_LIFE = 256;
const LONGEST_FUNKO = 255;
const MOST_BACKENDS = 100_000;

/**
 * The message, copied field by field.
 * @returns undefined if its shape is not known
 */
export function fromWorker(message: unknown): FromWorker | undefined {
  if (!isRecord(message)) return undefined;
  switch (message['type']) {
    case 'listening':
      return isCount(message['port'], 65_535) ? { type: 'listening', port: message['port'] } : undefined;
    case 'cannot_listen':
      return isSystemCode(message['code']) ? { type: 'cannot_listen', code: message['code'] } : undefined;
    case 'pong':
      return isCount(message['nonce']) ? { type: 'pong', nonce: message['nonce'] } : undefined;
    case 'probed':
      return probed(message['id'], message['life']);
    case 'missed':
      return missed(message);
    case 'counted':
      return counted(message['funkos']);
    case 'enter':
      return enter(message);
    case 'leave':
      return isFunko(message['funko']) && isCount(message['ticket'])
        ? { type: 'leave', funko: message['funko'], ticket: message['ticket'] }
        : undefined;
    case 'load':
      return load(message['inFlight']);
    default:
      return undefined;
  }
}

function probed(id: unknown, life: unknown): FromWorker | undefined {
  if (typeof id !== 'string' || !CONTAINER_ID.test(id)) return undefined;
  if (typeof life !== 'string' || life.length > LONGEST_LIFE) return undefined;
  return { type: 'probed', id, life };
}

function missed({ id, life, miss }: Record<string, unknown>): FromWorker | undefined {
  const of = probed(id, life);
  return of?.type === 'probed' && isMiss(miss) ? { ...of, type: 'missed', miss } : undefined;
}

function isMiss(value: unknown): value is ProbeFailure {
  return value === 'refused' || value === 'closed' || value === 'silent' || isCount(value, 999);
}

function enter({ funko, ticket, requests, queue }: Record<string, unknown>): FromWorker | undefined {
  if (!isFunko(funko) || !isCount(ticket) || !isCount(requests) || !isCount(queue)) return undefined;
  return { type: 'enter', funko, ticket, requests, queue };
}

/** As Docker allows in container names and aliases. */
function isFunko(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_FUNKO;
}

function load(inFlight: unknown): FromWorker | undefined {
  if (!isRecord(inFlight)) return undefined;
  const entries = Object.entries(inFlight);
  if (entries.length > MOST_BACKENDS) return undefined;
  const counts: Record<string, number> = {};
  for (const [id, count] of entries) {
    if (!CONTAINER_ID.test(id) || !isCount(count)) return undefined;
    counts[id] = count;
  }
  return { type: 'load', inFlight: counts };
}

function counted(funkos: unknown): FromWorker | undefined {
  if (!isRecord(funkos)) return undefined;
  const entries = Object.entries(funkos);
  if (entries.length > MOST_BACKENDS) return undefined;
  const checked: [string, number[]][] = [];
  for (const [funko, numbers] of entries) {
    if (funko.length > LONGEST_FUNKO || !Array.isArray(numbers)) return undefined;
    if (numbers.length !== NUMBERS || !numbers.every(isAmount)) return undefined;
    checked.push([funko, numbers]);
  }
  return { type: 'counted', funkos: Object.fromEntries(checked) };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function isSystemCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Z0-9_]{1,40}$/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}
