/** How slowly a build context may come: an upload holds the place of a build. */
import type { Readable } from 'node:stream';
import { AdminRefusal } from './refusal.ts';

/** The least bytes a second in each window in which only the sender is waited for. */
const LEAST_BYTES_PER_SECOND = 1024;
const TICKS_PER_WINDOW = 10;
const DEFAULT_WINDOW_MS = 30_000;

/** A stream that is written to, and says whether it takes more now. */
interface Sink {
  readonly writableNeedDrain: boolean;
  readonly writableEnded: boolean;
  destroy(error: Error): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Destroys `sink` with a 408 when the source brings too little. Only time in which the sink would take more counts: while a
 * build waits for its turn nothing is read, and that is not the sender's fault.
 */
export function watchPace(source: Readable, sink: Sink, windowMs = DEFAULT_WINDOW_MS): void {
  const least = (LEAST_BYTES_PER_SECOND * windowMs) / 1000;
  let bytes = 0;
  let ticks = 0;
  const count = (chunk: Buffer): void => void (bytes += chunk.length);
  const tick = (): void => {
    if (sink.writableNeedDrain || sink.writableEnded) return;
    if (++ticks < TICKS_PER_WINDOW) return;
    if (bytes < least) sink.destroy(tooSlow(windowMs));
    bytes = ticks = 0;
  };
  const timer = setInterval(tick, windowMs / TICKS_PER_WINDOW);
  source.on('data', count);
  sink.once('close', () => {
    clearInterval(timer);
    source.off('data', count);
  });
}

function tooSlow(windowMs: number): AdminRefusal {
  const message = `The build context came too slowly: less than ${LEAST_BYTES_PER_SECOND} bytes a second for ${windowMs / 1000} s.`;
  return new AdminRefusal('bad_context', message, { status: 408 });
}
