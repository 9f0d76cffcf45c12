/** What `status` adds to the reason of an instance that fails: the sentence that helps, by its log. */
import type { Engine } from '../../docker/engine/engine.ts';
import { helpOf } from './all.ts';
import type { CauseFacts } from './cause.ts';
import type { InstanceStatus } from '../../api/funko-api.ts';
import { lastLines } from '../logs/last-lines.ts';

/** How many logs are read of the instances that fail: a status must not take long. */
const MOST_LOGS_READ = 10;
const LINES = 100;
const MOST_CHARACTERS = 64 * 1024;
const READ_WITHIN_MS = 1_000;
/** A program that was told to end, or has done its work, has not failed. */
const NO_FAILURE = /exit code (?:0|130|137|143)$/;
const RESTARTING = '; Docker starts it again';

/** The IDs of those that fail and whose logs are to be read. Pure. */
export function failingAmong(instances: readonly InstanceStatus[]): ReadonlySet<string> {
  return new Set(
    instances
      .filter(isFailing)
      .slice(0, MOST_LOGS_READ)
      .map(({ id }) => id),
  );
}

/** The instances, with what helps those that fail in their reason. Never rejects. */
export async function withHelp(
  engine: Engine,
  instances: readonly InstanceStatus[],
  failing: ReadonlySet<string>,
  facts: CauseFacts,
): Promise<readonly InstanceStatus[]> {
  return Promise.all(
    instances.map(async (instance) => {
      const help = failing.has(instance.id) ? await helpFor(engine, instance, facts).catch(() => '') : '';
      return help === '' ? instance : { ...instance, reason: `${instance.reason}. ${help}` };
    }),
  );
}

function isFailing({ state, reason, fix }: InstanceStatus): boolean {
  if (reason === null || reason.includes('resources.memory')) return false;
  if (state === 'stopped') return reason.includes('exit code') && !NO_FAILURE.test(reason);
  // What was looked at for a while has a command that fixes it.
  return state === 'unhealthy' || (state === 'starting' && fix !== null);
}

async function helpFor(engine: Engine, { id, reason }: InstanceStatus, facts: CauseFacts): Promise<string> {
  const signal = AbortSignal.timeout(READ_WITHIN_MS);
  const lines = await lastLines(engine, id, { tail: LINES, mostCharacters: MOST_CHARACTERS, signal });
  const end = reason?.endsWith(RESTARTING) === true ? reason.replace(RESTARTING, '') : '';
  return helpOf(
    lines.map(({ text }) => text),
    end,
    facts,
  );
}
