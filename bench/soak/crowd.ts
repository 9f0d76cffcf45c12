/** The soak's clients: at a fixed rate one begins, does one thing, and is counted. */
import { KINDS } from './asks.ts';

/** What of a time span can't be helped: see changes.ts. */
export type Inevitable = (funko: string, from: number, to: number) => boolean;

export interface Count {
  asked: number;
  right: number;
  /** Failures that the scenario makes inevitable. */
  inevitable: number;
  unexpected: number;
}

/** More clients than this at once do not begin: then the machine is too slow for the rate, which is told. */
const MOST_AT_ONCE = 500;
/** How many different failures are told in words. */
const MOST_EXAMPLES = 20;
const TICK_MS = 10;

export class Crowd {
  readonly counts = new Map<string, Count>(
    Object.keys(KINDS).map((kind) => [kind, { asked: 0, right: 0, inevitable: 0, unexpected: 0 }]),
  );
  readonly examples: string[] = [];
  /** Clients that could not begin. */
  left = 0;
  readonly #urls: readonly (readonly [funko: string, url: string])[];
  readonly #inevitable: Inevitable;
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  /** @param urls funko → its URL without a slash at the end */
  constructor(urls: Readonly<Record<string, string>>, inevitable: Inevitable) {
    this.#urls = Object.entries(urls);
    this.#inevitable = inevitable;
  }

  /** Begins so many clients a second until `stop`. */
  start(perSecond: number): void {
    const began = performance.now();
    let begun = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
      for (; begun < due; begun += 1) this.#begin();
    }, TICK_MS);
  }

  get atOnce(): number {
    return this.#running.size;
  }

  /** Begins no more clients; resolves when the last one is done. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#running);
  }

  #begin(): void {
    if (this.#running.size >= MOST_AT_ONCE) {
      this.left += 1;
      return;
    }
    const [funko, url] = this.#urls[Math.floor(Math.random() * this.#urls.length)] ?? ['', ''];
    const running = this.#one(kindFor(Math.random() * 100), funko, url);
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  async #one(kind: string, funko: string, url: string): Promise<void> {
    const count = this.counts.get(kind);
    const ask = KINDS[kind]?.ask;
    if (!count || !ask) return;
    count.asked += 1;
    const from = performance.now();
    try {
      await ask(url);
      count.right += 1;
    } catch (error) {
      if (this.#inevitable(funko, from, performance.now())) count.inevitable += 1;
      else {
        count.unexpected += 1;
        this.#note(`${new Date().toISOString()} ${kind} of ${funko}: ${String(error)}`);
      }
    }
  }

  #note(text: string): void {
    if (this.examples.length < MOST_EXAMPLES) this.examples.push(text);
  }
}

/** @param point from 0 to 100 */
function kindFor(point: number): string {
  let rest = point;
  for (const [kind, { share }] of Object.entries(KINDS)) {
    rest -= share;
    if (rest < 0) return kind;
  }
  return Object.keys(KINDS)[0] ?? '';
}
