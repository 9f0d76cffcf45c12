/** Ids for requests that bring none, in a UUID's form, at a fraction of its cost: unique among all workers and starts, not secret. */
import { randomUUID } from 'node:crypto';

/** The last group of a UUID has 12 digits, here a number. */
const DIGITS = 12;

let prefix = '';
let count = 0;

/** The next one. */
export function nextRequestId(): string {
  prefix ||= randomUUID().slice(0, -DIGITS);
  count += 1;
  return prefix + count.toString(16).padStart(DIGITS, '0');
}
