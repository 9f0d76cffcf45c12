/** Where the program of a container that FaaSO starts listens, and how the program is told. Pure. */
import type { Manifest } from './manifest/manifest.ts';
import { portOf, LABEL } from './naming/labels.ts';

export interface Listening {
  /** The label that names the port: of funko.yml, else of the image; empty if neither has one. */
  readonly labels: Readonly<Record<string, string>>;
  /** The environment of funko.yml, with `PORT` if it has none. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The label and the environment that a container gets for its port.
 * @param image the image's labels
 */
export function listening(
  { port, env }: Pick<Manifest, 'port' | 'env'>,
  image: Readonly<Record<string, string>>,
): Listening {
  const label = port === undefined || port === null ? image[LABEL.port] : String(port);
  const labels = label === undefined ? {} : { [LABEL.port]: label };
  const known = portOf(labels);
  return { labels, env: known === undefined ? env : { PORT: String(known), ...env } };
}
