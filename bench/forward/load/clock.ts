/** Milliseconds on a clock that all threads share. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
