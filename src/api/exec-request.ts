/** What can be run inside of an instance, and how one talks to it. */

export interface ExecRequest {
  /** The funko. */
  readonly name: string;
  /** The instance's name, or its number; one that is ready if absent. */
  readonly instance?: string;
  /** A program and its arguments. */
  readonly command: readonly string[];
  /** It gets a terminal of this size, and all that it writes is stdout; absent: it gets none. */
  readonly terminal?: TerminalSize;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The other end of a program's streams. */
export interface ExecStreams {
  /** What it reads. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The next output waits for it. */
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void | Promise<void>;
  /** New sizes of the terminal; absent: it stays as it is. */
  readonly sizes?: AsyncIterable<TerminalSize>;
}

export interface ExecResult {
  readonly funko: string;
  /** The instance's name. */
  readonly instance: string;
  /** 126 and 127 are the engine's: the program can't be run, or does not exist. */
  readonly exitCode: number;
}
