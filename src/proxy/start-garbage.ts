/**
 * Gives back what starting took. Loading the code leaves behind about as much garbage as it keeps, and V8, which sees no need to
 * look at it while nothing happens, would hold on to it for ever. Needs `--expose-gc`; without it, as in tests, nothing is done.
 */
export function collectStartGarbage(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
