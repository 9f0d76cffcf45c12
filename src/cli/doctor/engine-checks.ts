/** This machine's engine: whether it answers, has room, and what of FaaSO is on it. */
import { inspectContainer, listContainers, type Container } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { engineHasInit } from '../../docker/init.ts';
import { inspectNetwork } from '../../docker/networks.ts';
import { FaasoError } from '../../errors.ts';
import { PROXY_NAME } from '../../funko/naming/names.ts';
import { localEngine } from '../connect/local-engine.ts';
import { isLocal, portOf } from '../connect/server-url.ts';
import type { CliSession } from '../session.ts';
import { networkOf } from '../settings.ts';
import { checkDisk } from './disk.ts';
import { fine, type Finding } from './finding.ts';
import { isProxy } from '../../funko/naming/container-names.ts';

/** Docker Engine 20.10, the oldest that FaaSO was tried with. */
const OLDEST_API = '1.41';

/**
 * Checks the engine. It is needed with --local, by `dev` and by `login`, and by a server that is on this machine: for
 * any other one an engine that is not there is no failure.
 */
export async function checkEngine(server: string, session: CliSession, local: boolean): Promise<Finding[]> {
  const { engine, remote } = await localEngine(session);
  const serves = isLocal(server) && remote === null;
  const needed = local || serves;
  try {
    const { version, apiVersion } = await engine.version(session.signal);
    return [
      checkVersion(version, apiVersion, engine.address),
      ...(remote === null ? await checkRoot(engine, session) : []),
      ...(await checkInit(engine)),
      await checkNetwork(engine, session),
      ...(local || !serves ? [] : [await checkProxy(engine, server, session)]),
    ];
  } catch (error) {
    session.signal.throwIfAborted();
    if (!(error instanceof FaasoError)) throw error;
    const [message = '', fix] = error.message.split(/\. (?=[A-Z])/);
    const state = needed ? 'failed' : 'warning';
    return [{ check: 'engine', state, message, fix: fix ?? 'see that Docker runs: docker info' }];
  }
}

function checkVersion(version: string, api: string, socket: string): Finding {
  const message = `Docker Engine ${version} (API ${api}) answers on ${socket}`;
  if (!isOlder(api, OLDEST_API)) return fine('engine', message);
  const why = `${message}; FaaSO needs API ${OLDEST_API}, of Docker Engine 20.10`;
  return { check: 'engine', state: 'failed', message: why, fix: 'update Docker' };
}

function isOlder(version: string, than: string): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  const [c = 0, d = 0] = than.split('.').map(Number);
  return a < c || (a === c && b < d);
}

async function checkRoot(engine: Engine, { signal }: CliSession): Promise<Finding[]> {
  const info = await engine.get('asking about the engine', '/info', signal);
  const { DockerRootDir: folder } = info as { DockerRootDir?: unknown };
  const found = typeof folder === 'string' ? await checkDisk(folder) : null;
  return found ? [found] : [];
}

/** Funkos run without an init, too, but what their programs leave behind is then reaped by nobody. */
async function checkInit(engine: Engine): Promise<Finding[]> {
  if (await engineHasInit(engine)) return [];
  const message =
    'the engine has no init (docker-init): processes that a program leaves behind are not reaped';
  return [
    { check: 'engine', state: 'warning', message, fix: 'install tini, or docker-init, beside dockerd' },
  ];
}

async function checkNetwork(engine: Engine, { environment, signal }: CliSession): Promise<Finding> {
  const name = networkOf(environment);
  if (await inspectNetwork(engine, name, signal)) return fine('network', `${name} is there`);
  const fix = 'docker compose up -d in FaaSO’s folder; "faaso up --local" makes it by itself';
  return { check: 'network', state: 'warning', message: `there is no network ${name} yet`, fix };
}

/** The proxy that should answer at the server's address. */
async function checkProxy(
  engine: Engine,
  server: string,
  { environment, signal }: CliSession,
): Promise<Finding> {
  const rows = (await listContainers(engine, {}, signal)).filter(({ name, labels }) => isProxy(name, labels));
  const found = await Promise.all(rows.map(async ({ id }) => inspectContainer(engine, id, signal)));
  const proxies = found.filter((one) => one !== undefined);
  const port = portOf(server);
  const own = proxies.find(({ ports }) => ports.some(({ host }) => host === port));
  const proxy = own ?? proxies.find(({ name }) => name === PROXY_NAME) ?? proxies[0];
  if (!proxy)
    return bad('no container of a FaaSO proxy is on this engine', 'docker compose up -d in FaaSO’s folder');
  return proxyFinding(proxy, port, networkOf(environment));
}

function proxyFinding(
  { name, status, ports, networks, restartCount }: Container,
  port: number,
  network: string,
): Finding {
  if (status !== 'running')
    return bad(`${name} is ${status}`, `docker start ${name}; why it ended: docker logs ${name}`);
  const published = [...new Set(ports.map(({ host }) => host))];
  if (!published.includes(port)) {
    const where = published.length === 0 ? 'no port' : `port ${published.join(', ')}`;
    const fix =
      published.length === 0
        ? 'docker compose up -d in FaaSO’s folder'
        : `set FAASO_SERVER=http://localhost:${published[0] ?? ''}`;
    return bad(`${name} publishes ${where}, not ${port}`, fix);
  }
  if (!(network in networks) && Object.keys(networks).length > 0) {
    const message = `${name} is not on the network ${network}, but on ${Object.keys(networks).join(', ')}`;
    return {
      check: 'proxy',
      state: 'warning',
      message,
      fix: `docker network connect ${network} ${name}, or set FAASO_NETWORK`,
    };
  }
  if (restartCount === 0) return fine('proxy', `${name} runs`);
  const message = `${name} runs, but was restarted ${restartCount} times`;
  return { check: 'proxy', state: 'warning', message, fix: `docker logs ${name}` };
}

function bad(message: string, fix: string): Finding {
  return { check: 'proxy', state: 'failed', message, fix };
}
