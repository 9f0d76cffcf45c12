/** What can be asked of the logs of a funko, and what they tell. */

export interface LogsRequest {
  readonly name: string;
  /** Goes on until it is aborted. */
  readonly follow?: boolean;
  /** At most this many existing lines; 1,000 if absent. */
  readonly tail?: number;
  /** Only lines written at this time or later, ISO 8601. */
  readonly since?: string;
  /** Only this instance: its name, or its number. */
  readonly instance?: string;
  /** What instances wrote that are gone, as far as it was kept; not with `follow`. */
  readonly previous?: boolean;
}

export interface LogLine {
  readonly type: 'line';
  /** The container's name. */
  readonly instance: string;
  /** Its full ID. */
  readonly id: string;
  readonly version: string | null;
  readonly stream: 'stdout' | 'stderr';
  /** ISO 8601, with nanoseconds. */
  readonly time: string;
  /** Of a line of more than 128 KiB this is a piece. */
  readonly text: string;
  /** The line continues in the next piece of this instance and stream, which has the same time. */
  readonly partial?: true;
}

export interface LogsResult {
  readonly funko: string;
  /** How many lines there were when it was asked. */
  readonly lines: number;
  /** How many instances there are. */
  readonly instances: number;
  /** Of which instances that are gone a log is kept, the last one last; told with `previous`, and where there is no instance. */
  readonly previous: readonly KeptInstance[];
}

/** An instance that is gone, and of which a log is kept. */
export interface KeptInstance {
  /** The container's name. */
  readonly instance: string;
  readonly version: string | null;
  /** ISO 8601. */
  readonly removedAt: string;
  /** Why it went, to be read after its name: `did not get ready: …`. */
  readonly reason: string;
  /** How many lines between the first and the last ones were not kept; null if they were not counted. */
  readonly leftOut: number | null;
}
