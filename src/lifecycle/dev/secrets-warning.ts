/** Secrets under `faaso dev`: a program that lacks some runs all the same, since a person sees what comes of it. */
import type { Engine } from '../../docker/engine.ts';
import { messageOf } from '../../errors.ts';
import type { Manifest } from '../../funko/manifest.ts';
import { mendOf, missingSecrets, needs } from '../secrets.ts';

/** What to tell of secrets that are not set on this engine; undefined if all are. Throws the signal's reason only. */
export async function secretsWarning(
  engine: Engine,
  { name, secrets }: Manifest,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const missing = await missingSecrets(engine, name, secrets ?? [], signal);
    if (missing.length === 0) return undefined;
    const what = `${name} needs ${needs(missing)}, and nothing is set as such on this engine: it runs without`;
    return `${what}. Set what is missing, and start "faaso dev" again: ${mendOf(name, missing, true)}`;
  } catch (error) {
    signal.throwIfAborted();
    return `which secrets of ${name} are set is not known: ${messageOf(error)}`;
  }
}
