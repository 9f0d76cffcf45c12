/**
 * Finds out when a backend in `starting` is ready: asks again and again, quickly while it is young, until it answers
 * or its life ends. It lives with the workers since the parent opens no connection to a funko.
 */
import { connect } from 'node:net';
import type { ProbeFailure } from '../../health/probe-failure.ts';
import { CONNECT_WITHIN_MS, probe, type ProbeResult } from '../../health/probe.ts';
import type { Backend } from '../balancing/backend.ts';

/** A backend is asked at least this far apart … */
const SHORTEST_PAUSE_MS = 8;
/** … and, all backends together, not more often than this. */
const QUESTIONS_PER_MS = 2;
/** After this many questions a slow starter is asked less and less often, down to once a second. */
const PATIENCE = 500;
const LONGEST_PAUSE_MS = 1_000;
/** What keeps a backend from being ready is reported after it has been probed for this long: most need less. */
const TELL_AFTER_MS = 1_000;

export interface ProberListener {
  /** Called once for each life that answered. */
  readonly ready: (id: string, life: string) => void;
  /** Called when a life is long in getting ready, and again when it is something else that it meets questions with. */
  readonly missed: (id: string, life: string, miss: ProbeFailure) => void;
}

export class Prober {
  /** Container ID → the backend as its loop took it up: a loop whose object is not here any more ends. */
  readonly #asking = new Map<string, Backend>();
  readonly #news: ProberListener;
  readonly #ask: (backend: Backend) => Promise<ProbeResult>;

  /** @param ask asks once; never rejects */
  constructor(news: ProberListener, ask: (backend: Backend) => Promise<ProbeResult> = askOnce) {
    this.#news = news;
    this.#ask = ask;
  }

  /** A backend is new or has changed: starts asking if it is to be asked, stops if not. */
  consider(backend: Backend): void {
    const { id, life } = backend;
    const wanted = backend.state === 'starting' && backend.probe !== null && backend.address !== null;
    if (!wanted) {
      this.#asking.delete(id);
    } else if (this.#asking.get(id)?.life !== life) {
      this.#asking.set(id, backend);
      void this.#askUntilReady(backend);
    }
  }

  /** A backend is gone. */
  forget(id: string): void {
    this.#asking.delete(id);
  }

  /** Another worker takes over the probing. */
  stop(): void {
    this.#asking.clear();
  }

  async #askUntilReady(backend: Backend): Promise<void> {
    const { id, life } = backend;
    const tellFrom = performance.now() + TELL_AFTER_MS;
    let told: ProbeFailure | undefined;
    for (let asked = 1; this.#asking.get(id) === backend; asked += 1) {
      const answer = await this.#ask(backend);
      if (this.#asking.get(id) !== backend) return;
      if (answer === 'ready') {
        this.#asking.delete(id);
        this.#news.ready(id, life);
        return;
      }
      if (answer !== told && performance.now() >= tellFrom) {
        told = answer;
        this.#news.missed(id, life, answer);
      }
      await pause(this.#pauseMs(asked));
    }
  }

  #pauseMs(asked: number): number {
    const fair = Math.max(SHORTEST_PAUSE_MS, this.#asking.size / QUESTIONS_PER_MS);
    return Math.min(LONGEST_PAUSE_MS, asked < PATIENCE ? fair : fair * 1.05 ** (asked - PATIENCE));
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** How a backend answers its probe now: it is ready if its port accepts, or its health path answers with a status below 400. */
export async function askOnce(backend: Backend): Promise<ProbeResult> {
  const { address, port, probe: wanted } = backend;
  if (address === null || wanted === null) return 'refused';
  return wanted.kind === 'tcp' ? accepts(address, port) : probe({ host: address, port, path: wanted.path });
}

async function accepts(host: string, port: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(CONNECT_WITHIN_MS) });
    socket.once('connect', () => {
      resolve('ready');
      socket.destroy();
    });
    socket.once('error', () => {
      resolve('refused');
    });
  });
}
