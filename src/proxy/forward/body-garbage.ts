/**
 * Keeps memory flat while large bodies pass. Each chunk of a body is a Buffer whose bytes lie outside of V8's heap, so
 * V8 sees only a small object and collects late: a 1 GiB download would leave hundreds of MiB behind. So the worker
 * asks for a minor collection (well under a millisecond) after each so many bytes. Needs `--expose-gc`; without it,
 * as in tests, nothing is done.
 */
const COLLECT_EVERY_BYTES = 16 * 1024 * 1024;

let sinceLast = 0;

/** Counts bytes of bodies that passed, in either direction. */
export function bodyPassed(bytes: number): void {
  sinceLast += bytes;
  if (sinceLast < COLLECT_EVERY_BYTES) return;
  sinceLast = 0;
  globalThis.gc?.({ type: 'minor' });
}
