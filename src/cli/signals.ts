/** Ctrl-C and its relatives: the first one cancels what runs, the second one ends the process at once. */
import { Interrupted } from './exit.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that aborts, with an Interrupted as its reason, when the process is told to stop. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      const reason = new Interrupted(name);
      if (controller.signal.aborted) process.exit(reason.status);
      controller.abort(reason);
    });
  }
  return controller.signal;
}
