/** What is done to a funko while something is killed: each act knows which state it leads to. */
import type { FunkoApi } from '../../../src/api/funko-api.ts';
import { versionOf } from '../../support/life/versions.ts';
import type { Dice } from '../../support/simulated-engine/dice.ts';
import { NOTHING, servingOf, type Known } from './state.ts';

export interface Act {
  readonly title: string;
  /** Where it leads to. */
  readonly after: Known;
  /** Where it may lead to as well, if it was not acknowledged. */
  readonly almost?: Known;
  readonly run: (funkos: FunkoApi) => Promise<unknown>;
}

/** The funko, and labels for what is built of it. */
export interface Subject {
  readonly name: string;
  readonly labels: readonly string[];
}

export const KEY = 'TOKEN';
const ROLL_OUT = { steadyMs: 100, timeoutMs: 20_000 };
const MOST_INSTANCES = 3;
const FEW_VERSIONS = 3;
const MOST_VERSIONS = 6;
const MOST_SECRET_LENGTH = 40_000;
const DRAIN = 0.2;
const nobody = (): void => undefined;

/** One of the acts that can be done in this state; with few versions mostly a build. */
export function anyAct(dice: Dice, state: Known, subject: Subject): Act {
  const few = state.versions.length < FEW_VERSIONS ? [building, building, building] : [];
  const rolls = [deploying, deploying, deploying, splitting, splitting, scaling, previewing, leaving];
  const kinds = state.versions.length === 0 ? few : [...few, ...rolls, secrets, secrets, building];
  for (;;) {
    const act = dice.one(kinds)(dice, state, subject);
    if (act) return act;
  }
}

/** A version that asks for one or two instances. */
export function build(dice: Dice, state: Known, { name, labels }: Subject): Act {
  const version = 1 + Math.max(0, ...state.versions);
  const scale = 1 + dice.below(2);
  return {
    title: `build v${version}`,
    after: {
      ...state,
      versions: [...state.versions, version],
      counts: { ...state.counts, [version]: scale },
    },
    run: async (funkos) =>
      funkos.build(await versionOf(name, `v${version}`, { drain: DRAIN, scale, labels }), nobody),
  };
}

function building(dice: Dice, state: Known, subject: Subject): Act | undefined {
  return state.versions.length < MOST_VERSIONS ? build(dice, state, subject) : undefined;
}

function deploying(dice: Dice, state: Known, subject: Subject): Act {
  const [low, high] = servingOf(state);
  const older = state.versions.filter((version) => low !== undefined && version < low).at(-1);
  const goal = high === undefined ? older : low;
  if (goal !== undefined && dice.chance(0.25)) {
    return {
      ...inService(state, goal, subject, 'rollback'),
      run: async (funkos) =>
        funkos.rollback({ name: subject.name, version: `v${goal}`, ...ROLL_OUT }, nobody),
    };
  }
  const others = state.versions.filter((version) => high !== undefined || version !== low);
  return inService(
    state,
    dice.one(others.length > 0 ? others : state.versions),
    subject,
    'up',
    dice.chance(0.4),
  );
}

function inService(state: Known, version: number, { name }: Subject, word: string, surge = false): Act {
  const alone = { ...state, serving: { [version]: state.counts[version] ?? 1 }, share: null };
  return {
    title: `${word} v${version}${surge ? ' --surge' : ''}`,
    after: { ...alone, previews: state.previews.filter((preview) => preview !== version) },
    // A preview goes last of all; left over it does no harm.
    almost: alone,
    run: async (funkos) => funkos.up({ name, version: `v${version}`, surge, ...ROLL_OUT }, nobody),
  };
}

function splitting(dice: Dice, state: Known, { name }: Subject): Act | undefined {
  const first = dice.one(state.versions);
  const others = state.versions.filter((version) => version !== first);
  if (others.length === 0) return undefined;
  const pair = [first, dice.one(others)].sort((a, b) => a - b);
  const [low = 0, high = 0] = pair;
  const share = 10 * (1 + dice.below(9));
  const serving = { [low]: state.counts[low] ?? 1, [high]: state.counts[high] ?? 1 };
  const previews = state.previews.filter((version) => !pair.includes(version));
  const weights = { [`v${low}`]: share, [`v${high}`]: 100 - share };
  return {
    title: `split v${low}=${share} v${high}=${100 - share}`,
    after: { ...state, serving, share, previews },
    run: async (funkos) => funkos.split({ name, weights, ...ROLL_OUT }, nobody),
  };
}

function scaling(dice: Dice, state: Known, { name }: Subject): Act | undefined {
  const [version, other] = servingOf(state);
  if (version === undefined || other !== undefined) return undefined;
  const count = 1 + dice.below(MOST_INSTANCES);
  return {
    title: `scale ${count}`,
    after: { ...state, serving: { [version]: count }, counts: { ...state.counts, [version]: count } },
    run: async (funkos) => funkos.scale({ name, count, ...ROLL_OUT }, nobody),
  };
}

function previewing(dice: Dice, state: Known, { name }: Subject): Act | undefined {
  const { previews } = state;
  if (previews.length > 0 && dice.chance(0.4)) {
    const gone = dice.one(previews);
    return {
      title: `down @v${gone}`,
      after: { ...state, previews: previews.filter((version) => version !== gone) },
      run: async (funkos) => funkos.down(`${name}@v${gone}`),
    };
  }
  const busy = new Set([...previews, ...servingOf(state)]);
  const idle = state.versions.filter((version) => !busy.has(version));
  if (idle.length === 0) return undefined;
  const version = dice.one(idle);
  return {
    title: `preview v${version}`,
    after: { ...state, previews: [...previews, version].sort((a, b) => a - b) },
    run: async (funkos) => funkos.up({ name, version: `v${version}`, preview: true, ...ROLL_OUT }, nobody),
  };
}

function secrets(dice: Dice, state: Known, { name }: Subject): Act {
  if (state.secret !== null && dice.chance(0.4)) {
    return {
      title: 'secret remove',
      after: { ...state, secret: null },
      run: async (funkos) => funkos.secrets.remove({ name, key: KEY }),
    };
  }
  const letter = String.fromCharCode('a'.charCodeAt(0) + dice.below(26));
  const secret = letter.repeat(1 + dice.below(MOST_SECRET_LENGTH));
  return {
    title: `secret set (${secret.length})`,
    after: { ...state, secret },
    run: async (funkos) => funkos.secrets.set({ name, key: KEY, value: Buffer.from(secret) }),
  };
}

function leaving(dice: Dice, state: Known, { name }: Subject): Act {
  if (dice.chance(0.5))
    return { title: 'remove', after: NOTHING, run: async (funkos) => funkos.remove(name) };
  return {
    title: 'down',
    after: { ...state, serving: {}, share: null, previews: [] },
    run: async (funkos) => funkos.down(name),
  };
}
