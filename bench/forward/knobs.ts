/** What `npm run bench` can be told by the environment. */

export interface Knobs {
  /** How often each proxy is measured; the table shows medians. ROUNDS, 3. */
  readonly rounds: number;
  /** How long one measurement takes, in s. SECONDS, 5. */
  readonly seconds: number;
  /** When no other measurement is begun, and what there is is printed. MINUTES, 45. */
  readonly minutes: number;
  /** The proxies to measure, of CONTENDERS; all if undefined. ONLY=faaso,nginx. */
  readonly only: readonly string[] | undefined;
  /** The cases to measure, of CASES; all if undefined. CASES=get,post. */
  readonly cases: readonly string[] | undefined;
  /** FaaSO's image; built from this checkout if undefined. FAASO_IMAGE. */
  readonly image: string | undefined;
  /** Whether to print where the worker's CPU time goes, and to keep the profiles. PROFILE=1. */
  readonly profile: boolean;
}

/** Reads the environment; throws for a number that is none. */
export function readKnobs(env: NodeJS.ProcessEnv): Knobs {
  return {
    rounds: numberIn(env, 'ROUNDS', 3),
    seconds: numberIn(env, 'SECONDS', 5),
    minutes: numberIn(env, 'MINUTES', 45),
    only: listIn(env, 'ONLY'),
    cases: listIn(env, 'CASES'),
    image: env['FAASO_IMAGE'] === '' ? undefined : env['FAASO_IMAGE'],
    profile: env['PROFILE'] === '1',
  };
}

/** Those of `known` that are wanted, in its order; throws for a wanted one that is not known. */
export function chosen<T extends { readonly key: string }>(
  variable: string,
  known: readonly T[],
  wanted: readonly string[] | undefined,
): T[] {
  const stranger = wanted?.find((key) => !known.some((one) => one.key === key));
  if (stranger !== undefined) {
    throw new Error(
      `${variable}=${stranger} is not known; there are ${known.map(({ key }) => key).join(', ')}`,
    );
  }
  return known.filter(({ key }) => wanted?.includes(key) ?? true);
}

function numberIn(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name] ?? String(fallback);
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new Error(`${name}=${text} is no whole number from 1 on`);
  return Number(text);
}

function listIn(env: NodeJS.ProcessEnv, name: string): string[] | undefined {
  const words = (env[name] ?? '').split(',').filter((word) => word !== '');
  return words.length === 0 ? undefined : words;
}
