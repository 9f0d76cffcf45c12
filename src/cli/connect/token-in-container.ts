/** A server's token, read out of its container by who may talk to its engine. */
import { FaasoError } from '../../errors.ts';
import { readFile } from '../../docker/container-file.ts';
import { inspectContainer, type Container } from '../../docker/containers.ts';
import { localEngine, type EngineSession, type Remote } from './local-engine.ts';
import { isLocal, portOf } from './server-url.ts';
import type { CliSession } from '../session.ts';

const TOKEN_FILE = '/data/token';

/**
 * Reads the token of the server that the container publishes at this address.
 * @param name the container's name
 * @throws FaasoError `server_unreachable` if there is no such container, `usage` if it is not the one at that address
 */
export async function tokenInContainer(
  name: string,
  server: string,
  session: EngineSession & Pick<CliSession, 'signal'>,
): Promise<string> {
  const { engine, remote } = await localEngine(session);
  const container = await inspectContainer(engine, name, session.signal);
  if (container === undefined) {
    throw new FaasoError(
      'server_unreachable',
      `there is no container ${name} on ${remote ? `the engine on ${remote.host}` : "this machine's engine"}; start the server with "docker compose up -d" in ` +
        "FaaSO's folder, or name its container with --container",
    );
  }
  if (remote && isLocal(server)) throw elsewhere(name, remote, server);
  checkAddress(container, server);
  return (await readFile(engine, container.id, TOKEN_FILE)).toString().trim();
}

/** A port of this machine is not one of that machine. */
function elsewhere(name: string, { host }: Remote, server: string): FaasoError {
  const message = `${server} is this machine, and the container ${name} is on ${host}, where Docker's settings lead`;
  return new FaasoError('usage', `${message}; give that server's address, or pass its token with --token -`);
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
  const fix =
    published.length === 0
      ? 'it publishes no port; pass its token with --token -'
      : `it publishes ${published.join(', ')}; say: faaso login http://localhost:${String(published[0])}`;
  throw new FaasoError('usage', `${server} is not the container ${name}: ${fix}`);
}
