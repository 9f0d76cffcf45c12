/** A build's events as lines: one for each step that ended, its log only when asked for. */
import type { BuildEvent } from '../../docker/buildkit/build-image.ts';
import type { BuildingEvent } from '../../api/funko-api.ts';
import { duration } from './durations.ts';
import type { LiveLine } from './live-lines.ts';
import type { Output } from './output.ts';
import { printable } from './printable.ts';
import { UploadLines, type UploadProgress } from './upload-lines.ts';

type StepEvent = Extract<BuildEvent, { type: 'step' }>;
type LogEvent = Extract<BuildEvent, { type: 'log' }>;

interface RunningStep {
  readonly name: string;
  /** Of `performance.now()`. */
  readonly startedAt: number;
  /** The last line of its log. */
  readonly said: string | undefined;
}

/** BuildKit's own preparations: shown with --verbose, or when they fail. */
const INTERNAL = '[internal]';
/** After this wait, in ms, the reason is printed, also with --quiet. */
const TELL_WAIT_MS = 1000;
/** How many of those that hold a build up are named. */
const MOST_NAMED = 3;

type QueuedEvent = Extract<BuildingEvent, { type: 'queued' }>;

export class BuildLines {
  readonly #output: Output;
  readonly #verbose: boolean;
  /** The running steps, in the order of their start. */
  readonly #running = new Map<string, RunningStep>();
  /** What is told when the build has waited for a while. */
  #wait = '';
  #waiting: NodeJS.Timeout | undefined;
  #upload: UploadLines | undefined;

  constructor(output: Output, options: { verbose: boolean }) {
    this.#output = output;
    this.#verbose = options.verbose;
  }

  /** The build context begins to be sent. */
  sending(upload: UploadProgress): void {
    this.#upload = new UploadLines(this.#output, upload);
    this.#output.live(() => this.#now());
  }

  /** No more events come. */
  end(): void {
    clearTimeout(this.#waiting);
    this.#upload?.end();
  }

  /** Shows one event. */
  event(event: BuildingEvent): void {
    if (event.type !== 'queued') clearTimeout(this.#waiting);
    switch (event.type) {
      case 'step':
        this.#step(event);
        break;
      case 'log':
        this.#log(event);
        break;
      case 'queued':
        this.#queued(event);
        break;
      case 'warning':
        this.#output.warn(printable(event.message));
    }
  }

  #queued(event: QueuedEvent): void {
    this.#upload?.wait();
    this.#wait = `  waiting     ${orderOf(event.position)} in the queue${behindOf(event)}`;
    if (!this.#output.isQuiet) this.#output.note(this.#wait);
    else this.#waiting ??= setTimeout(() => this.#output.always(this.#wait), TELL_WAIT_MS).unref();
  }

  #step(event: StepEvent): void {
    const name = printable(event.name);
    if (event.state === 'started')
      this.#running.set(event.id, { name, startedAt: performance.now(), said: undefined });
    else this.#running.delete(event.id);
    this.#output.live(() => this.#now());
    if (event.state !== 'started' && this.#isShown(event))
      this.#output.note(`  ${this.#state(event)} ${timeOf(event)}  ${name}`);
  }

  #log({ id, text }: LogEvent): void {
    if (this.#verbose) this.#output.note(`    ${printable(text)}`);
    const step = this.#running.get(id);
    const said = printable(text).trim();
    if (step && said !== '') this.#running.set(id, { ...step, said });
  }

  /** The context that is being sent, and the running steps, each with its time and the last line of its log. */
  #now(): LiveLine[] {
    const steps = [...this.#running.values()].map(({ name, startedAt, said }) => ({
      text: `running ${duration((performance.now() - startedAt) / 1000).padStart(9)}  ${name}`,
      below: this.#verbose ? undefined : said,
    }));
    const lines = [...(this.#upload?.now() ?? []), ...steps];
    return lines.length === 0 ? [{ text: 'building' }] : lines;
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

function behindOf({ behind = [] }: QueuedEvent): string {
  if (behind.length === 0) return '';
  const more = behind.length > MOST_NAMED ? ` and ${behind.length - MOST_NAMED} more` : '';
  const names = behind.slice(0, MOST_NAMED).map(printable).join(', ');
  return `, behind the build${behind.length > 1 ? 's' : ''} of ${names}${more}`;
}
