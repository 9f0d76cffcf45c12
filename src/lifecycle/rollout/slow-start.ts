/** A program that runs and takes long to get ready may listen elsewhere: the waiting user is told so before the time is over. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Listener } from '../../docker/helper-container/listening-ports.ts';
import { wrongPort } from '../causes/wrong-port.ts';

const FIRST_LOOK_MS = 5_000;
const GROWTH = 2;

export interface SlowStart {
  /** Reads where the container's programs listen; may reject. */
  readonly look: () => Promise<readonly Listener[]>;
  /** Where it is asked. */
  readonly port: number;
  /** Gets a sentence, without a capital letter. */
  readonly tell: (words: string) => void;
  /** As `setTimeout` of node:timers/promises, which it is if absent. */
  readonly wait?: (
    ms: number,
    value: undefined,
    options: { readonly signal: AbortSignal },
  ) => Promise<unknown>;
}

/**
 * Looks after 5 s where a program listens, and again after twice as long each time, until that is known to be another port than the
 * one that is asked; then tells it once. Never rejects.
 * @param signal ends the looking
 */
export async function tellWrongPort(start: SlowStart, signal: AbortSignal): Promise<void> {
  const { look, port, tell, wait = pause } = start;
  try {
    for (let ms = FIRST_LOOK_MS; ; ms *= GROWTH) {
      await wait(ms, undefined, { signal });
      const listeners = await look();
      const words = listeners.length === 0 ? undefined : wrongPort(listeners, port);
      if (words === undefined) continue;
      if (!signal.aborted) tell(words);
      return;
    }
  } catch {
    // It is ready, or it ended, or the engine can't be asked: all of that is told by others.
  }
}
