/** The proxies that are compared, and how each is started. */
import { startFaaso } from './faaso.ts';
import type { Knobs } from './knobs.ts';
import { docker } from './docker.ts';
import type { Site } from './site.ts';

/** A proxy that runs. */
export interface Target {
  readonly container: string;
  /** Where it answers for the plain upstream, and for the one that echoes; without a slash at the end. */
  readonly plain: string;
  readonly echo: string;
  /** Ends it; gives what is to be told of the run, if anything. */
  stop(): Promise<void>;
}

export interface Contender {
  readonly key: string;
  readonly title: string;
  start(site: Site, knobs: Knobs): Promise<Target>;
}

export const CONTENDERS: readonly Contender[] = [
  { key: 'faaso', title: 'FaaSO, 1 worker', start: (site, knobs) => startFaaso(site, knobs, 1) },
  { key: 'faaso-2', title: 'FaaSO, 2 workers, 2 cores', start: (site, knobs) => startFaaso(site, knobs, 2) },
  peer('nginx', 'nginx', ['nginx', '-c', '/bench/config/nginx.conf']),
  peer('haproxy', 'HAProxy', ['haproxy', '-q', '-db', '-f', '/bench/config/haproxy.cfg']),
  peer(
    'caddy',
    'Caddy',
    ['caddy', 'run', '--config', '/bench/config/Caddyfile', '--adapter', 'caddyfile'],
    ['GOMAXPROCS=1'],
  ),
  peer('fast-proxy', 'fast-proxy', ['node', '/bench/peers/fast-proxy.js'], ['NODE_ENV=production']),
];

function peer(
  key: string,
  title: string,
  command: readonly string[],
  env: readonly string[] = [],
): Contender {
  const start = async (site: Site): Promise<Target> => {
    const container = `bench-${site.id}-${key}`;
    const flags = env.flatMap((pair) => ['--env', pair]);
    const logging = ['--log-opt', 'max-size=10m', '--log-opt', 'max-file=3'];
    await site.run(container, site.cores.proxy, [...flags, ...logging], command);
    const base = `http://${container}:8888`;
    await site.answers(`${base}/small`, container);
    const stop = async (): Promise<void> => {
      await docker('rm', '--force', '--volumes', container);
    };
    return { container, plain: base, echo: `${base}/echo`, stop };
  };
  return { key, title, start };
}
