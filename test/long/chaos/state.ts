/** How a funko stands, in all that must outlive a crash. */
import { splitTag } from '../../../src/funko/naming/split.ts';

export interface State {
  readonly versions: readonly number[];
  /** What serves: version → how many instances. Empty: it is down. */
  readonly serving: Readonly<Record<number, number>>;
  /** The weight of the lower one of two versions. Null: nothing is shared. */
  readonly share: number | null;
  readonly previews: readonly number[];
  readonly secret: string | null;
}

/** A state, and how many instances each version asks for: that shows when it is put into service. */
export interface Known extends State {
  readonly counts: Readonly<Record<number, number>>;
}

export const NOTHING: Known = {
  versions: [],
  serving: {},
  share: null,
  previews: [],
  secret: null,
  counts: {},
};

/** The versions that serve, the lower one first. */
export function servingOf({ serving }: State): number[] {
  return Object.keys(serving).map(Number);
}

/** The tag by which the share of a state is remembered; undefined if nothing is shared. */
export function shareTag(funko: string, state: State): string | undefined {
  const [low, high] = servingOf(state);
  const { share } = state;
  if (share === null || low === undefined || high === undefined) return undefined;
  return splitTag(funko, [
    { version: low, weight: share },
    { version: high, weight: 100 - share },
  ]);
}

/** A state for a person, and for comparing: `v1-v3: v2 × 3, preview v1, secret abc (3)`. */
export function wordsOf({ versions, serving, share, previews, secret }: State): string {
  const numbers = versions.map((version) => `v${version}`).join(' ');
  const runs = Object.entries(serving).map(([version, count]) => `v${version} × ${count}`);
  const words = [
    `${numbers === '' ? 'nothing' : numbers}: ${runs.length > 0 ? runs.join(' + ') : 'down'}`,
    ...(share === null ? [] : [`${share} %`]),
    ...previews.map((version) => `preview v${version}`),
    ...(secret === null ? [] : [`secret ${secret.slice(0, 8)} (${secret.length})`]),
  ];
  return words.join(', ');
}

/** Whether all is the same, the secret to its last character. */
export function isSame(one: State, other: State): boolean {
  return wordsOf(one) === wordsOf(other) && one.secret === other.secret;
}
