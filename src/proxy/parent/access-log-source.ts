/** Where the workers' access log is to be read: in the log of the proxy's own container, to whose stdout they write it. */
import type { Engine } from '../../docker/engine/engine.ts';
import { FaasoError } from '../../errors.ts';
import type { LogLevel } from '../../logger.ts';
import type { ProxyConfig } from './config.ts';
import { ownContainer } from './own-container.ts';
import type { AccessLogSource } from '../../lifecycle/context.ts';

/** The levels at which requests are logged. */
const RECORDING: ReadonlySet<LogLevel> = new Set(['trace', 'debug', 'info']);

export function accessLogSource(
  engine: Engine,
  config: Pick<ProxyConfig, 'FAASO_LOG_LEVEL'>,
): AccessLogSource {
  const level = config.FAASO_LOG_LEVEL;
  return {
    container: async (signal) => {
      if (RECORDING.has(level)) return (await ownContainer(engine, signal)).id;
      const fix =
        'Set FAASO_LOG_LEVEL=info in the environment or .env, and on the server: docker compose up -d';
      throw new FaasoError('conflict', `The proxy's log level "${level}" leaves out requests. ${fix}`);
    },
  };
}
