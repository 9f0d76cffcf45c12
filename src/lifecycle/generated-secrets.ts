/** Secrets that FaaSO itself gives a value, once, since a program only needs one that nobody knows. */
import { randomInt } from 'node:crypto';
import type { Engine } from '../docker/engine/engine.ts';
import { inVolume } from '../docker/helper-container/helper-container.ts';
import { ensureVolume } from '../docker/volumes.ts';
import type { Manifest } from '../funko/manifest/manifest.ts';
import { helperName, secretsVolume } from '../funko/naming/secret-names.ts';
import type { OperationContext } from './context.ts';
import { LABEL } from '../funko/naming/labels.ts';

/** Letters and digits pass through every shell, URL and file of settings as they are. */
const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Sets those of a manifest's `generated_secrets` that are not set; the others stay as they are.
 * Throws `conflict`, `engine_*`.
 */
export async function generateSecrets(
  { engine, network }: Pick<OperationContext, 'engine' | 'network'>,
  { name, generated_secrets: generated }: Pick<Manifest, 'name' | 'generated_secrets'>,
): Promise<void> {
  const wanted = Object.entries(generated ?? {});
  if (wanted.length === 0) return;
  const volume = await volumeOf(engine, network, name);
  await inVolume(engine, { name: helperName(name), volume }, async (folder) => {
    const known = new Set(await folder.names());
    for (const [key, length] of wanted)
      if (!known.has(key)) await folder.put(key, Buffer.from(randomText(length)));
  });
}

async function volumeOf(engine: Engine, network: string, funko: string): Promise<string> {
  const volume = secretsVolume(funko);
  await ensureVolume(engine, { name: volume, labels: { [LABEL.funko]: funko, [LABEL.network]: network } });
  return volume;
}

function randomText(length: number): string {
  return Array.from({ length }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');
}
