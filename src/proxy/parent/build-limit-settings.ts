/** What the settings let builds take of the machine. */
import { totalmem } from 'node:os';
import type { LimitCgroupOptions } from '../../docker/buildkit/build-cgroup.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { BUILD_CPU_SHARES, BuildLimits, MOST_BUILD_PROCESSES } from '../../lifecycle/builds/build-limits.ts';
import type { Logger } from '../../logger.ts';
import type { ProxyConfig } from './config.ts';
import { ownContainer } from './own-container.ts';
import { LABEL } from '../../funko/naming/labels.ts';

type LimitSettings = Pick<ProxyConfig, 'FAASO_BUILD_MEMORY_MIB' | 'FAASO_BUILD_CPUS'>;

/** The limits of all builds. A container of the proxy's own image sets them: that image is there in any case. */
export function buildLimits(engine: Engine, config: LimitSettings, logger: Logger): BuildLimits {
  return new BuildLimits(engine, {
    wanted: async () => wanted(engine, config),
    onUnlimited: (reason) => {
      logger.warn({ reason }, 'builds run without limits of memory and CPU');
    },
  });
}

async function wanted(engine: Engine, config: LimitSettings): Promise<Omit<LimitCgroupOptions, 'cgroup'>> {
  const self = await ownContainer(engine);
  const { FAASO_BUILD_MEMORY_MIB: mebibytes, FAASO_BUILD_CPUS: cpus } = config;
  return {
    name: `${self.name}.build-limits`,
    image: self.imageId,
    labels: { [LABEL.proxy]: 'build-limits' },
    limits: {
      memoryBytes: mebibytes === 0 ? Math.floor(totalmem() / 2) : mebibytes * 1024 ** 2,
      cpus,
      cpuShares: BUILD_CPU_SHARES,
      processes: MOST_BUILD_PROCESSES,
    },
  };
}
