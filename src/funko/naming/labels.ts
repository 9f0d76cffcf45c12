/** Labels of images, containers and volumes. Pure. */
import { FUNKO_PORT } from './names.ts';

/** Labels that FaaSO writes on what it builds and starts, and those that a person may write. */
export const LABEL = {
  funko: 'faaso.funko',
  version: 'faaso.version',
  manifest: 'faaso.manifest',
  health: 'faaso.health',
  /** The digest of what it was built from. */
  content: 'faaso.content',
  /** When the version was made, RFC 3339 in UTC: the image's own time is that of its layers, which other versions may share. */
  built: 'faaso.built',
  /** The environment variables that `faaso env set` gave a version, as JSON. */
  env: 'faaso.env',
  /** On images and volumes for secrets: the network of the process that made them, which alone cleans up after interruptions. */
  network: 'faaso.network',
  /** On all that `faaso dev` makes: the funko's name. */
  dev: 'faaso.dev',
  /** Beside it: the session that made it. */
  devSession: 'faaso.dev.session',
  /** On what FaaSO has started, its number: an unmanaged container of a version's image has all other labels, but not this. */
  instance: 'faaso.instance',
  /** On containers of a worker: the worker's name. */
  worker: 'faaso.worker',
  /** On instances with a health check, of funko.yml or of the image: Docker must find them healthy before they take traffic. */
  check: 'faaso.check',
  /** Written by people: the container listens on this port instead of 3000. */
  port: 'faaso.port',
  /** What of funko.yml the proxy obeys, as JSON. FaaSO writes it on instances, people may on what they start by hand. */
  traffic: 'faaso.traffic',
  /** On the proxy's image: whatever a container of it is called, it is a proxy and never a funko. Its value is of no account. */
  proxy: 'faaso.proxy',
  /** On what writes into volumes: a container and its image. */
  helper: 'faaso.helper',
} as const;

/**
 * The port that a container listens on: its `faaso.port` label, else 3000.
 * @returns undefined for a label that is not a port from 1 to 65535
 */
export function portOf(labels: Readonly<Record<string, string>>): number | undefined {
  const text = labels[LABEL.port];
  if (text === undefined) return FUNKO_PORT;
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : NaN;
  return port <= 65535 ? port : undefined;
}
