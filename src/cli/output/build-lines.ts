/** A build's events as lines: one for each step that ended, its log only when asked for. */
import type { BuildEvent } from '../../docker/build-image.ts';
import type { BuildingEvent } from '../../lifecycle/funkos.ts';
import { duration } from './durations.ts';
import type { Output } from './output.ts';
import { printable } from './printable.ts';

type StepEvent = Extract<BuildEvent, { type: 'step' }>;
type LogEvent = Extract<BuildEvent, { type: 'log' }>;

/** BuildKit's own preparations: shown with --verbose, or when they fail. */
const INTERNAL = '[internal]';

export class BuildLines {
  readonly #output: Output;
  readonly #verbose: boolean;
  readonly #names = new Map<string, string>();

  constructor(output: Output, options: { verbose: boolean }) {
    this.#output = output;
    this.#verbose = options.verbose;
  }

  /** Shows one event. */
  event(event: BuildingEvent): void {
    switch (event.type) {
      case 'step':
        this.#step(event);
        break;
      case 'log':
        this.#log(event);
        break;
      case 'queued':
        this.#output.note(`  waiting     ${orderOf(event.position)} in the queue`);
        break;
      case 'warning':
        this.#output.warn(printable(event.message));
    }
  }

  #step(event: StepEvent): void {
    const name = printable(event.name);
    this.#names.set(event.id, name);
    if (event.state === 'started') this.#output.busy(name);
    else if (this.#isShown(event)) this.#output.note(`  ${this.#state(event)} ${timeOf(event)}  ${name}`);
  }

  #log({ id, text }: LogEvent): void {
    if (this.#verbose) this.#output.note(`    ${printable(text)}`);
    else this.#output.busy(`${this.#names.get(id) ?? ''}: ${text}`);
  }

  #isShown({ name, state }: StepEvent): boolean {
    return this.#verbose || state === 'failed' || !name.startsWith(INTERNAL);
  }

  #state({ state }: StepEvent): string {
    const text = state.padEnd(7);
    if (state === 'failed') return this.#output.style('red', text);
    return this.#output.style(state === 'cached' ? 'dim' : 'green', text);
  }
}

/** What the engine had already took no time worth telling. */
function timeOf({ state, seconds }: StepEvent): string {
  return (state === 'cached' || seconds === undefined ? '' : duration(seconds)).padStart(9);
}

function orderOf(position: number): string {
  return position === 1 ? 'first' : `number ${position}`;
}
