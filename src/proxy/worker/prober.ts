/**
 * Finds out when a backend in `starting` is ready: asks again and again, quickly while it is young, until it answers
 * or its life ends. It lives with the workers since the parent opens no connection to a funko.
 */
import { connect } from 'node:net';
import { CONNECT_WITHIN_MS, isReady } from '../../lifecycle/probe.ts';
import type { Backend } from '../routing/backend.ts';

/** A backend is asked at least this far apart … */
const SHORTEST_PAUSE_MS = 8;
/** … and, all backends together, not more often than this. */
const QUESTIONS_PER_MS = 2;
/** After this many questions a slow starter is asked less and less often, down to once a second. */
const PATIENCE = 500;
const LONGEST_PAUSE_MS = 1_000;

export class Prober {
  /** Container ID → the backend as its loop took it up: a loop whose object is not here any more ends. */
  readonly #asking = new Map<string, Backend>();
  readonly #ready: (id: string, life: string) => void;
  readonly #ask: (backend: Backend) => Promise<boolean>;

  /**
   * @param ready called once for each life that answered
   * @param ask asks once; never rejects
   */
  constructor(
    ready: (id: string, life: string) => void,
    ask: (backend: Backend) => Promise<boolean> = askOnce,
  ) {
    this.#ready = ready;
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

  /** Another worker probes from now on. */
  stop(): void {
    this.#asking.clear();
  }

  async #askUntilReady(backend: Backend): Promise<void> {
    const { id, life } = backend;
    for (let asked = 1; this.#asking.get(id) === backend; asked += 1) {
      const ready = await this.#ask(backend);
      if (this.#asking.get(id) !== backend) return;
      if (ready) {
        this.#asking.delete(id);
        this.#ready(id, life);
        return;
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

/** Whether a backend answers its probe now: its port accepts, or its health path answers with a status below 400. */
export async function askOnce(backend: Backend): Promise<boolean> {
  const { address, port, probe } = backend;
  if (address === null || probe === null) return false;
  return probe.kind === 'tcp' ? accepts(address, port) : isReady({ host: address, port, path: probe.path });
}

async function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(CONNECT_WITHIN_MS) });
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
