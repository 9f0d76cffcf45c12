/**
 * Each time the table is in step with the engine again, at the start and after the engine was away, what was interrupted
 * is finished or undone: see lifecycle/recovery/recover.ts.
 */
import { concatMap, defer, distinctUntilChanged, filter, map, startWith, type Subscription } from 'rxjs';
import { messageOf } from '../../errors.ts';
import type { EngineFunkos } from '../../lifecycle/engine-funkos.ts';
import type { Logger } from '../../logger.ts';
import type { Following } from '../tracking/follow.ts';

/** Tidies up until it is unsubscribed from; what goes wrong is only logged. */
export function recoverWhenInStep(following: Following, funkos: EngineFunkos, logger: Logger): Subscription {
  const inStep$ = following.sync$.pipe(
    startWith(following.sync),
    map(({ state }) => state === 'in_step'),
    distinctUntilChanged(),
    filter((inStep) => inStep),
  );
  return inStep$.pipe(concatMap(() => defer(async () => tidyUp(funkos, logger)))).subscribe();
}

async function tidyUp(funkos: EngineFunkos, logger: Logger): Promise<void> {
  let ended = 0;
  try {
    await funkos.settle((funko, outcome) => {
      if (outcome instanceof Error)
        logger.error({ funko, reason: outcome.message }, 'could not finish an interrupted operation');
      else if (outcome) {
        ended += 1;
        logger.warn(outcome, 'finished an interrupted operation');
      }
    });
    logger.info({ ended }, 'checked for interrupted operations');
  } catch (error) {
    logger.error({ reason: messageOf(error) }, 'could not check for interrupted operations');
  }
}
