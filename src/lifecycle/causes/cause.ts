/**
 * Known causes of a start that fails: what a program writes, and the sentence that helps. The tables beside this file are data; their
 * order is by how much an entry says, the most telling first. Pure.
 */

export interface Cause {
  /** What a line of the program's log, or the engine's own words, match. */
  readonly pattern: RegExp;
  /** A sentence or two. `$1` to `$9` are the groups of the pattern, names in braces facts about the instance. */
  readonly help: string;
}

export interface CauseFacts {
  /** The funkos' network. */
  readonly network: string;
  readonly funko: string;
  /** What commands for it need before the name: `-l ` on one's own machine, else nothing. */
  readonly flags: string;
}

/** The facts of a funko's instance there. */
export function factsOf(
  { network, host }: { readonly network: string; readonly host: { readonly publishes: boolean } },
  funko: string,
): CauseFacts {
  return { network, funko, flags: host.publishes ? '-l ' : '' };
}

/** Lines that belong to one failure: chained exceptions tell their root and their consequence some lines apart. */
const SAME_FAILURE_LINES = 40;
/** Of a line only so much is looked at, so that no pattern takes long. */
const MOST_CHARACTERS = 1000;
/** A value out of a log may be of any length. */
const MOST_VALUE_CHARACTERS = 120;
/** What terminals take for colours and moves. */
const ESCAPES = /\x1b\[[0-9;?]*[ -/]*[@-~]/g;

/**
 * What helps against the failure that a log ends with.
 * @param lines of the log, the oldest first
 * @returns undefined if nothing known is in it
 */
export function helpFor(
  lines: readonly string[],
  causes: readonly Cause[],
  facts: CauseFacts,
): string | undefined {
  const plain = lines.map((line) => line.slice(0, MOST_CHARACTERS).replace(ESCAPES, ''));
  const last = plain.findLastIndex((line) => causes.some(({ pattern }) => pattern.test(line)));
  if (last < 0) return undefined;
  const failure = plain.slice(Math.max(0, last + 1 - SAME_FAILURE_LINES), last + 1);
  for (const { pattern, help } of causes) {
    const found = failure.map((line) => pattern.exec(line)).findLast((match) => match !== null);
    if (found) return filled(help, found, facts);
  }
  return undefined;
}

function filled(help: string, found: RegExpExecArray, facts: CauseFacts): string {
  return help.replace(
    /\$([1-9])|\{(network|funko|flags)\}/g,
    (_all, group: string | undefined, fact: string) =>
      group === undefined ? facts[fact as keyof CauseFacts] : shortened(found[Number(group)] ?? ''),
  );
}

function shortened(value: string): string {
  return value.length > MOST_VALUE_CHARACTERS ? `${value.slice(0, MOST_VALUE_CHARACTERS)}…` : value;
}
