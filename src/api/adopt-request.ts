/** What can be asked of unmanaged containers. */

export interface AdoptRequest {
  /** The container, by name or ID. */
  readonly container: string;
  /** The funko that it becomes an instance of. */
  readonly name: string;
}

export interface AdoptResult {
  readonly funko: string;
  /** The container's name. */
  readonly container: string;
  /** The network that it is connected to, with the funko's alias. */
  readonly network: string;
  /** True if it was an instance of that funko already, and nothing was changed. */
  readonly unchanged: boolean;
}

export interface UnadoptResult {
  /** The names of the containers that are not on the funkos' network any more. */
  readonly released: readonly string[];
}
