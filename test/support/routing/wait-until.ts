/** Waiting for conditions, with a generous deadline. */

/**
 * Resolves as soon as the condition holds, looking again after every turn of the event loop.
 * @throws Error with `describe()`'s words if it does not hold in time
 */
export async function waitUntil(
  condition: () => boolean,
  describe: () => string,
  withinMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
