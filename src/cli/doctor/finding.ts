/** What a check has found. */
export interface Finding {
  /** What was looked at, in a word. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What fixes it: a command, or a sentence; null if there is nothing to fix. */
  readonly fix: string | null;
}

/** All is well with it. */
export function fine(check: string, message: string): Finding {
  return { check, state: 'ok', message, fix: null };
}
