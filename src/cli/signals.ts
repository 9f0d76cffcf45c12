/**
 * Ctrl-C and its relatives: the first one cancels what runs, the second one ends the process at once. What comes right after
 * the first is the same one: from the terminal, and passed on by a program that started this one. A stdout that takes nothing
 * any more cancels too, as SIGPIPE would: whoever goes on writing would never end.
 */
import { Interrupted, OutputLost } from './exit.ts';

const SAME_WITHIN_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that aborts when the process is told to stop, with an Interrupted, or an OutputLost, as its reason. */
export function abortWhenStopped({ stdout }: Pick<NodeJS.Process, 'stdout'>): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  for (const name of SIGNALS) {
    process.on(name, () => {
      const reason = new Interrupted(name);
      if (!controller.signal.aborted) firstAt = performance.now();
      else if (performance.now() - firstAt > SAME_WITHIN_MS) process.exit(reason.status);
      controller.abort(reason);
    });
  }
  stdout.on('error', (error: Error) => controller.abort(new OutputLost(error)));
  return controller.signal;
}
