/** What happens during `faaso up`, as lines. */
import { FaasoError } from '../../errors.ts';
import type { UpEvent } from '../../api/funko-api.ts';
import { duration } from './durations.ts';
import type { Output } from './output.ts';
import { printable } from './printable.ts';

/** An operation that has not started after this time, in ms, is reported: it waits for something. */
const TELL_TITLE_MS = 1000;

export class UpLines {
  readonly #output: Output;
  readonly #late: NodeJS.Timeout | undefined;
  #title: string | undefined;
  #hasShownLog = false;

  /** @param title e.g. `Starting demo`: a line before all others, once it is clear that there is something to do */
  constructor(output: Output, title?: string) {
    this.#output = output;
    this.#title = title;
    if (title === undefined) return;
    output.busy(title);
    this.#late = setTimeout(() => this.#tellTitle(), TELL_TITLE_MS).unref();
  }

  /** Shows one event. */
  event(event: UpEvent): void {
    const output = this.#output;
    if (event.type === 'warning') {
      output.warn(event.message);
      return;
    }
    this.#tellTitle();
    output.note(`  ${printable(lineOf(event))}`);
    if (event.type === 'log') this.#hasShownLog ||= !output.isQuiet;
    if (event.type === 'releasing') output.busy(`running the release command of ${event.version}`);
    if (event.type === 'starting') output.busy(`waiting until ${event.instance} is ready`);
    if (event.type === 'ready') output.busy(`watching whether ${event.instance} stays ready`);
    if (event.type === 'draining') output.busy(`${event.instance} finishes its requests`);
  }

  /** An error without the end of a log that was just shown. */
  withoutRepeats(error: unknown): unknown {
    const isRepeated = this.#hasShownLog && error instanceof FaasoError && error.code === 'release_failed';
    return isRepeated ? new FaasoError(error.code, error.message, { cause: error }) : error;
  }

  /** No more events come. */
  end(): void {
    clearTimeout(this.#late);
    this.#output.idle();
  }

  #tellTitle(): void {
    clearTimeout(this.#late);
    if (this.#title !== undefined) this.#output.note(this.#title);
    this.#title = undefined;
  }
}

function lineOf(event: Exclude<UpEvent, { type: 'warning' }>): string {
  switch (event.type) {
    case 'releasing':
      return `releasing ${event.version}: ${event.command}`;
    case 'log':
      return `| ${event.text}`;
    case 'released':
      return `released  after ${duration(event.seconds)}`;
    case 'starting':
      return `starting  ${event.instance} (${event.version})`;
    case 'ready':
      return `ready     ${event.instance} after ${duration(event.seconds)}`;
    case 'draining':
      return `draining  ${event.instance}`;
    case 'removed':
      return `removed   ${event.instance}`;
  }
}
