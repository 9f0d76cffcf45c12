/** Puts work off until its result is wanted: most commands of the CLI need little of what they could need. */

/** A function that makes its value at its first call, and gives the same value at later calls. Throws what `make` throws. */
export function onDemand<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
