/** What holds for a funko whose funko.yml says nothing else. The schema, help texts and docs take the numbers from here. */

/** How long requests in flight to an instance that is drained may take. */
export const DEFAULT_DRAIN_SECONDS = 30;

/** How long a new instance may take to get ready. */
export const DEFAULT_START_SECONDS = 30;

/** How long new instances are watched before old ones go: what crashes soon after it was ready mostly does so within this time. */
export const DEFAULT_STEADY_SECONDS = 3;

/** How many of the first lines of its log are shown of an instance that fails, and how many of the last unless more are wanted. */
export const SHOWN_LOG_LINES = 20;

/** How many of the last lines `faaso logs` gives. */
export const DEFAULT_LOG_TAIL = 1000;

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

/** How often the command of a health check is run, how long it may take, and after how many failures its instance gets no requests. */
export const DEFAULT_CHECK_INTERVAL_SECONDS = 30;
export const DEFAULT_CHECK_TIMEOUT_SECONDS = 5;
export const DEFAULT_CHECK_RETRIES = 3;

/** How many of the newest versions of a funko stay after a build. */
export const DEFAULT_KEPT_VERSIONS = 5;
