/** What helps a program that listens elsewhere than it is asked. Pure. */
import type { Listener } from '../../docker/helper-container/listening-ports.ts';

/**
 * Where the program listens, to be read after "it did not accept connections within 30 s: ", with what fixes that; undefined if it
 * listens as it should, so that something else keeps it from answering.
 * @param port where it is asked
 */
export function wrongPort(listeners: readonly Listener[], port: number): string | undefined {
  const own = listeners.find((listener) => listener.port === port);
  if (own?.isLoopback === false) return undefined;
  if (own) {
    return (
      `its program listens on port ${port} of localhost alone, which only its own container can reach; ` +
      'have it listen on 0.0.0.0, as the environment variable HOST says (many servers take --host 0.0.0.0).'
    );
  }
  const [first] = listeners;
  if (!first) return 'its program listens on no port yet.';
  const all = listeners.map((listener) => String(listener.port)).join(', ');
  const key = `"port: ${listeners.length === 1 ? first.port : 'PORT'}"`;
  if (!listeners.every(({ isLoopback }) => isLoopback)) {
    return (
      `its program listens on port ${all}, not on ${port}; have it listen on the port in the environment variable PORT, ` +
      `or write ${key} into funko.yml.`
    );
  }
  return (
    `its program listens on port ${all} of localhost alone, which only its own container can reach; have it listen on 0.0.0.0 ` +
    `and the port in the environment variable PORT, or on 0.0.0.0 with ${key} in funko.yml (many servers take --host 0.0.0.0 --port ${port}).`
  );
}
