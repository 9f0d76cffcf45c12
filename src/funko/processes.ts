/** What a funko's own settings say about its other programs than the one that answers requests. Pure. */
import type { TrafficKeys } from './traffic-rules.ts';
import { DEFAULT_RELEASE_SECONDS } from './defaults.ts';

/** A text for the shell, or a program and its arguments. */
export type Command = string | readonly string[];

/** As they are written in funko.yml. */
export interface ProcessKeys {
  readonly release?: Command | null;
  /** One program, or several by name. */
  readonly worker?: Command | Readonly<Record<string, Command | WorkerKeys>> | null;
}

interface WorkerKeys {
  readonly command: Command;
  readonly scale?: number;
}

/** A program without HTTP that runs beside the instances. */
export interface Worker {
  readonly name: string;
  readonly command: Command;
  /** How many containers of it funko.yml asks for; undefined if it says nothing. */
  readonly scale: number | undefined;
}

/** What the one worker of a funko is called that gives it no name. */
const UNNAMED = 'worker';

/** The workers of a funko, by name. */
export function workersOf({ worker }: ProcessKeys): Worker[] {
  if (worker === undefined || worker === null) return [];
  if (isCommand(worker)) return [{ name: UNNAMED, command: worker, scale: undefined }];
  const workers = Object.entries(worker).map(([name, value]) => ({
    name,
    command: isCommand(value) ? value : value.command,
    scale: isCommand(value) ? undefined : value.scale,
  }));
  return workers.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isCommand(value: unknown): value is Command {
  return typeof value === 'string' || Array.isArray(value);
}

/** How long the release command may take, in ms. */
export function releaseTimeoutOf({ timeouts }: TrafficKeys): number {
  return Math.round((timeouts?.release ?? DEFAULT_RELEASE_SECONDS) * 1000);
}

/** A command as a person reads it. */
export function shownCommand(command: Command): string {
  return typeof command === 'string' ? command : command.join(' ');
}
