/** The only importer of pino: one JSON line an event, on standard output (or wherever `destination` says). */
import { escapedJson } from './util/control-characters.ts';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Header and field names whose values never reach a log. */
const SECRETS = ['token', 'authorization', 'headers.authorization', 'headers.cookie', '*.token'];

/**
 * Makes the process's logger.
 * @param level lines below it are dropped
 * @param fields what every line carries, e.g. `{ process: 'worker', worker: 2 }`
 */
export function createLogger(level: LogLevel, fields: object = {}, destination?: DestinationStream): Logger {
  const options = { level, base: { ...fields }, redact: SECRETS, hooks: { streamWrite: escapedJson } };
  return destination ? pino(options, destination) : pino(options);
}

/** A logger that writes nothing, for tests and for parts that were given none. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
