/**
 * BuildKit's progress as typed events: BuildKit repeats the whole state of a step whenever something about it changes,
 * here each change is told once. Pure but for what it remembers.
 */
import { StringDecoder } from 'node:string_decoder';
import { secondsOf, type Trace, type TraceLog, type TraceVertex } from './buildkit-trace.ts';

export type BuildEvent =
  | {
      readonly type: 'step';
      readonly id: string;
      readonly name: string;
      readonly state: 'started' | 'cached' | 'done' | 'failed';
      /** How long it took, once it has ended. */
      readonly seconds?: number;
    }
  | { readonly type: 'log'; readonly id: string; readonly text: string }
  | { readonly type: 'warning'; readonly message: string };

/** How many of a step's last lines are kept for an error. */
const LINES_KEPT = 20;
/** A line that is longer, without an end, is told in pieces. */
const LONGEST_LINE = 8 * 1024;

interface ProgressStep {
  readonly name: string;
  state: 'waiting' | 'started' | 'ended';
  readonly decoder: StringDecoder;
  partial: string;
  readonly lastLines: string[];
}

export interface FailedStep {
  readonly name: string;
  readonly error: string;
  readonly lastLines: readonly string[];
}

export class BuildProgress {
  readonly #tell: (event: BuildEvent) => void;
  readonly #steps = new Map<string, ProgressStep>();
  #failed: FailedStep | undefined;

  constructor(tell: (event: BuildEvent) => void) {
    this.#tell = tell;
  }

  /** The first step that failed, with the last lines it wrote. */
  get failed(): FailedStep | undefined {
    return this.#failed;
  }

  /** Takes one message of BuildKit's. */
  add(trace: Trace): void {
    for (const vertex of trace.vertexes) this.#start(vertex);
    for (const log of trace.logs) this.#log(log);
    for (const vertex of trace.vertexes) this.#end(vertex);
    for (const warning of trace.warnings) {
      this.#tell({ type: 'warning', message: cleanName(Buffer.from(warning.short).toString('utf8')) });
    }
  }

  #start(vertex: TraceVertex): void {
    let step = this.#steps.get(vertex.digest);
    if (!step) {
      step = {
        name: cleanName(vertex.name),
        state: 'waiting',
        decoder: new StringDecoder(),
        partial: '',
        lastLines: [],
      };
      this.#steps.set(vertex.digest, step);
    }
    if (step.state !== 'waiting' || vertex.started === null) return;
    step.state = 'started';
    this.#tell({ type: 'step', id: vertex.digest, name: step.name, state: 'started' });
  }

  #end(vertex: TraceVertex): void {
    const step = this.#steps.get(vertex.digest);
    if (!step || step.state === 'ended' || vertex.completed === null) return;
    step.state = 'ended';
    this.#flush(vertex.digest, step);
    const seconds = vertex.started === null ? 0 : secondsOf(vertex.completed) - secondsOf(vertex.started);
    const state = vertex.error !== '' ? 'failed' : vertex.cached ? 'cached' : 'done';
    this.#tell({
      type: 'step',
      id: vertex.digest,
      name: step.name,
      state,
      seconds: Math.round(seconds * 1000) / 1000,
    });
    if (state === 'failed')
      this.#failed ??= { name: step.name, error: vertex.error, lastLines: step.lastLines };
  }

  #log(log: TraceLog): void {
    const step = this.#steps.get(log.vertex);
    if (!step) return;
    const lines = (step.partial + step.decoder.write(Buffer.from(log.msg))).split('\n');
    step.partial = lines.pop() ?? '';
    for (const line of lines) this.#line(log.vertex, step, line);
    if (step.partial.length > LONGEST_LINE) this.#flush(log.vertex, step);
  }

  #flush(id: string, step: ProgressStep): void {
    if (step.partial === '') return;
    this.#line(id, step, step.partial);
    step.partial = '';
  }

  /** What a progress bar wrote over with carriage returns is not told, only its last state. */
  #line(id: string, step: ProgressStep, line: string): void {
    const trimmed = line.replace(/\r$/, '');
    const text = trimmed.slice(trimmed.lastIndexOf('\r') + 1);
    if (step.lastLines.push(text) > LINES_KEPT) step.lastLines.shift();
    this.#tell({ type: 'log', id, text });
  }
}

/** The mounts of a RUN. */
const MOUNTS = /^((?:\[[^\]]*\] )?RUN)(?: --mount=\S+)+/;

/** One line without control characters: a step can be a script of many lines. Without mounts, which would hide the command. */
function cleanName(name: string): string {
  return name
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(MOUNTS, '$1');
}
