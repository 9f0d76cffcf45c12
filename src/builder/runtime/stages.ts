/** The stages of a Dockerfile. Pure. */
import { FaasoError } from '../../errors.ts';

const FROM = /^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*\S+(?:[ \t]+AS[ \t]+(\S+))?/gim;

/** The stage that other runtimes take files from. */
export const BUILD_STAGE = 'build';

/** A Dockerfile's lines up to the end of a stage; undefined if it has no stage of this name. */
export function stagesUpTo(dockerfile: string, wanted: string): string | undefined {
  const stages = [...dockerfile.matchAll(FROM)];
  const index = stages.findIndex(([, name]) => name?.toLowerCase() === wanted);
  if (index < 0) return undefined;
  return `${dockerfile.slice(0, stages[index + 1]?.index).trimEnd()}\n`;
}

/**
 * Checks that a Dockerfile has a stage of this name, whatever the case.
 * Throws `usage` naming the stages that there are.
 */
export function checkStage(dockerfile: string, wanted: string): void {
  const joined = dockerfile.replace(/\\[ \t]*\r?\n/g, ' ');
  const stages = [...joined.matchAll(FROM)].flatMap(([, name]) => name ?? []);
  if (stages.some((name) => name.toLowerCase() === wanted.toLowerCase())) return;
  const there =
    stages.length === 0 ? 'it names none; name one with "FROM … AS NAME"' : `it has ${stages.join(', ')}`;
  throw new FaasoError('usage', `--target ${wanted}: the Dockerfile has no such stage; ${there}`);
}
