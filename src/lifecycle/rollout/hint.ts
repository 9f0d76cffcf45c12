/** What may fix it where a program did not start, or ended: by its log, the engine's words, and what it may do. */
import type { Engine } from '../../docker/engine/engine.ts';
import { programUser } from '../../docker/user.ts';
import { messageOf } from '../../errors.ts';
import type { ContainerRules } from '../../funko/container-rules.ts';
import { helpOf } from '../causes/all.ts';
import type { CauseFacts } from '../causes/cause.ts';
import { tellingLines, type LogEnds } from '../logs/log-ends.ts';
import { NotReadyInTime } from './not-ready.ts';
import { MEMORY_KEY } from '../state/reachability.ts';

/** What failed. */
export interface Failed {
  readonly error: unknown;
  readonly log: LogEnds;
}

const LONGER = 'If it needs longer: --timeout SECONDS, or timeouts.start in funko.yml.';

/**
 * A sentence or more of a container that is still there; empty if nothing is known. Never rejects.
 * @param rules what its funko.yml says of it
 */
export async function hintFor(
  engine: Engine,
  id: string,
  rules: Pick<ContainerRules, 'capabilities'> | undefined,
  { error, log }: Failed,
  facts: CauseFacts,
): Promise<string> {
  const lines = tellingLines(log);
  const user = await programUser(engine, id).catch(() => undefined);
  const missing = capabilityHint(lines, rules?.capabilities ?? [], user?.uid === 0);
  return missing === '' ? knownHelp(error, lines, facts) : missing;
}

/**
 * The same by the log and the error alone; empty also if the error says it.
 * @param lines of the log, the oldest first
 */
export function knownHelp(error: unknown, lines: readonly string[], facts: CauseFacts): string {
  const message = messageOf(error);
  if (error instanceof NotReadyInTime && error.isExplained) return '';
  if (message.includes(MEMORY_KEY)) return '';
  const help = helpOf(lines, message, facts);
  return help === '' && error instanceof NotReadyInTime ? LONGER : help;
}

/** What a program writes that lacks a capability. */
const FORBIDDEN = /operation not permitted|\bEPERM\b/i;
/** What it writes that lacks DAC_OVERRIDE, or what the file says. */
const DENIED = /permission denied|\bEACCES\b/i;

/**
 * What may help a program that root's missing capabilities have ended: a sentence that names the key of funko.yml; empty if its log
 * does not say so, or it has capabilities. Pure.
 * @param isRoot whether it runs as root
 */
export function capabilityHint(
  log: readonly string[],
  capabilities: readonly string[],
  isRoot: boolean,
): string {
  const line = log.find((text) => FORBIDDEN.test(text) || (isRoot && DENIED.test(text)));
  if (line === undefined || capabilities.length > 0) return '';
  const words = `It wrote "${line.trim().slice(0, 120)}": FaaSO takes all of root's capabilities from a program.`;
  return isRoot
    ? `${words} If it needs some, name them in funko.yml: capabilities: [CHOWN, DAC_OVERRIDE, SETGID, SETUID]`
    : `${words} One that runs as another user than root can't have any; as root it can, those of the key capabilities in funko.yml.`;
}
