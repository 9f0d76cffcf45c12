/**
 * BuildKit's progress as typed events: BuildKit repeats the whole state of a step whenever something about it changes,
 * here each change is told once. Pure but for what it remembers.
 */
import { secondsOf, type Trace, type TraceLog, type TraceVertex } from './buildkit-trace.ts';
import { LineSplitter } from '../../util/lines.ts';

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
/** How many are kept from the first line that looks like an error: npm prints its usage behind that, Maven a stack. */
const ERROR_LINES_KEPT = 8;
const LOOKS_LIKE_ERROR = /\b(?:err|error|fatal|exception|failed|failure|cannot|can't)\b/i;
/** A line that is longer, without an end, is told in pieces. */
const LONGEST_LINE = 8 * 1024;

interface ProgressStep {
  readonly name: string;
  state: 'waiting' | 'started' | 'ended';
  readonly splitter: LineSplitter;
  /** How many lines it wrote. */
  count: number;
  readonly lastLines: string[];
  readonly errorLines: string[];
  /** How many lines came before those. */
  errorAt: number;
}

export interface FailedStep {
  readonly name: string;
  readonly error: string;
  /** Its last lines, and before them those from the first that looks like an error. */
  readonly lines: readonly string[];
}

export class BuildProgress {
  readonly #tell: (event: BuildEvent) => void;
  readonly #steps = new Map<string, ProgressStep>();
  #failed: FailedStep | undefined;

  constructor(tell: (event: BuildEvent) => void) {
    this.#tell = tell;
  }

  /** The first step that failed, with the lines that tell why. */
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
        splitter: new LineSplitter(),
        count: 0,
        lastLines: [],
        errorLines: [],
        errorAt: 0,
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
      this.#failed ??= { name: step.name, error: vertex.error, lines: tellingLines(step) };
  }

  #log(log: TraceLog): void {
    const step = this.#steps.get(log.vertex);
    if (!step) return;
    for (const line of step.splitter.push(Buffer.from(log.msg))) this.#line(log.vertex, step, line);
    if (step.splitter.pending > LONGEST_LINE) this.#flush(log.vertex, step);
  }

  #flush(id: string, step: ProgressStep): void {
    if (step.splitter.pending > 0) this.#line(id, step, step.splitter.rest());
  }

  /** What a progress bar wrote over with carriage returns is not told, only its last state. */
  #line(id: string, step: ProgressStep, line: string): void {
    const trimmed = line.replace(/\r$/, '');
    const text = trimmed.slice(trimmed.lastIndexOf('\r') + 1);
    keep(step, text);
    this.#tell({ type: 'log', id, text });
  }
}

function keep(step: ProgressStep, text: string): void {
  if (step.lastLines.push(text) > LINES_KEPT) step.lastLines.shift();
  const isFirst = step.errorLines.length === 0 && LOOKS_LIKE_ERROR.test(text);
  if (isFirst) step.errorAt = step.count;
  if (isFirst || (step.errorLines.length > 0 && step.errorLines.length < ERROR_LINES_KEPT))
    step.errorLines.push(text);
  step.count += 1;
}

function tellingLines({ count, lastLines, errorLines, errorAt }: ProgressStep): string[] {
  const lastAt = count - lastLines.length;
  const head = errorLines.slice(0, Math.max(0, lastAt - errorAt));
  if (head.length === 0) return lastLines;
  const leftOut = lastAt - errorAt - head.length;
  return [...head, ...(leftOut > 0 ? [`… ${leftOut} lines left out`] : []), ...lastLines];
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
