/** What the settings let builds take of the machine. */
import { hostname, totalmem } from 'node:os';
import type { HolderOptions } from '../docker/build-holder.ts';
import { inspectContainer } from '../docker/containers.ts';
import type { Engine } from '../docker/engine.ts';
import { FaasoError } from '../errors.ts';
import { HOLDER_SUFFIX, LABEL } from '../funko/naming.ts';
import { BUILD_CPU_SHARES, BuildBounds } from '../lifecycle/build-bounds.ts';
import type { Logger } from '../logger.ts';
import type { Config } from './config.ts';

type Limits = Pick<Config, 'FAASO_BUILD_MEMORY_MIB' | 'FAASO_BUILD_CPUS'>;

/** The bounds of all builds. They are held by a container of the proxy's own image, which is there in any case. */
export function buildBounds(engine: Engine, config: Limits, logger: Logger): BuildBounds {
  return new BuildBounds(engine, {
    holder: async () => holderOptions(engine, config),
    onUnlimited: (reason) => {
      logger.warn({ reason }, 'builds run without limits of memory and CPU');
    },
  });
}

async function holderOptions(engine: Engine, config: Limits): Promise<HolderOptions> {
  const self = await inspectContainer(engine, hostname());
  if (!self) throw new FaasoError('engine_failed', 'The proxy does not run in a container of this engine.');
  const { FAASO_BUILD_MEMORY_MIB: mebibytes, FAASO_BUILD_CPUS: cpus } = config;
  return {
    name: `${self.name}${HOLDER_SUFFIX}`,
    image: self.imageId,
    labels: { [LABEL.proxy]: 'builds' },
    memoryBytes: mebibytes === 0 ? Math.floor(totalmem() / 2) : mebibytes * 1024 ** 2,
    nanoCpus: cpus * 1e9,
    cpuShares: BUILD_CPU_SHARES,
  };
}
