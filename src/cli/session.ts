/** What a command gets from the process that runs it. Only main.ts touches `process` itself. */
export interface CliSession {
  readonly environment: Environment;
  /** The folder that relative paths start from. */
  readonly folder: string;
  readonly home: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted by Ctrl-C or a signal to stop (its reason is an Interrupted), and when nobody takes stdout any more (OutputLost). */
  readonly signal: AbortSignal;
  /** Until it is disposed of, a second Ctrl-C does not end the process, but prints this. */
  readonly hold?: (text: () => string) => Disposable;
  /** Does the work, which must not wait for anything, when the process ends, in whatever way but `kill -9`. */
  readonly atExit?: (work: () => void) => void;
}

export type Environment = Readonly<Record<string, string | undefined>>;
