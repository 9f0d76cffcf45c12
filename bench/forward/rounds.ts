/** The measuring itself: each proxy in turn, several times; what a proxy does wrong is told in its row. */
import type { Case, Figures } from './case.ts';
import type { Contender, Target } from './contenders.ts';
import type { Knobs } from './knobs.ts';
import { printProfile, toggleProfile } from './profile.ts';
import type { Site } from './site.ts';
import type { Result } from './table.ts';

interface Seen {
  readonly rounds: Figures[];
  readonly failures: string[];
}

export class Rounds {
  readonly #site: Site;
  readonly #knobs: Knobs;
  readonly #say: (text: string) => void;
  readonly #endsAt: number;
  /** Case and contender → what was seen. */
  readonly #records = new Map<string, Seen>();

  constructor(site: Site, knobs: Knobs, say: (text: string) => void) {
    this.#site = site;
    this.#knobs = knobs;
    this.#say = say;
    this.#endsAt = performance.now() + knobs.minutes * 60_000;
  }

  /** Whether a proxy did anything wrong. */
  get failed(): boolean {
    return [...this.#records.values()].some(({ failures }) => failures.length > 0);
  }

  /** Measures; throws only if the site's signal aborts. Ends early when the time is over. */
  async run(contenders: readonly Contender[], cases: readonly Case[]): Promise<void> {
    for (let round = 1; round <= this.#knobs.rounds; round += 1) {
      for (const contender of contenders) await this.#inTurn(contender, cases, round);
    }
    if (this.#over()) this.#say(`stopped after ${this.#knobs.minutes} minutes (MINUTES)`);
  }

  /** What is to be told of a case, a row for each proxy. */
  results(contenders: readonly Contender[], one: Case): Result[] {
    return contenders.map((contender) => {
      const { rounds, failures } = this.#record(contender, one);
      const lacks = contender.lacks?.includes(one.key) === true ? 'not offered' : undefined;
      const failure = failures[0] === undefined ? undefined : `failed: ${failures[0]}`;
      return { key: contender.key, title: contender.title, rounds, instead: lacks ?? failure };
    });
  }

  async #inTurn(contender: Contender, cases: readonly Case[], round: number): Promise<void> {
    const wanted = cases
      .filter(({ key }) => contender.lacks?.includes(key) !== true)
      .toSorted((a, b) => Number(b.fresh ?? false) - Number(a.fresh ?? false));
    if (wanted.length === 0 || this.#over()) return;
    const target = await this.#started(contender, wanted);
    if (target === undefined) return;
    try {
      for (const one of wanted) {
        if (this.#over()) break;
        this.#say(`round ${round} of ${this.#knobs.rounds}: ${contender.title}: ${one.title}`);
        await this.#measured(contender, target, one);
      }
    } finally {
      await target.stop();
    }
  }

  async #started(contender: Contender, cases: readonly Case[]): Promise<Target | undefined> {
    try {
      return await contender.start(this.#site, this.#knobs);
    } catch (error) {
      for (const one of cases) this.#failure(contender, one, error);
      return undefined;
    }
  }

  async #measured(contender: Contender, target: Target, one: Case): Promise<void> {
    try {
      await one.warmUp(this.#site, target);
      const work = (): Promise<Figures> => one.measure(this.#site, target, this.#knobs.seconds);
      this.#record(contender, one).rounds.push(await this.#profiled(contender, target, one, work));
    } catch (error) {
      this.#failure(contender, one, error);
    }
  }

  /** An interruption is nobody's failure. */
  #failure(contender: Contender, one: Case, error: unknown): void {
    this.#site.signal.throwIfAborted();
    const text = error instanceof Error ? error.message : String(error);
    this.#say(`${contender.title}: ${one.title}: ${text}`);
    const [line = ''] = text.split('\n');
    this.#record(contender, one).failures.push(line.replaceAll('|', '/'));
  }

  async #profiled(
    { key, title }: Contender,
    target: Target,
    one: Case,
    work: () => Promise<Figures>,
  ): Promise<Figures> {
    if (!this.#knobs.profile || !key.startsWith('faaso')) return work();
    await toggleProfile(target.container);
    const measured = await work();
    await toggleProfile(target.container);
    await printProfile(`${title}: ${one.title}`);
    return measured;
  }

  #record(contender: Contender, one: Case): Seen {
    const key = `${one.key} ${contender.key}`;
    const record = this.#records.get(key) ?? { rounds: [], failures: [] };
    this.#records.set(key, record);
    return record;
  }

  #over(): boolean {
    return performance.now() > this.#endsAt;
  }
}
