/** The stages of a Dockerfile. Pure. */
import { FaasoError } from '../errors.ts';

const FROM = /^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*\S+(?:[ \t]+AS[ \t]+(\S+))?/gim;

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
