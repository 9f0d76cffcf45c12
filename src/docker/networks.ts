/** Networks: the one that funkos and the proxy share. */
import { messageOf } from '../errors.ts';
import { statusOf, unlessMissing, type Engine } from './engine/engine.ts';

export interface Network {
  readonly id: string;
  readonly name: string;
}

/** A network by ID or name; undefined if there is none. Throws `engine_*`. */
export async function inspectNetwork(
  engine: Engine,
  name: string,
  signal?: AbortSignal,
): Promise<Network | undefined> {
  const found = await unlessMissing(
    engine.call(
      `inspecting network ${name}`,
      async (docker) => docker.getNetwork(name).inspect() as Promise<{ Id: string; Name: string }>,
      { signal },
    ),
  );
  return found && { id: found.Id, name: found.Name };
}

/** Compose refuses a network of the right name without these: as if made by compose.yaml, `docker compose up` takes it over. */
const COMPOSE_LABELS = { 'com.docker.compose.project': 'faaso', 'com.docker.compose.network': 'funkos' };

/** The network, made as a bridge if there is none. Throws `engine_*`. */
export async function ensureNetwork(engine: Engine, name: string, signal?: AbortSignal): Promise<Network> {
  const known = await inspectNetwork(engine, name, signal);
  if (known) return known;
  const made = engine.call(
    `making network ${name}`,
    async (docker) =>
      docker.createNetwork({ Name: name, Driver: 'bridge', Attachable: true, Labels: COMPOSE_LABELS }),
    { signal },
  );
  try {
    return { id: (await made).id, name };
  } catch (error) {
    // Somebody else made it at this moment.
    const there = statusOf(error) === 409 ? await inspectNetwork(engine, name, signal) : undefined;
    if (there) return there;
    throw error;
  }
}

/** Connects a container, with aliases; one that is connected already is left as it is. Throws `engine_*`. */
export async function connectNetwork(
  engine: Engine,
  network: string,
  container: string,
  aliases: readonly string[] = [],
): Promise<void> {
  try {
    await engine.call(
      `connecting ${container} to ${network}`,
      async (docker) =>
        docker
          .getNetwork(network)
          .connect({ Container: container, EndpointConfig: { Aliases: [...aliases] } }) as Promise<unknown>,
    );
  } catch (error) {
    if (statusOf(error) !== 403 || !messageOf(error).includes('already exists')) throw error;
  }
}

/** Disconnects a container; one that is not connected, or gone, is fine. Throws `engine_*`. */
export async function disconnectNetwork(engine: Engine, network: string, container: string): Promise<void> {
  const work = engine.call(
    `disconnecting ${container} from ${network}`,
    async (docker) =>
      docker.getNetwork(network).disconnect({ Container: container, Force: true }) as Promise<unknown>,
  );
  try {
    await unlessMissing(work);
  } catch (error) {
    // Engine 26 says so with a 500.
    if (!messageOf(error).includes('is not connected')) throw error;
  }
}
