/** What a funko's own settings say about its other programs than the one that answers requests. Pure. */
import { DEFAULT_RELEASE_SECONDS } from './process-schema.ts';
import type { TrafficKeys } from './traffic-rules.ts';

/** A text for the shell, or a program and its arguments. */
export type Command = string | readonly string[];

/** As they are written in funko.yml. */
export interface ProcessKeys {
  readonly release?: Command | null;
}

/** How long the release command may take, in ms. */
export function releaseTimeoutOf({ timeouts }: TrafficKeys): number {
  return Math.round((timeouts?.release ?? DEFAULT_RELEASE_SECONDS) * 1000);
}

/** A command as a person reads it. */
export function shownCommand(command: Command): string {
  return typeof command === 'string' ? command : command.join(' ');
}
