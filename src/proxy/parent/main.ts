/** The parent process of faaso-proxy: `node dist/proxy/parent/main.js`, or `src/proxy/parent/main.ts` in a checkout. */
import { FaasoError, messageOf } from '../../errors.ts';
import { createLogger } from '../../logger.ts';
import { readConfig } from './config.ts';
import { startProxy } from './parent.ts';
import { collectStartGarbage } from '../start-garbage.ts';

/** By then the first list of containers is in, too. */
const STARTED_AFTER_MS = 5_000;

try {
  const config = readConfig();
  const logger = createLogger(config.FAASO_LOG_LEVEL, { process: 'parent' });
  const proxy = await startProxy(config, logger);
  setTimeout(collectStartGarbage, STARTED_AFTER_MS).unref();
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, 'stopping: requests in flight are finished first');
      proxy.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.fatal({ error: messageOf(error) }, 'the stop failed');
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  process.stderr.write(`${error instanceof FaasoError ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
}
