/** Funkos on an engine: the operations of this folder, kept from interleaving. It has no state but its locks. */
import type { Engine } from '../docker/engine/engine.ts';
import { removeIdleHelpers } from '../docker/helper-container/helper-container.ts';
import { faasoVersion } from '../version.ts';
import { accessLog } from './logs/access-log.ts';
import { adopt } from './operations/adopt.ts';
import { Builds, DEFAULT_BUILD_POLICY, type BuildPolicy } from './builds/build-operations.ts';
import { diskUse } from './operations/disk-use.ts';
import { down } from './operations/down.ts';
import { showEnv } from './operations/env.ts';
import { exec } from './operations/exec.ts';
import type {
  AdoptRequest,
  AdoptResult,
  DiskUse,
  DownResult,
  EnvRequest,
  EnvResult,
  FunkoStatus,
  FunkoApi,
  PruneRequest,
  PruneResult,
  RemoveResult,
  RestartRequest,
  RollbackRequest,
  RollOutOptions,
  ScaleRequest,
  ScaleResult,
  SplitRequest,
  SplitResult,
  UpEvent,
  UpRequest,
  UpResult,
  Where,
} from '../api/funko-api.ts';
import { EngineSecrets } from './engine-secrets.ts';
import { KeptLogs } from './logs/kept-logs.ts';
import { list, show } from './operations/list.ts';
import { preview } from './operations/preview.ts';
import { discardCutOff, discardUntagged } from './operations/prune.ts';
import { pruneAll } from './operations/prune-all.ts';
import { LineBudget } from './logs/line-budget.ts';
import { logs, MOST_LOG_CHARACTERS } from './logs/logs.ts';
import { unadopt } from './operations/unadopt.ts';
import { remove } from './operations/remove.ts';
import { restart } from './operations/restart.ts';
import { rollback } from './operations/rollback.ts';
import { scale } from './operations/scale.ts';
import { dropNoSecrets, withUnusedSecrets } from './operations/secret.ts';
import { KeyedLock } from '../util/keyed-lock.ts';
import { restartStuckStarts, recover, interruptedFunkos, type Recovered } from './recovery/recover.ts';
import type { OperationContext, AccessLogSource } from './context.ts';
import type { Traffic } from './traffic.ts';
import { split } from './operations/split.ts';
import { up } from './operations/up.ts';
import { hostOf } from './choose-host.ts';
import { parsePreview } from '../funko/naming/container-names.ts';

export interface EngineFunkosOptions {
  readonly engine: Engine;
  /** The name of the funkos' network. */
  readonly network: string;
  readonly traffic: Traffic;
  /** `local`: instances are published on 127.0.0.1, and the network is made if there is none. */
  readonly kind: 'server' | 'local';
  /** The folder that keeps logs of instances that are gone; absent: none are kept. */
  readonly logs?: string;
  /** Where requests are recorded; absent: nothing records them. */
  readonly accessLog?: AccessLogSource;
  /** Defaults for what is left out. */
  readonly builds?: Partial<BuildPolicy>;
}

export class EngineFunkos implements FunkoApi {
  readonly secrets: EngineSecrets;
  readonly #context: OperationContext;
  readonly #kind: 'server' | 'local';
  readonly #funkos = new KeyedLock();
  readonly #policy: BuildPolicy;
  readonly #builds: Builds;

  constructor(options: EngineFunkosOptions) {
    const { engine, network, traffic, kind, logs: folder, accessLog: source, builds } = options;
    this.#policy = { ...DEFAULT_BUILD_POLICY, ...builds };
    this.#context = {
      engine,
      network,
      traffic,
      host: hostOf(kind, engine, network),
      keptLogs: new KeptLogs(folder),
      logLines: new LineBudget(MOST_LOG_CHARACTERS),
      accessLog: source ?? null,
    };
    const inTurn = async <T>(funko: string, work: () => Promise<T>): Promise<T> =>
      this.#funkos.run(funko, work);
    this.#builds = new Builds(this.#context, this.#policy, inTurn);
    this.#kind = kind;
    this.secrets = new EngineSecrets(this.#context, this.#funkos);
  }

  async where(signal?: AbortSignal): Promise<Where> {
    const { version } = await this.#context.engine.version(signal);
    return { kind: this.#kind, faaso: faasoVersion(), engine: version, network: this.#context.network };
  }

  async list(signal?: AbortSignal): Promise<FunkoStatus[]> {
    return list(this.#context, signal);
  }

  async show(name: string, signal?: AbortSignal): Promise<FunkoStatus> {
    return show(this.#context, name, signal);
  }

  async build(...asked: Parameters<FunkoApi['build']>): ReturnType<FunkoApi['build']> {
    return this.#builds.build(...asked);
  }

  async env(request: EnvRequest, signal?: AbortSignal): Promise<EnvResult> {
    const { name, set, unset } = request;
    if (set === undefined && unset === undefined) return showEnv(this.#context, name, signal);
    return this.#builds.setEnv(this.#context, request, signal);
  }

  async up(request: UpRequest, onEvent: (event: UpEvent) => void, signal?: AbortSignal): Promise<UpResult> {
    const bring = request.preview === true ? preview : up;
    return this.#inTurn(request, async () => bring(this.#context, request, onEvent, signal), signal);
  }

  async rollback(
    request: RollbackRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult> {
    return this.#inTurn(request, async () => rollback(this.#context, request, onEvent, signal), signal);
  }

  async restart(
    request: RestartRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult> {
    return this.#inTurn(request, async () => restart(this.#context, request, onEvent, signal), signal);
  }

  async scale(
    request: ScaleRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<ScaleResult> {
    const work = async (): Promise<ScaleResult> => scale(this.#context, request, onEvent, signal);
    return request.count === undefined ? work() : this.#inTurn(request, work, signal);
  }

  async split(
    request: SplitRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<SplitResult> {
    const work = async (): Promise<SplitResult> => split(this.#context, request, onEvent, signal);
    return request.weights === undefined ? work() : this.#inTurn(request, work, signal);
  }

  async logs(...asked: Parameters<FunkoApi['logs']>): ReturnType<FunkoApi['logs']> {
    return logs(this.#context, ...asked);
  }

  async accessLog(...asked: Parameters<FunkoApi['accessLog']>): ReturnType<FunkoApi['accessLog']> {
    return accessLog(this.#context, ...asked);
  }

  async adopt(request: AdoptRequest, signal?: AbortSignal): Promise<AdoptResult> {
    // One after the other: a container that is connected twice at once has the aliases of one of them. No funko is called so.
    return this.#funkos.run(' adopt', async () => adopt(this.#context, request, signal), signal);
  }

  async release(...asked: Parameters<FunkoApi['release']>): ReturnType<FunkoApi['release']> {
    return unadopt(this.#context, ...asked);
  }

  async exec(...asked: Parameters<FunkoApi['exec']>): ReturnType<FunkoApi['exec']> {
    return exec(this.#context, ...asked);
  }

  async disk(signal?: AbortSignal): Promise<DiskUse> {
    return diskUse(this.#context.engine, signal);
  }

  async down(name: string, signal?: AbortSignal): Promise<DownResult> {
    const { funko } = parsePreview(name);
    return this.#funkos.run(funko, async () => down(this.#context, name, signal), signal);
  }

  async remove(name: string, signal?: AbortSignal): Promise<RemoveResult> {
    return this.#funkos.run(
      name,
      async () => {
        const result = await remove(this.#context, name, signal);
        if (!this.#builds.isBusy(name)) await discardUntagged(this.#context.engine, name);
        return result;
      },
      signal,
    );
  }

  /**
   * Finishes or undoes operations on this network that a killed process or engine interrupted. An operation that runs is
   * waited for.
   * @param onSettled told of each funko: what was done, nothing, or why it could not be
   * Throws `engine_*` if the engine can't be looked at.
   */
  async settle(onSettled: (funko: string, outcome: Recovered | undefined | Error) => void): Promise<void> {
    await Promise.all([removeIdleHelpers(this.#context.engine), restartStuckStarts(this.#context)]);
    const [unfinished, unused] = await Promise.all([
      interruptedFunkos(this.#context),
      withUnusedSecrets(this.#context),
    ]);
    await Promise.all(
      [...new Set([...unfinished, ...unused])].map(async (name) => {
        const work = async (): Promise<Recovered | undefined> => this.#settle(name);
        const outcome = await this.#funkos.run(name, work).catch((error: unknown) => error as Error);
        onSettled(name, outcome);
      }),
    );
  }

  async #settle(name: string): Promise<Recovered | undefined> {
    const done = await recover(this.#context, name);
    await dropNoSecrets(this.#context, name);
    if (!this.#builds.isBusy(name)) await discardCutOff(this.#context, name);
    return done;
  }

  /** Behind all other work on the funko, or not at all if there is any and the request says so. */
  async #inTurn<T>(
    { name, whenBusy }: RollOutOptions & { readonly name: string },
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    if (whenBusy === 'refuse') this.#funkos.refuseIfBusy(name);
    return this.#funkos.run(name, work, signal);
  }

  async prune(request: PruneRequest, signal?: AbortSignal): Promise<PruneResult> {
    return pruneAll(this.#context, this.#policy, this.#funkos, request, signal);
  }
}
