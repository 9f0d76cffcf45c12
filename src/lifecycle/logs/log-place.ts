/** Where in a container's log a reader is. */
import type { WrittenLine } from '../../docker/logs/log-entries.ts';

/** How far a log was told. The engine can only be asked for what was written from a moment on, that moment included. */
export class LogPlace {
  #since: string | undefined;
  /** Of each stream the time of its last piece, and how many pieces of that time were told. */
  readonly #told: Record<WrittenLine['stream'], { time: string; count: number }>;
  #skipped = { stdout: 0, stderr: 0 };

  constructor(time: string | undefined) {
    this.#since = time;
    this.#told = { stdout: { time: '', count: 0 }, stderr: { time: '', count: 0 } };
  }

  /** From when on it is to be read; undefined: from its beginning. */
  get since(): string | undefined {
    const { stdout, stderr } = this.#told;
    const times = [stdout.time, stderr.time].filter((time) => time !== '').sort();
    // A stream that has told nothing may have a line that was begun before.
    return times.length === 2 ? times[0] : this.#since;
  }

  /** When the last line of a stream that was told was written; undefined if none was. */
  timeOf(stream: WrittenLine['stream']): string | undefined {
    return this.#told[stream].time || undefined;
  }

  startAt(stream: WrittenLine['stream'], time: string, count: number): void {
    this.#told[stream] = { time, count };
  }

  /** It is read again from `since` on. */
  reopen(): void {
    this.#skipped = { stdout: 0, stderr: 0 };
  }

  /** Whether a line is new. After that it counts as seen. */
  isNew({ stream, time }: WrittenLine): boolean {
    const told = this.#told[stream];
    if (time < told.time) return false;
    if (time === told.time && this.#skipped[stream] < told.count) {
      this.#skipped[stream] += 1;
      return false;
    }
    const again = time === told.time ? told.count + 1 : 1;
    this.#told[stream] = { time, count: again };
    this.#skipped[stream] = again;
    return true;
  }
}
