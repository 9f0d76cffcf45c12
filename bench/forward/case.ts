/** What a case of the benchmark is. */
import type { Target } from './contenders.ts';
import type { Site } from './site.ts';

/** One figure of a case, a column of its table. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly digits: number;
}

/** Figures by the keys of the case's columns. */
export type Figures = Readonly<Record<string, number>>;

export interface Case {
  readonly key: string;
  readonly title: string;
  /** The first one is what the ratios are made of. */
  readonly columns: readonly Column[];
  /** Whether it wants a proxy that has done nothing yet: then it is measured first. */
  readonly fresh?: boolean;
  /** A line below the title: what is to be known to read the table. */
  readonly note?: string;
  /** Gets the proxy into the state in which it is measured; throws if it answers wrongly. */
  warmUp(site: Site, target: Target): Promise<unknown>;
  /** Takes about so many seconds; throws if an answer was wrong, for figures of failures are none. */
  measure(site: Site, target: Target, seconds: number): Promise<Figures>;
}
