/**
 * Chooses where a command works: on a server, or with --local on this machine's engine. Both are loaded when they are
 * needed, so that `faaso version` and `faaso help` start at once.
 */
import { FaasoError } from '../../errors.ts';
import type { FunkoApi } from '../../api/funko-api.ts';
import type { LocalTrafficOptions } from '../../lifecycle/local/local-traffic.ts';
import type { Traffic } from '../../lifecycle/traffic.ts';
import type { Remote } from './local-engine.ts';
import { configFile, storedToken } from './config.ts';
import { funkoUrl, ownNameUrl } from './server-url.ts';
import type { CliSession } from '../session.ts';
import { localBuildCgroup, logsFolder, networkOf, serverOf, tokenOf } from '../settings.ts';

/** No server takes it, but one that is there says so. */
export const NO_TOKEN = 'none';
const ANSWER_WITHIN_MS = 2000;

/** Funkos, and how they are reached. */
export interface FunkoHost {
  readonly funkos: FunkoApi;
  /** The server's address; null for the local engine. */
  readonly server: string | null;
  /** The URL at which a funko answers for every client: what the engine published, or below the server's address. */
  urlOf(funko: string, published: string | null): string | null;
  /** All URLs at which it answers, that under a name of its own first. */
  urlsOf(funko: string, published: string | null): readonly string[];
  /** With --local: the machine on whose 127.0.0.1 the URLs are; null if that is this one. */
  readonly remote: Remote | null;
}

/**
 * Where the command works.
 * @throws FaasoError `bad_setting`, `unauthorized` if no token is known for the server, `server_unreachable` if there is none either
 */
export async function connect(
  session: CliSession,
  options: { local?: boolean | undefined },
): Promise<FunkoHost> {
  return options.local === true ? localHost(session) : serverHost(session);
}

/**
 * A server with a token that was given, not stored.
 * @param tokenMend what is to be done if it is refused; if absent, to log in
 */
export async function serverFunkos(url: string, token: string, tokenMend?: string): Promise<FunkoApi> {
  const { ServerFunkos } = await import('../../client/server-funkos.ts');
  return new ServerFunkos({ url, token, ...(tokenMend === undefined ? {} : { tokenMend }) });
}

async function serverHost(session: CliSession): Promise<FunkoHost> {
  const server = serverOf(session.environment);
  const given = tokenOf(session.environment);
  const token = given ?? (await storedToken(configFile(session), server));
  if (token === undefined) throw await withoutToken(server, session);
  const fix = `Set FAASO_TOKEN to its token, or unset it and: faaso login ${server}`;
  const funkos = await serverFunkos(server, token, given === undefined ? undefined : fix);
  const urlOf = (funko: string): string => funkoUrl(server, funko);
  const urlsOf = (funko: string): string[] => {
    const own = ownNameUrl(server, funko);
    return [...(own === undefined ? [] : [own]), urlOf(funko)];
  };
  return { funkos, server, urlOf, urlsOf, remote: null };
}

/** Where no server is, a token is not what is missing first. */
async function withoutToken(server: string, { signal }: CliSession): Promise<FaasoError> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const funkos = await serverFunkos(server, NO_TOKEN);
  const failure: unknown = await funkos.where(within).catch((error: unknown) => error);
  signal.throwIfAborted();
  if (failure instanceof FaasoError && failure.code === 'server_unreachable') return failure;
  return new FaasoError(
    'unauthorized',
    `no token for ${server} is known; get it with: faaso login ${server}`,
  );
}

async function localHost(session: CliSession): Promise<FunkoHost> {
  const { environment } = session;
  const network = networkOf(environment);
  const [{ localEngine }, { EngineFunkos }] = await Promise.all([
    import('./local-engine.ts'),
    import('../../lifecycle/engine-funkos.ts'),
  ]);
  const { engine, remote } = await localEngine(session, { buildCgroup: localBuildCgroup(environment) });
  const traffic = await trafficOf({ engine, network }, remote !== null);
  const funkos = new EngineFunkos({
    engine,
    network,
    traffic,
    kind: 'local',
    logs: logsFolder(session, network),
  });
  const urlOf = (_funko: string, published: string | null): string | null => published;
  const urlsOf = (_funko: string, published: string | null): string[] =>
    published === null ? [] : [published];
  return { funkos, server: null, urlOf, urlsOf, remote };
}

/** What tells whether instances are ready: their ports, or the engine alone where those can't be reached from here. */
async function trafficOf(options: LocalTrafficOptions, isRemote: boolean): Promise<Traffic> {
  if (isRemote) return new (await import('../../lifecycle/local/remote-traffic.ts')).RemoteTraffic(options);
  return new (await import('../../lifecycle/local/local-traffic.ts')).LocalTraffic(options);
}
