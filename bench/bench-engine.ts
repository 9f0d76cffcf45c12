/** What the benchmark does to the real engine, over its API: a `docker` process for each call would cost more than the call. */
import { DEFAULT_SOCKET } from '../src/docker/engine/endpoint.ts';
import { Engine } from '../src/docker/engine/engine.ts';
import { engineEvents } from '../src/docker/events.ts';

export interface Wanted {
  readonly name: string;
  readonly network: string;
  /** `key=value`, by which what is left is found and removed. */
  readonly label: string;
  readonly command: readonly string[];
}

/** The engine's own work on one call may take so long on a busy machine, in ms. */
const CALL_WITHIN_MS = 60_000;
/** An event that was caused comes within this, in ms. */
const EVENT_WITHIN_MS = 30_000;

export class BenchEngine implements Disposable {
  readonly engine = new Engine({
    socketPath: DEFAULT_SOCKET,
    timeoutMs: CALL_WITHIN_MS,
  });
  /** Throws in every call once the benchmark is stopped. */
  readonly #stop: AbortSignal;
  readonly #awaited = new Map<string, (at: number) => void>();
  readonly #events;

  constructor(stop: AbortSignal) {
    this.#stop = stop;
    this.#events = engineEvents(this.engine, { since: Date.now() / 1000 }).subscribe((event) => {
      if (event.type === 'missed') return;
      this.#awaited.get(`${event.action} ${event.containerId}`)?.(Number(event.timeNano) / 1e6);
    });
  }

  [Symbol.dispose](): void {
    this.#events.unsubscribe();
  }

  /** When the next event of this kind happens to the container, by the engine's clock: ms since 1970. Ask before causing it. */
  async next(action: 'start' | 'kill' | 'die', id: string): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const timer = setTimeout(() => {
      reject(new Error(`no ${action} event of ${id} within ${EVENT_WITHIN_MS} ms`));
    }, EVENT_WITHIN_MS);
    this.#awaited.set(`${action} ${id}`, resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#awaited.delete(`${action} ${id}`);
    });
  }

  /** Creates a container; gives its ID. */
  async create({ name, network, label, command }: Wanted): Promise<string> {
    this.#stop.throwIfAborted();
    const [key = '', value = ''] = label.split('=');
    const options = {
      name,
      Image: 'node:24-slim',
      Cmd: [...command],
      Labels: { [key]: value },
      HostConfig: { NetworkMode: network },
    };
    return (await this.engine.call(`creating ${name}`, async (docker) => docker.createContainer(options))).id;
  }

  async start(id: string): Promise<void> {
    await this.#do('starting', id, async (container) => container.start());
  }

  async kill(id: string): Promise<void> {
    await this.#do('killing', id, async (container) => container.kill());
  }

  /** As `docker restart -t 0`. */
  async restart(id: string): Promise<void> {
    await this.#do('restarting', id, async (container) => container.restart({ t: 0 }));
  }

  async #do(
    what: string,
    id: string,
    work: (container: ReturnType<DockerOf['getContainer']>) => Promise<unknown>,
  ): Promise<void> {
    this.#stop.throwIfAborted();
    await this.engine.call(`${what} ${id}`, async (docker) => work(docker.getContainer(id)));
  }
}

type DockerOf = Parameters<Parameters<Engine['call']>[1]>[0];
