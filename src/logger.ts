/** The only importer of pino: one JSON line an event, on standard output (or wherever `destination` says). */
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Header and field names whose values never reach a log. */
const SECRETS = ['token', 'authorization', 'headers.authorization', 'headers.cookie', '*.token'];

const GATHERED_BYTES = 8 * 1024;
const FLUSH_EVERY_MS = 500;

/**
 * Makes the process's logger.
 * @param level lines below it are dropped
 * @param fields what every line carries, e.g. `{ process: 'worker', worker: 2 }`
 */
export function createLogger(level: LogLevel, fields: object = {}, destination?: DestinationStream): Logger {
  const options = { level, base: { ...fields }, redact: SECRETS };
  return destination ? pino(options, destination) : pino(options);
}

export interface BufferedLogger {
  readonly logger: Logger;
  /** For lines of a closed set of fields, none of them secret: looking for secrets would cost more than the line. */
  readonly requests: Logger;
  readonly flush: () => void;
}

/**
 * A logger for the hot path: lines are gathered and written together. `flush` writes what is left, at once; it is
 * called by itself when the process exits, but a killed process loses the last lines.
 */
export function createBufferedLogger(level: LogLevel, fields: object): BufferedLogger {
  const destination = pino.destination({
    sync: false,
    minLength: GATHERED_BYTES,
    periodicFlush: FLUSH_EVERY_MS,
  });
  const flush = (): void => {
    destination.flushSync();
  };
  process.once('exit', flush);
  const requests = pino({ level, base: { ...fields } }, destination);
  return { logger: createLogger(level, fields, destination), requests, flush };
}

/** A logger that writes nothing, for tests and for parts that were given none. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
