/**
 * The parent's parts, put together: the engine, the table that follows it, the workers, the admin API. This is the
 * one place that knows them all.
 */
import { chmod, chown, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { Engine } from '../../docker/engine/engine.ts';
import { buildCgroupOf } from '../../funko/build-cgroup.ts';
import { buildsAtOnce, type BuildPolicy } from '../../lifecycle/builds/build-operations.ts';
import { CacheBudget } from '../../lifecycle/builds/cache-budget.ts';
import { EngineFunkos } from '../../lifecycle/engine-funkos.ts';
import type { Logger } from '../../logger.ts';
import { accessLogSource } from './access-log-source.ts';
import { createAdmin } from '../admin/server.ts';
import { loadToken } from '../admin/token.ts';
import { buildLimits } from './build-limit-settings.ts';
import { listOf, type ProxyConfig } from './config.ts';
import { DEFAULT_FORWARD_SETTINGS, type ForwardSettings } from '../forward/settings.ts';
import { followEngine } from '../tracking/follow.ts';
import { FollowedSplits } from '../tracking/split-tags.ts';
import { recoverWhenInStep } from './recovery.ts';
import { ProxyTraffic } from './traffic.ts';
import { WorkerPool } from './workers/pool.ts';

export interface Proxy {
  /** Graceful: workers finish what runs (to the deadline in the settings), then everything is closed. */
  stop(): Promise<void>;
}

/**
 * Starts the proxy. Resolves when every worker listens; the table may still be on its way (`/readyz` tells).
 * Throws `bad_setting` for a token file that can't be used.
 */
export async function startProxy(config: ProxyConfig, logger: Logger): Promise<Proxy> {
  const token = await loadToken(config.FAASO_DATA);
  const engine = new Engine({
    socketPath: config.FAASO_ENGINE_SOCKET,
    setting: 'FAASO_ENGINE_SOCKET',
    buildCgroup: buildCgroupOf(config.FAASO_BUILD_CGROUP),
  });
  const network = config.FAASO_NETWORK;
  const following = followEngine({ engine, network, logger, resyncMs: config.FAASO_RESYNC_SECONDS * 1000 });
  const splits = new FollowedSplits({ engine, resyncMs: config.FAASO_RESYNC_SECONDS * 1000 });
  const dropsRoot = process.getuid?.() === 0 && config.FAASO_WORKER_ID !== 0;
  const userId = dropsRoot ? config.FAASO_WORKER_ID : undefined;
  const pool = new WorkerPool({
    count: config.workers,
    settings: {
      port: config.FAASO_LISTEN_PORT,
      adminSocket: config.FAASO_ADMIN_SOCKET,
      logLevel: config.FAASO_LOG_LEVEL,
      forward: forwardSettings(config),
    },
    userId,
    following,
    splits,
    logger,
  });
  const traffic = new ProxyTraffic(following, splits, pool);
  const limits = buildLimits(engine, config, logger);
  const policy = buildPolicy(config);
  const onTrouble = (reason: string): void => {
    logger.warn({ reason }, 'the build cache could not be cut');
  };
  const cache = new CacheBudget(engine, { bytes: policy.cacheBytes, onTrouble });
  const builds = { ...policy, limits, cache };
  const funkos = new EngineFunkos({
    engine,
    network,
    traffic,
    kind: 'server',
    builds,
    logs: join(config.FAASO_DATA, 'logs'),
    accessLog: accessLogSource(engine, config),
  });
  const admin = createAdmin({
    funkos,
    token,
    table: () => following.table,
    sync: () => following.sync,
    inFlight: (id) => pool.load.of(id),
    carried: async () => pool.carried(),
    logger,
    limits: {
      contextBytes: config.FAASO_MAX_CONTEXT_MIB * 1024 ** 2,
      contextPaceMs: config.FAASO_CONTEXT_PACE_SECONDS * 1000,
      buildMs: config.FAASO_BUILD_SECONDS * 1000,
    },
  });
  await listenOnSocket(admin, config.FAASO_ADMIN_SOCKET, userId);
  await pool.listening();
  const tidying = recoverWhenInStep(following, funkos, logger);
  logger.info({ port: config.FAASO_LISTEN_PORT, workers: config.workers, network }, 'the proxy listens');
  return {
    stop: async () => {
      tidying.unsubscribe();
      admin.close();
      await pool.drain(config.FAASO_DRAIN_SECONDS * 1000);
      following.stop();
      splits.stop();
      admin.closeAllConnections();
    },
  };
}

/** Listens on a Unix socket that only this process and the workers' group may open. */
async function listenOnSocket(server: Server, path: string, groupId: number | undefined): Promise<void> {
  await rm(path, { force: true });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject);
  server.listen(path, () => {
    resolve(undefined);
  });
  await promise;
  await chmod(path, 0o660);
  if (groupId !== undefined) await chown(path, 0, groupId);
}

function buildPolicy(config: ProxyConfig): Omit<BuildPolicy, 'limits' | 'cache'> {
  return {
    atOnce: config.FAASO_BUILDS || buildsAtOnce(),
    mostWaiting: config.FAASO_BUILD_QUEUE,
    keepVersions: config.FAASO_KEEP_VERSIONS,
    versionsBytes: config.FAASO_FUNKO_MIB * 1024 ** 2,
    cacheBytes: config.FAASO_BUILD_CACHE_MIB * 1024 ** 2,
  };
}

function forwardSettings(config: ProxyConfig): ForwardSettings {
  return {
    ...DEFAULT_FORWARD_SETTINGS,
    connectTimeoutMs: config.FAASO_CONNECT_TIMEOUT_MS,
    headersTimeoutMs: config.FAASO_HEADERS_TIMEOUT_SECONDS * 1000,
    bodyIdleMs: config.FAASO_BODY_IDLE_SECONDS * 1000,
    maxHeaderBytes: config.FAASO_MAX_HEAD_KIB * 1024,
    maxConnections: config.FAASO_MAX_CONNECTIONS,
    maxUpstreamConnections: config.FAASO_FUNKO_CONNECTIONS,
    trustedAddresses: listOf(config.FAASO_TRUSTED_ADDRESSES),
    maxBodyBytes: config.FAASO_MAX_BODY_MIB * 1024 ** 2,
    hosts: listOf(config.FAASO_HOSTS).map((host) => host.toLowerCase()),
  };
}
