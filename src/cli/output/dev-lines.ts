/** What happens during `faaso dev`: what the funko writes on stdout, all else on stderr. */
import type { ChangeCause } from '../../builder/changes.ts';
import type { DevEvent } from '../../dev/dev-events.ts';
import type { BuildLines } from './build-lines.ts';
import { duration } from './durations.ts';
import type { Output } from './output.ts';
import { printable } from './printable.ts';

/** So many changed files are named. */
const MOST_NAMES = 3;

export class DevLines {
  readonly #output: Output;
  readonly #builds: BuildLines;

  constructor(output: Output, builds: BuildLines) {
    this.#output = output;
    this.#builds = builds;
  }

  /** The first thing that is shown. */
  start({ funko, url }: { readonly funko: string; readonly url: string }): void {
    this.#output.note(`${funko} at ${this.#output.style('bold', url)}  (Ctrl-C ends it)`);
  }

  /** Shows one event. */
  event(event: DevEvent): void {
    const output = this.#output;
    switch (event.type) {
      case 'written':
        output.result(printable(event.text));
        break;
      case 'building':
        output.note(`  building${event.because === null ? '' : `    ${causeText(event.because)}`}`);
        break;
      case 'reloading':
        output.note(`  reloading   ${printable(namesOf(event.paths))}`);
        break;
      case 'ready':
        output.idle();
        output.note(`  ${output.style('green', 'ready')}       after ${duration(event.seconds)}`);
        break;
      case 'ended':
        output.idle();
        output.note(
          `  ${output.style('red', 'ended')}       with exit status ${event.exitCode}; save a change to start it again`,
        );
        break;
      case 'problem':
        output.idle();
        output.problem(event.error);
        break;
      default:
        this.#builds.event(event);
    }
  }
}

const HOW = { changed: 'has changed', added: 'is new', removed: 'is gone' };

function causeText({ path, how }: ChangeCause): string {
  return `${printable(path)} ${HOW[how]}`;
}

function namesOf(paths: readonly string[]): string {
  const more = paths.length - MOST_NAMES;
  return paths.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
