/** What is done to a funko while something is killed: each act knows which state it leads to. */
import type { Funkos } from '../../src/lifecycle/funkos.ts';
import type { Dice } from '../simulated-engine/dice.ts';

/** How a funko stands: which version, how many instances. Null: it is down. */
export type State = { readonly version: number; readonly count: number } | null;

export interface Act {
  readonly title: string;
  /** Where it leads to. */
  readonly after: State;
  readonly run: (funkos: Funkos, name: string) => Promise<unknown>;
}

const ROLL_OUT = { steadyMs: 100, timeoutMs: 20_000 };
const MOST_INSTANCES = 3;
const nobody = (): void => undefined;

/**
 * One of the acts that can be done in this state.
 * @param counts how many instances each version asks for; the first is that of v1
 */
export function anyAct(dice: Dice, state: State, counts: readonly number[]): Act {
  const numbers = counts.map((_count, index) => index + 1);
  if (state === null) return up(dice.one(numbers), counts, dice.chance(0.5));
  const others = numbers.filter((number) => number !== state.version);
  const acts = [
    up(dice.one(others), counts, false),
    up(dice.one(others), counts, true),
    scale(state, 1 + dice.below(MOST_INSTANCES)),
    scale(state, 1 + dice.below(MOST_INSTANCES)),
    DOWN,
    ...(state.version > 1 ? [rollback(state.version - 1, counts)] : []),
  ];
  return dice.one(acts);
}

function up(version: number, counts: readonly number[], surge: boolean): Act {
  return {
    title: `up v${version}${surge ? ' --surge' : ''}`,
    after: { version, count: counts[version - 1] ?? 1 },
    run: async (funkos, name) => funkos.up({ name, version: `v${version}`, surge, ...ROLL_OUT }, nobody),
  };
}

function rollback(version: number, counts: readonly number[]): Act {
  return {
    title: 'rollback',
    after: { version, count: counts[version - 1] ?? 1 },
    run: async (funkos, name) => funkos.rollback({ name, ...ROLL_OUT }, nobody),
  };
}

function scale({ version }: NonNullable<State>, count: number): Act {
  return {
    title: `scale ${count}`,
    after: { version, count },
    run: async (funkos, name) => funkos.scale({ name, count, ...ROLL_OUT }, nobody),
  };
}

const DOWN: Act = { title: 'down', after: null, run: async (funkos, name) => funkos.down(name) };
