/** FaaSO as people run it: its image, its Compose file, its routes from the engine, its log to the json-file driver. */
import { fileURLToPath } from 'node:url';
import { started, type Target } from './contenders.ts';
import { docker, dockerWith } from './docker.ts';
import { freePort } from '../../test/support/engine/free-port.ts';
import type { Knobs } from './knobs.ts';
import { profileFiles } from './profile.ts';
import type { Site } from './site.ts';

const UPGRADE_REQUIRED = 426;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a proxy with so many workers, on as many cores; resolves when its routes are in step with the engine. */
export async function startFaaso(site: Site, knobs: Knobs, workers: 1 | 2): Promise<Target> {
  const container = `bench-${site.id}-faaso`;
  const settings = {
    FAASO_IMAGE: knobs.image ?? (await builtImage(site)),
    FAASO_NAME: container,
    FAASO_NETWORK: site.network,
    FAASO_PORT: `127.0.0.1:${await freePort()}`,
    FAASO_WORKERS: String(workers),
    BENCH_ID: site.id,
    BENCH_CORES: workers === 1 ? site.cores.proxy : site.cores.two,
    ...(knobs.profile ? profileFiles() : {}),
  };
  const files = [
    'compose.yaml',
    'bench/forward/pinned.yaml',
    ...(knobs.profile ? ['bench/forward/profiled.yaml'] : []),
  ];
  const compose = [
    ...['compose', '--project-name', container, '--env-file', '/dev/null'],
    ...files.flatMap((file) => ['--file', ROOT + file]),
  ];
  const base = `http://${container}:8888/funko`;
  const stop = async (): Promise<void> => {
    await docker('rm', '--force', '--volumes', container);
    await docker('volume', 'rm', '--force', `${container}_data`);
  };
  const target = { container, plain: `${base}/${site.plain}`, echo: `${base}/${site.echo}/`, stop };
  return started(target, async () => {
    await dockerWith({ env: settings, signal: site.signal }, ...compose, 'up', '--detach', '--no-build');
    await site.answers(`${target.plain}/small`, container);
    // A plain request is none for the one that echoes: its own answer shows that its route is there.
    await site.answers(target.echo, container, UPGRADE_REQUIRED);
  });
}

/** Of this checkout; built once for a site. */
async function builtImage(site: Site): Promise<string> {
  const tag = `faaso-bench-proxy:${site.id}`;
  const known = await docker('image', 'ls', '--quiet', tag);
  if (known === '') await site.build(tag, ROOT);
  return tag;
}
