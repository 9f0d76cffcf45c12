/** What holds for a funko whose funko.yml says nothing else. The schema, help texts and docs take the numbers from here. */

/** How long requests in flight to an instance that is drained may take. */
export const DEFAULT_DRAIN_SECONDS = 30;

/** How long a new instance may take to get ready. */
export const DEFAULT_START_SECONDS = 30;

/** Of an instance. */
export const DEFAULT_MEMORY = '512 MiB';

/** Processes and threads of an instance. */
export const DEFAULT_PIDS = 512;

/** How long a release command may take unless `timeouts.release` says otherwise, in seconds. */
export const DEFAULT_RELEASE_SECONDS = 600;

/** How many requests wait where `concurrency` limits those in flight. */
export const DEFAULT_QUEUE = 100;

/** How long such a request waits. */
export const DEFAULT_WAIT_SECONDS = 10;
