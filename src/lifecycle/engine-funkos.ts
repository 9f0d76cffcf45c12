/** Funkos on an engine: the operations of this folder, kept from interleaving. It has no state but its locks. */
import type { BuildEvent } from '../docker/build-image.ts';
import type { Engine } from '../docker/engine.ts';
import { FaasoError } from '../errors.ts';
import { faasoVersion } from '../version.ts';
import { buildVersion } from './build-version.ts';
import { down } from './down.ts';
import type {
  BuildRequest,
  BuildResult,
  DownResult,
  FunkoStatus,
  Funkos,
  RemoveResult,
  RollbackRequest,
  RollOutOptions,
  ScaleRequest,
  ScaleResult,
  UpEvent,
  UpRequest,
  UpResult,
  Where,
} from './funkos.ts';
import { hostOf } from './host.ts';
import { list, show } from './list.ts';
import { remove } from './remove.ts';
import { rollback } from './rollback.ts';
import { scale } from './scale.ts';
import { Serial } from './serial.ts';
import type { Site } from './site.ts';
import type { Traffic } from './traffic.ts';
import { up } from './up.ts';

export interface EngineFunkosOptions {
  readonly engine: Engine;
  /** The name of the funkos' network. */
  readonly network: string;
  readonly traffic: Traffic;
  /** `local`: instances are published on 127.0.0.1, and the network is made if there is none. */
  readonly kind: 'server' | 'local';
}

/**
 * Builds take all the machine they get, so only one runs at a time: the services come first. It also keeps two builds of
 * one funko from taking the same number.
 */
const BUILDS = 'builds';
const WAITING = { id: 'faaso:queue', name: 'waiting for another build to end' } as const;

export class EngineFunkos implements Funkos {
  readonly #site: Site;
  readonly #kind: 'server' | 'local';
  readonly #funkos = new Serial();
  readonly #builds = new Serial();

  constructor({ engine, network, traffic, kind }: EngineFunkosOptions) {
    this.#site = { engine, network, traffic, host: hostOf(kind, engine, network) };
    this.#kind = kind;
  }

  async where(signal?: AbortSignal): Promise<Where> {
    const { version } = await this.#site.engine.version(signal);
    return { kind: this.#kind, faaso: faasoVersion(), engine: version, network: this.#site.network };
  }

  async list(signal?: AbortSignal): Promise<FunkoStatus[]> {
    return list(this.#site, signal);
  }

  async show(name: string, signal?: AbortSignal): Promise<FunkoStatus> {
    return show(this.#site, name, signal);
  }

  async build(
    request: BuildRequest,
    onEvent: (event: BuildEvent) => void,
    signal?: AbortSignal,
  ): Promise<BuildResult> {
    // A context that breaks while its turn has not come is told by the read that follows, or by the signal.
    request.context.on('error', () => undefined);
    // Only its tags concern the funko's other work, which need not wait for all of a build, or for its turn.
    const inTurn = async (work: () => Promise<void>): Promise<void> =>
      this.#funkos.run(request.manifest.name, work);
    const work = async (): Promise<BuildResult> =>
      buildVersion(this.#site.engine, request, { onEvent, inTurn, signal });
    try {
      return await this.#inBuildQueue(work, onEvent, signal);
    } finally {
      request.context.destroy();
    }
  }

  async up(request: UpRequest, onEvent: (event: UpEvent) => void, signal?: AbortSignal): Promise<UpResult> {
    return this.#inTurn(request, async () => up(this.#site, request, onEvent, signal), signal);
  }

  async rollback(
    request: RollbackRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult> {
    return this.#inTurn(request, async () => rollback(this.#site, request, onEvent, signal), signal);
  }

  async scale(
    request: ScaleRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<ScaleResult> {
    const work = async (): Promise<ScaleResult> => scale(this.#site, request, onEvent, signal);
    return request.count === undefined ? work() : this.#inTurn(request, work, signal);
  }

  async down(name: string, signal?: AbortSignal): Promise<DownResult> {
    return this.#funkos.run(name, async () => down(this.#site, name, signal), signal);
  }

  async remove(name: string, signal?: AbortSignal): Promise<RemoveResult> {
    return this.#funkos.run(name, async () => remove(this.#site, name, signal), signal);
  }

  /** Behind all other work on the funko, or not at all if there is any and the request says so. */
  async #inTurn<T>(
    { name, whenBusy }: RollOutOptions & { readonly name: string },
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    if (whenBusy === 'refuse' && this.#funkos.isBusy(name)) {
      const message = `Other work on "${name}" goes on at this moment, and this was not to wait for it. Try again when that is done.`;
      throw new FaasoError('conflict', message);
    }
    return this.#funkos.run(name, work, signal);
  }

  async #inBuildQueue(
    work: () => Promise<BuildResult>,
    onEvent: (event: BuildEvent) => void,
    signal: AbortSignal | undefined,
  ): Promise<BuildResult> {
    const waits = this.#builds.isBusy(BUILDS);
    if (waits) onEvent({ type: 'step', ...WAITING, state: 'started' });
    return this.#builds.run(
      BUILDS,
      async () => {
        if (waits) onEvent({ type: 'step', ...WAITING, state: 'done' });
        return work();
      },
      signal,
    );
  }
}
