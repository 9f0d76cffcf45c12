/** An access log of requests that nobody has sent. */
import { once } from 'node:events';
import type { AccessLogEntry, AccessLogRequest, FunkoApi } from '../../../src/api/funko-api.ts';
import { FakeEnv } from './fake-env.ts';

/** A request that was answered. */
export function requestOf(funko: string, more: Partial<AccessLogEntry> = {}): AccessLogEntry {
  return {
    type: 'request',
    time: '2026-01-31T12:00:00.123Z',
    requestId: 'id-1',
    client: '10.0.0.7',
    method: 'GET',
    path: `/funko/${funko}/`,
    funko,
    instance: `faaso-${funko}.1`,
    status: 200,
    bytes: 1234,
    ms: 4.567,
    ...more,
  };
}

export class FakeAccessLog extends FakeEnv {
  /** The requests that were sent to funkos. */
  recorded: readonly AccessLogEntry[] = [];
  readonly accessLogRequests: AccessLogRequest[] = [];

  accessLog: FunkoApi['accessLog'] = async (request, onEntry, signal) => {
    this.accessLogRequests.push(request);
    const { funkos = [], follow } = request;
    const wanted = this.recorded.filter(({ funko }) => funkos.length === 0 || funkos.includes(funko));
    for (const entry of wanted) await onEntry(entry);
    if (follow === true && signal) await once(signal, 'abort');
    return { requests: wanted.length };
  };
}
