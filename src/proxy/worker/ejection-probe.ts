/**
 * Asks backends that were ejected, since they kept refusing connections, whether they accept again. Each worker asks
 * for itself: what one was refused another may not have been.
 */
import type { Backend } from '../balancing/backend.ts';
import { askOnce } from './prober.ts';

export class EjectionProbe {
  /** The lives that are being asked. */
  readonly #asking = new Set<string>();
  readonly #asked: (backend: Backend, accepts: boolean) => number | undefined;
  readonly #ask: (backend: Backend) => Promise<boolean>;

  /**
   * @param asked takes each answer; gives after how many ms to ask again, or undefined for not at all
   * @param ask whether its port accepts; never rejects
   */
  constructor(asked: (backend: Backend, accepts: boolean) => number | undefined, ask = acceptsNow) {
    this.#asked = asked;
    this.#ask = ask;
  }

  /** Probes after this many ms, and again until the backend is back or its life is over. A backend that is being probed already is left alone. */
  schedule(backend: Backend, afterMs: number): void {
    if (this.#asking.has(backend.life)) return;
    this.#asking.add(backend.life);
    this.#askAfter(backend, afterMs);
  }

  #askAfter(backend: Backend, ms: number): void {
    setTimeout(() => void this.#askNow(backend), ms).unref();
  }

  async #askNow(backend: Backend): Promise<void> {
    const again = this.#asked(backend, await this.#ask(backend));
    if (again === undefined) this.#asking.delete(backend.life);
    else this.#askAfter(backend, again);
  }
}

async function acceptsNow(backend: Backend): Promise<boolean> {
  return (await askOnce({ ...backend, probe: { kind: 'tcp' } })) === 'ready';
}
