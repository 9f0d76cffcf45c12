/** Secrets of a funko under test: files in /run/secrets, put there before it starts. */
import { pack } from 'tar-stream';
import type { Engine } from '../docker/engine/engine.ts';
import { putArchive } from '../docker/put-archive.ts';

/** Writes each secret to /run/secrets/NAME of a container that was created. Throws `engine_*`. */
export async function putSecrets(
  engine: Engine,
  id: string,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(secrets);
  if (entries.length === 0) return;
  const tar = pack();
  tar.entry({ name: 'run/secrets', type: 'directory', mode: 0o755 });
  for (const [name, value] of entries) tar.entry({ name: `run/secrets/${name}`, mode: 0o444 }, value);
  tar.finalize();
  await putArchive(engine, id, '/', tar);
}
