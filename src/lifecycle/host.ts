/** Where instances are started: on a server, whose proxy leads to them, or with `-l` on one's own machine. */
import type { Container } from '../docker/containers.ts';
import type { InstanceSpec } from '../docker/create-options.ts';

export interface Host {
  /** Makes what an instance needs before it is created. Throws `engine_*`. */
  prepare(signal?: AbortSignal): Promise<void>;
  /** What is added to the specification of an instance of an image with these labels. Throws `not_ready`. */
  extras(labels: Readonly<Record<string, string>>): Pick<InstanceSpec, 'publish'>;
  /** Whether instances have a URL of their own. */
  readonly publishes: boolean;
  /** The URL at which an instance answers directly; null if the proxy leads to it. */
  urlOf(container: Container): string | null;
}
