/** What programs really write when they can't start, and what FaaSO is to say. */

export interface Text {
  readonly what: string;
  /** Of the log, as it was written. */
  readonly log: string;
  /** A part of the sentence. */
  readonly help: RegExp;
}
