/** Volumes: found by name or label, made, removed. */
import { MOST_LIST_BYTES } from './engine/answer.ts';
import { statusOf, unlessMissing, type Engine } from './engine/engine.ts';

/** The names of all volumes with a label (`key` or `key=value`). Throws `engine_*`. */
export async function listVolumes(engine: Engine, label: string, signal?: AbortSignal): Promise<string[]> {
  return list(engine, { label: [label] }, signal);
}

/** The names of all volumes whose name begins so, sorted. Throws `engine_*`. */
export async function listVolumesNamed(engine: Engine, beginning: string): Promise<string[]> {
  const names = await list(engine, { name: [beginning] });
  return names.filter((name) => name.startsWith(beginning)).sort();
}

/** The names of all volumes with a label that no container has, whether it runs or not. Throws `engine_*`. */
export async function listUnusedVolumes(engine: Engine, label: string): Promise<string[]> {
  return list(engine, { label: [label], dangling: ['true'] });
}

async function list(
  engine: Engine,
  filters: Readonly<Record<string, string[]>>,
  signal?: AbortSignal,
): Promise<string[]> {
  const found = await engine.call('listing volumes', async (docker) => docker.listVolumes({ filters }), {
    mostBytes: MOST_LIST_BYTES,
    signal,
  });
  // Null where there is none, against its types.
  const { Volumes } = found as { Volumes: { Name: string }[] | null };
  return (Volumes ?? []).map(({ Name }) => Name);
}

/** Whether there is a volume of that name. Throws `engine_*`. */
export async function hasVolume(engine: Engine, name: string, signal?: AbortSignal): Promise<boolean> {
  const found = engine.get(`looking for volume ${name}`, `/volumes/${encodeURIComponent(name)}`, signal);
  return (await unlessMissing(found)) !== undefined;
}

/** Makes a volume; one that is there is left as it is. Throws `engine_*`. */
export async function ensureVolume(
  engine: Engine,
  { name, labels }: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): Promise<void> {
  if (await hasVolume(engine, name)) return;
  await engine.call(`making volume ${name}`, async (docker) =>
    docker.createVolume({ Name: name, Driver: 'local', Labels: { ...labels } }),
  );
}

/**
 * Removes a volume with all that is in it; one that is gone is fine.
 * @returns false if a container still uses it
 * Throws `engine_*`.
 */
export async function removeVolume(engine: Engine, name: string): Promise<boolean> {
  try {
    await unlessMissing(
      engine.call(
        `removing volume ${name}`,
        async (docker) => docker.getVolume(name).remove() as Promise<unknown>,
      ),
    );
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return false;
    throw error;
  }
}
