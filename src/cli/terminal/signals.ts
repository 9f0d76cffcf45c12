/**
 * Ctrl-C and its relatives: the first one cancels what runs, the second one ends the process at once, unless what runs must
 * not be left half done. What comes right after the first is the same one: from the terminal, and passed on by a program that started
 * this one. A closed stdout cancels too, as SIGPIPE would: a command that continued to write would never end.
 */
import { Interrupted, OutputLost } from '../exit.ts';
import { terminalText } from '../output/terminal-text.ts';
import type { CliSession } from '../session.ts';

const SAME_WITHIN_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that aborts when the process is told to stop, with an Interrupted, or an OutputLost, as its reason; and what keeps a
 * second Ctrl-C from ending the process.
 */
export function abortWhenStopped({
  stdout,
  stderr,
}: Pick<NodeJS.Process, 'stdout' | 'stderr'>): Pick<CliSession, 'signal' | 'hold'> {
  const controller = new AbortController();
  const holds = new Set<() => string>();
  let firstAt = 0;
  const again = (reason: Interrupted): void => {
    if (performance.now() - firstAt <= SAME_WITHIN_MS) return;
    const [hold] = holds;
    if (hold === undefined) process.exit(reason.status);
    stderr.write(`${terminalText(hold(), false)}\n`);
  };
  for (const name of SIGNALS) {
    process.on(name, () => {
      const reason = new Interrupted(name);
      if (controller.signal.aborted) again(reason);
      else {
        firstAt = performance.now();
        controller.abort(reason);
      }
    });
  }
  stdout.on('error', (error: Error) => controller.abort(new OutputLost(error)));
  const hold = (text: () => string): Disposable => {
    holds.add(text);
    return { [Symbol.dispose]: () => void holds.delete(text) };
  };
  return { signal: controller.signal, hold };
}
