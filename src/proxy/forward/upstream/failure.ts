/** One function maps what can go wrong with an upstream to what the client is told. */
import { FaasoError, systemCodeOf } from '../../../errors.ts';
import type { NoLease } from '../../balancing/routes.ts';
import type { SyncState } from '../../ipc/protocol.ts';
import { problem, problemOf, type Problem } from '../../problem.ts';
import { isNotReached } from './retry.ts';
import { parsePreview } from '../../../funko/naming/container-names.ts';
import { formatVersion } from '../../../funko/naming/version.ts';

export interface Failure {
  readonly problem: Problem;
  /** No connection was made, so no byte was sent: another instance may be asked. */
  readonly notReached: boolean;
}

/**
 * @param who what was asked, for a person: `faaso-hello.1`
 * @param sent whether the request was given to a connection, so that the upstream may have seen it
 */
export function failureOf(error: Error, who: string, sent: boolean): Failure {
  if (error instanceof FaasoError) return { problem: problemOf(error), notReached: !sent };
  const code = systemCodeOf(error) ?? error.name;
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (!sent && code === 'ETIMEDOUT')) {
    return {
      problem: problem('gateway_timeout', `${who} did not accept a connection in time.`),
      notReached: !sent,
    };
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || code === 'ETIMEDOUT') {
    return { problem: problem('gateway_timeout', `${who} did not answer in time.`), notReached: false };
  }
  if (isNotReached(code, sent)) {
    return {
      problem: problem('bad_gateway', `${who} does not accept connections (${code}).`),
      notReached: true,
    };
  }
  return { problem: problem('bad_gateway', reasonOf(error, code, who)), notReached: false };
}

/**
 * Why a request for a funko got no instance.
 * @param why the states of its instances, for a person
 * @param sync before the first list is in, nobody can say that there is no such funko
 */
export function noLease(reason: NoLease, funko: string, why: string, sync: SyncState): Problem {
  if (reason === 'no_instance') {
    return problem(reason, `No instance of "${funko}" takes requests now: ${why}.`);
  }
  if (sync.state === 'starting') {
    return problem(
      'no_instance',
      `The proxy has just started, and does not know yet whether "${funko}" runs.`,
    );
  }
  if (reason === 'funko_down')
    return problem(reason, `The funko "${funko}" is down. Start it with: faaso up ${funko}`);
  const preview = parsePreview(funko);
  if (preview.version !== undefined) {
    const fix = `faaso up ${preview.funko} --preview ${formatVersion(preview.version)}`;
    return problem(
      reason,
      `Nothing runs of version ${preview.version} of "${preview.funko}". Start it with: ${fix}`,
    );
  }
  const dot = funko.indexOf('.');
  return problem(
    reason,
    dot > 0
      ? `There is no funko "${funko}": a funko's name has no dot, so a container faaso-${funko} is an instance of "${funko.slice(0, dot)}".`
      : `There is no funko "${funko}": no container has the name or the alias faaso-${funko}.`,
  );
}

/** undici's codes for an answer that contradicts itself or the request. */
const UNSOUND = new Set([
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'UND_ERR_INFO',
  'UND_ERR_NOT_SUPPORTED',
]);
/** What undici calls an interim answer that it does not take: a 100, or an upgrade that was not asked for. */
const UNASKED = new Set(['bad response', 'bad upgrade']);
/** node:http's codes for what it does not send on: control characters, a status below 100. */
const NOT_SENT_ON = new Set(['ERR_INVALID_CHAR', 'ERR_OUT_OF_RANGE', 'ERR_HTTP_INVALID_STATUS_CODE']);

function reasonOf(error: Error, code: string, who: string): string {
  if (error.name === 'HTTPParserError') {
    return `${who} gave an answer that is not HTTP (${/\(([\w -]+)\)$/.exec(error.message)?.[1] ?? code}).`;
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return `${who} gave an answer whose head is larger than FAASO_MAX_HEAD_KIB of the proxy allows.`;
  if (NOT_SENT_ON.has(code)) return `${who} gave an answer with a head that HTTP does not allow (${code}).`;
  if (UNSOUND.has(code)) return `${who} gave an answer that is not sound HTTP (${code}).`;
  if (UNASKED.has(error.message)) return `${who} gave an interim answer that nobody asked for.`;
  return `${who} broke off before it had answered (${code}).`;
}
