/** The proxies that are compared, and how each is started. */
import { startFaaso } from './faaso.ts';
import type { Knobs } from './knobs.ts';
import { docker } from './docker.ts';
import type { Site } from './site.ts';

/** A proxy that runs. */
export interface Target {
  readonly container: string;
  /** Where it answers for the plain upstream, without a slash at the end, and for the one that echoes. */
  readonly plain: string;
  readonly echo: string;
  /** Ends it; gives what is to be told of the run, if anything. */
  stop(): Promise<void>;
}

export interface Contender {
  readonly key: string;
  readonly title: string;
  /** Keys of cases that it does not offer. */
  readonly lacks?: readonly string[];
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
  { ...nodePeer('fast-proxy', 'fast-proxy'), lacks: ['websocket'] },
  nodePeer('http-proxy', 'http-proxy'),
  nodePeer('httpxy', 'httpxy'),
  nodePeer('fastify', '@fastify/http-proxy'),
];

function nodePeer(key: string, title: string): Contender {
  return peer(key, title, ['node', `/bench/peers/${key}.js`], ['NODE_ENV=production']);
}

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
    const base = `http://${container}:8888`;
    const stop = async (): Promise<void> => {
      await docker('rm', '--force', '--volumes', container);
    };
    const target = { container, plain: base, echo: `${base}/echo`, stop };
    return started(target, async () => {
      await site.run(container, site.cores.proxy, [...flags, ...logging], command);
      await site.answers(`${base}/small`, container);
    });
  };
  return { key, title, start };
}

/** Gives the target when `work` has started it; what has not come up is removed, for its name is used again. */
export async function started(target: Target, work: () => Promise<unknown>): Promise<Target> {
  try {
    await work();
    return target;
  } catch (error) {
    await target.stop();
    throw error;
  }
}
