/** Secrets under `faaso dev`: a program that lacks some runs all the same, since a person sees what comes of it. */
import { messageOf } from '../errors.ts';
import type { Manifest } from '../funko/manifest/manifest.ts';
import { generateSecrets } from '../lifecycle/generated-secrets.ts';
import { fixOf, missingSecrets, needs } from '../lifecycle/operations/secret.ts';
import type { OperationContext } from '../lifecycle/context.ts';

/**
 * Sets the secrets that FaaSO generates. Gives what to tell of those that are not set on this engine; undefined if all are.
 * Throws the signal's reason only.
 */
export async function secretsWarning(
  { engine, network }: Pick<OperationContext, 'engine' | 'network'>,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { name, secrets } = manifest;
  try {
    await generateSecrets({ engine, network }, manifest);
    const missing = await missingSecrets(engine, name, secrets ?? [], signal);
    if (missing.length === 0) return undefined;
    const what = `${name} needs ${needs(missing)}, and nothing is set as such on this engine: it runs without`;
    return `${what}. Set what is missing, and start "faaso dev" again: ${fixOf(name, missing, true)}`;
  } catch (error) {
    signal.throwIfAborted();
    return `which secrets of ${name} are set is not known: ${messageOf(error)}`;
  }
}
