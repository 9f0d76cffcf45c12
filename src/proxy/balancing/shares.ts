/** Which version of a funko gets a request where two share them. Pure: dice come in. */
import type { Slot } from './slot.ts';

/** Funko → its versions → their percentage of the requests: plain data, as workers get it. */
export type Splits = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The ready instances of one version, and of a hundred requests how many are for them. */
export interface ShareOf {
  readonly weight: number;
  readonly ready: readonly Slot[];
}

/**
 * The ready instances by version, those without a weight or an instance left out.
 * @param weights version → its percentage of the requests
 */
export function sharesOf(
  ready: readonly Slot[],
  weights: Readonly<Record<string, number>>,
): readonly ShareOf[] {
  return Object.entries(weights)
    .map(([version, weight]) => ({
      weight,
      ready: ready.filter(({ backend }) => backend.version === version),
    }))
    .filter((share) => share.weight > 0 && share.ready.length > 0);
}

/** Draws a version: each as often as its weight says. Undefined if there is none. */
export function draw(shares: readonly ShareOf[], random: () => number): readonly Slot[] | undefined {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const { weight, ready } of shares) {
    left -= weight;
    if (left < 0) return ready;
  }
  return shares.at(-1)?.ready;
}
