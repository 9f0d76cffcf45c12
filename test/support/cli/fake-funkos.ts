/** Funkos without an engine: they do what the interface says, in memory, so that the CLI meets the real admin API. */
import { buffer } from 'node:stream/consumers';
import { FaasoError } from '../../../src/errors.ts';
import type { BuildEvent } from '../../../src/docker/buildkit/build-image.ts';
import type {
  AdoptRequest,
  AdoptResult,
  BuildRequest,
  BuildingEvent,
  BuildResult,
  DiskUse,
  DownResult,
  FunkoStatus,
  FunkoApi,
  PruneRequest,
  PruneResult,
  ReleaseResult,
  RemoveResult,
  RestartRequest,
  RollbackRequest,
  ScaleRequest,
  ScaleResult,
  SplitRequest,
  SplitResult,
  UpEvent,
  UpRequest,
  UpResult,
  Where,
} from '../../../src/api/funko-api.ts';
import { FakeAccessLog } from './fake-access-log.ts';
import { fakeExec } from './fake-exec.ts';
import { FakeLogs } from './fake-logs.ts';
import { FakeSecrets } from './fake-secrets.ts';

const STEP: Extract<BuildEvent, { type: 'step' }> = {
  type: 'step',
  id: '1',
  name: '[1/1] RUN make',
  state: 'started',
};

export class FakeFunkos extends FakeAccessLog implements FunkoApi {
  readonly secrets = new FakeSecrets();
  readonly known = new Map<string, FunkoStatus>();
  /** What the engine says of a build: it fails with that. */
  buildFailure: FaasoError | undefined;
  /** What `up`, `rollback` and `scale` were asked for. */
  readonly requests: object[] = [];
  readonly logged = new FakeLogs();
  /** Builds go on until they are cancelled. */
  endless = false;
  /** Resolves when a build is cancelled. */
  readonly cancelled = Promise.withResolvers<void>();

  where(): Promise<Where> {
    return Promise.resolve({ kind: 'server', faaso: '9.8.7', engine: '26.1.5', network: 'faaso-net' });
  }

  list(): Promise<FunkoStatus[]> {
    return Promise.resolve([...this.known.values()]);
  }

  show(name: string): Promise<FunkoStatus> {
    const found = this.known.get(name);
    return found === undefined ? Promise.reject(unknown(name)) : Promise.resolve(found);
  }

  /** What the last build was asked for, its context left out. */
  wishes: Omit<BuildRequest, 'context'> | undefined;
  /** Nothing has changed since the newest version. */
  built = { unchanged: false, reused: false };

  async build(
    { context, ...wishes }: BuildRequest,
    onEvent: (event: BuildingEvent) => void,
    signal?: AbortSignal,
  ): Promise<BuildResult> {
    await buffer(context);
    this.wishes = wishes;
    onEvent({ ...STEP, id: '0', name: '[internal] load build definition', state: 'done', seconds: 0 });
    onEvent(STEP);
    onEvent({ type: 'log', id: '1', text: 'making…' });
    if (this.endless) await this.#untilCancelled(signal);
    onEvent({ ...STEP, state: this.buildFailure === undefined ? 'done' : 'failed', seconds: 1.23 });
    if (this.buildFailure !== undefined) throw this.buildFailure;
    onEvent({ type: 'warning', message: 'an old habit' });
    return this.#built(wishes.manifest.name);
  }

  async up(request: UpRequest, onEvent: (event: UpEvent) => void): Promise<UpResult> {
    this.requests.push(request);
    const { name, version } = request;
    const funko = await this.show(name);
    const instance = `faaso-${name}.1`;
    const started = version ?? funko.latest ?? 'v1';
    onEvent({ type: 'starting', instance, version: started });
    onEvent({ type: 'ready', instance, seconds: 0.42 });
    const instances = [instance];
    return { funko: name, version: started, instance, instances, replaced: [], unchanged: false, url: null };
  }

  async rollback(request: RollbackRequest, onEvent: (event: UpEvent) => void): Promise<UpResult> {
    return this.up({ ...request, version: request.version ?? 'v1' }, onEvent);
  }

  async restart(request: RestartRequest, onEvent: (event: UpEvent) => void): Promise<UpResult> {
    return this.up(request, onEvent);
  }

  async scale(request: ScaleRequest, onEvent: (event: UpEvent) => void): Promise<ScaleResult> {
    this.requests.push(request);
    const { name: funko, latest, instances } = await this.show(request.name);
    const version = latest ?? 'v1';
    const before = instances.map(({ name }) => name);
    const scale = request.count ?? before.length;
    const started = Array.from(
      { length: scale - before.length },
      (_, index) => `faaso-${funko}.${index + 2}`,
    );
    for (const instance of started) onEvent({ type: 'starting', instance, version });
    return { funko, version, scale, instances: [...before, ...started], started, removed: [] };
  }

  async split(request: SplitRequest): Promise<SplitResult> {
    this.requests.push(request);
    const { name: funko } = await this.show(request.name);
    const split = Object.entries(request.weights ?? {}).map(([version, weight], index) => ({
      version,
      weight,
      instances: [`faaso-${funko}.${index + 1}`],
    }));
    return { funko, split, started: [], removed: [] };
  }

  logs: FunkoApi['logs'] = async (request, onLine, signal) => {
    this.requests.push(request);
    const { instances } = await this.show(request.name);
    return this.logged.tell(request, instances, onLine, async () => this.#untilCancelled(signal));
  };

  exec: FunkoApi['exec'] = async (request, streams, signal) => {
    this.requests.push(request);
    await this.show(request.name);
    return fakeExec(request, streams, async () => this.#untilCancelled(signal));
  };

  async down(name: string): Promise<DownResult> {
    const { instances } = await this.show(name);
    return { funko: name, removed: instances.map((instance) => instance.name) };
  }

  async remove(name: string): Promise<RemoveResult> {
    const { versions } = await this.show(name);
    const { removed } = await this.down(name);
    this.known.delete(name);
    return {
      funko: name,
      removed,
      images: versions.map(({ version }) => `faaso-${name}:${version}`),
      ...{ volumes: [], kept: [] },
      secrets: false,
    };
  }

  disk(): Promise<DiskUse> {
    const funkos = [...this.known.keys()].filter((name) => name !== 'by-hand');
    const versions = [{ version: 'v1', bytes: 1000 }];
    return Promise.resolve({
      funkos: funkos.map((name) => ({ name, bytes: 2_500_000, versions })),
      cacheBytes: 1,
    });
  }

  adopt({ container, name }: AdoptRequest): Promise<AdoptResult> {
    const unchanged =
      this.known.get(name)?.instances.some((instance) => instance.name === container) ?? false;
    return Promise.resolve({ funko: name, container, network: 'faaso-net', unchanged });
  }

  release(wanted: string): Promise<ReleaseResult> {
    if (wanted === 'nobody')
      return Promise.reject(new FaasoError('not_found', 'There is no container "nobody".'));
    return Promise.resolve({ released: [wanted] });
  }

  pruned: PruneRequest | undefined;

  prune(request: PruneRequest): Promise<PruneResult> {
    this.pruned = request;
    return Promise.resolve({ removed: ['faaso-demo:v1'], cacheBytes: 1_234_567 });
  }

  #built(name: string): BuildResult {
    const number = (this.known.get(name)?.versions.length ?? 0) + 1;
    this.known.set(name, statusOf(name, number));
    return {
      funko: name,
      version: `v${number}`,
      ...this.built,
      image: `faaso-${name}:v${number}`,
      imageId: 'sha256:1',
      seconds: 1.5,
      removed: [],
    };
  }

  #untilCancelled(signal: AbortSignal | undefined): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => {
      this.cancelled.resolve();
      reject(new FaasoError('cancelled', 'The build was cancelled.'));
    });
    return promise;
  }
}

/** A funko that takes traffic. */
export function statusOf(name: string, versions = 1): FunkoStatus {
  const since = '2026-01-01T00:00:00.000Z';
  return {
    name,
    state: 'ready',
    latest: `v${versions}`,
    versions: Array.from({ length: versions }, (_, index) => ({
      version: `v${versions - index}`,
      imageId: `sha256:${index}`,
      createdAt: since,
      size: 1000,
    })),
    instances: [
      {
        id: 'a'.repeat(64),
        name: `faaso-${name}.1`,
        version: `v${versions}`,
        state: 'ready',
        reason: null,
        fix: null,
        address: '172.18.0.3',
        since,
        inFlight: 0,
      },
    ],
    split: null,
    url: null,
  };
}

function unknown(name: string): FaasoError {
  return new FaasoError('unknown_funko', `There is no funko "${name}"`);
}
