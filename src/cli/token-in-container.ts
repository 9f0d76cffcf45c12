/** A server's token, read out of its container by who may talk to its engine. */
import { FaasoError } from '../errors.ts';
import { Engine, socketPathOf } from '../docker/engine.ts';
import { readFile } from '../docker/container-output.ts';
import { inspectContainer, type Container } from '../docker/containers.ts';
import { portOf } from './server-url.ts';
import type { Session } from './session.ts';

const TOKEN_FILE = '/data/token';

/**
 * Reads the token of the server that the container publishes at this address.
 * @param name the container's name
 * @throws FaasoError `server_unreachable` if there is no such container, `usage` if it is not the one at that address
 */
export async function tokenInContainer(
  name: string,
  server: string,
  { environment, signal }: Pick<Session, 'environment' | 'signal'>,
): Promise<string> {
  const engine = new Engine({ socketPath: socketPathOf(environment.DOCKER_HOST) });
  const container = await inspectContainer(engine, name, signal);
  if (container === undefined) {
    throw new FaasoError(
      'server_unreachable',
      `there is no container ${name} on this machine's engine; start the server with "docker compose up -d" in ` +
        "FaaSO's folder, or name its container with --container",
    );
  }
  checkAddress(container, server);
  return (await readFile(engine, container.id, TOKEN_FILE)).toString().trim();
}

/** The token must not be sent to whatever else listens at that address. */
function checkAddress({ name, status, ports }: Container, server: string): void {
  if (status !== 'running') {
    throw new FaasoError(
      'server_unreachable',
      `the container ${name} does not run; start it: docker start ${name}`,
    );
  }
  const published = [...new Set(ports.map(({ host }) => host))];
  if (published.includes(portOf(server))) return;
  const mend =
    published.length === 0
      ? 'it publishes no port; pass its token with --token -'
      : `it publishes ${published.join(', ')}; say: faaso login http://localhost:${String(published[0])}`;
  throw new FaasoError('usage', `${server} is not the container ${name}: ${mend}`);
}
