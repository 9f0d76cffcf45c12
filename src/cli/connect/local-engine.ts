/** The engine that `--local`, `dev`, `login`, `doctor` and `runtimes check` work with: on this machine, or where Docker's settings say. */
import type { Engine, EngineOptions } from '../../docker/engine/engine.ts';
import {
  isThisMachine,
  nameOf,
  type Endpoint,
  type SshEndpoint,
  type TcpEndpoint,
} from '../../docker/engine/endpoint.ts';
import { FaasoError } from '../../errors.ts';
import { engineEndpoint } from './docker-context.ts';
import type { CliSession } from '../session.ts';

export type EngineSession = Pick<CliSession, 'environment' | 'home' | 'atExit'>;

/** An engine on another machine: what it publishes is on the 127.0.0.1 of that machine. */
export interface Remote {
  /** The machine's name or address. */
  readonly host: string;
  /** How a published URL is reached from here, for a person. */
  reach(url: string): string;
}

export interface LocalEngine {
  readonly engine: Engine;
  /** Null: it is on this machine. */
  readonly remote: Remote | null;
}

/**
 * The engine; no call is made to it yet. Over TCP and ssh a relay leads to it, which goes when the process ends.
 * @throws FaasoError `bad_setting`
 */
export async function localEngine(
  session: EngineSession,
  options: Pick<EngineOptions, 'buildCgroup'> = {},
): Promise<LocalEngine> {
  const [{ endpoint, setting }, { Engine }] = await Promise.all([
    engineEndpoint(session),
    import('../../docker/engine/engine.ts'),
  ]);
  if (endpoint.type === 'socket') {
    return { engine: new Engine({ ...options, setting, socketPath: endpoint.path }), remote: null };
  }
  const { EngineRelay } = await import('../../docker/engine/engine-relay.ts');
  const relay = await EngineRelay.start(endpoint);
  session.atExit?.(() => relay.close());
  const reached = { address: nameOf(endpoint), failure: () => relay.failure };
  return {
    engine: new Engine({ ...options, ...reached, setting, socketPath: relay.socketPath }),
    remote: isThisMachine(endpoint) ? null : remoteOf(endpoint),
  };
}

/**
 * The same for work that connects to ports of containers.
 * @param what for the message: `faaso dev`
 * @throws FaasoError `bad_setting`, also if the engine is on another machine
 */
export async function nearEngine(
  what: string,
  session: EngineSession,
  options: Pick<EngineOptions, 'buildCgroup'> = {},
): Promise<Engine> {
  const { engine, remote } = await localEngine(session, options);
  if (remote === null) return engine;
  throw new FaasoError(
    'bad_setting',
    `${what} needs an engine on this machine, and Docker's settings name one on ${remote.host}. ` +
      'Unset DOCKER_HOST and DOCKER_CONTEXT, or set DOCKER_CONTEXT=default.',
  );
}

function remoteOf(endpoint: TcpEndpoint | SshEndpoint): Remote {
  const { host } = endpoint;
  return { host, reach: (url) => `127.0.0.1 is that of ${host} here. ${wayTo(endpoint, new URL(url).port)}` };
}

function wayTo(endpoint: Exclude<Endpoint, { type: 'socket' }>, port: string): string {
  const forward = `-N -L ${port}:127.0.0.1:${port}`;
  if (endpoint.type === 'tcp') return `With ssh there: ssh ${forward} ${endpoint.host}`;
  const { user, host, port: sshPort } = endpoint;
  const at = sshPort === undefined ? '' : `-p ${sshPort} `;
  return `Reach it with: ssh ${at}${forward} ${user === undefined ? '' : `${user}@`}${host}`;
}
