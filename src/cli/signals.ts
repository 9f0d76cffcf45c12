/**
 * Ctrl-C and its relatives: the first one cancels what runs, the second one ends the process at once. What comes right after
 * the first is the same one: from the terminal, and passed on by a program that started this one.
 */
import { Interrupted } from './exit.ts';

const SAME_WITHIN_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that aborts, with an Interrupted as its reason, when the process is told to stop. */
export function abortOnSignals(): AbortSignal {
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
  return controller.signal;
}
