/** The end of a container that could not be started, or did not get ready: its log is kept, and it goes. */
import { removeContainer } from '../../docker/instance-calls.ts';
import { messageOf } from '../../errors.ts';
import type { Created } from './create-numbered.ts';
import { factsOf } from '../causes/cause.ts';
import { hintFor } from './hint.ts';
import { endsOrNone, excerptOf } from '../logs/log-ends.ts';
import { failure } from './not-ready.ts';
import type { OperationContext } from '../context.ts';
import type { Version } from '../state/version-list.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { formatVersion } from '../../funko/naming/version.ts';

interface FailedAttempt {
  readonly funko: string;
  readonly version: Version;
  readonly logTail?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Removes it. Never rejects.
 * @param error why it goes
 * @returns the error to throw: with both ends of the log as details, and with what is left if the engine can't remove it
 */
export async function discardFailed(
  context: OperationContext,
  attempt: FailedAttempt,
  { id, name, spec }: Created,
  error: unknown,
): Promise<unknown> {
  const { engine, keptLogs } = context;
  const { funko, version, logTail } = attempt;
  const log = await endsOrNone(engine, id);
  const hint = await hintFor(engine, id, spec.rules, { error, log }, factsOf(context, funko));
  const why = [messageOf(error), hint].filter((words) => words !== '').join(' ');
  const labels = { [LABEL.funko]: funko, [LABEL.version]: formatVersion(version.number) };
  await keptLogs.keep(engine, { id, name, labels }, `did not get ready: ${why}`, log);
  const details = excerptOf(log, logTail);
  // An engine that can't take it away must not hide why it has to go.
  const left: unknown = await removeContainer(engine, id).catch((reason: unknown) => reason);
  return failure(error, attempt, { name, left, details, hint });
}
