/** Funkos without an engine: what they were asked is kept, what they do can be replaced. */
import { buffer } from 'node:stream/consumers';
import { FaasoError } from '../../../src/errors.ts';
import type {
  AccessLogEntry,
  AccessLogRequest,
  AccessLogResult,
  AdoptRequest,
  AdoptResult,
  BuildRequest,
  BuildResult,
  BuildingEvent,
  DiskUse,
  DownResult,
  EnvRequest,
  EnvResult,
  ExecRequest,
  ExecResult,
  ExecStreams,
  FunkoStatus,
  FunkoApi,
  PruneRequest,
  PruneResult,
  LogLine,
  LogsRequest,
  LogsResult,
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
import { requestOf } from '../cli/fake-access-log.ts';
import { FakeSecrets } from '../cli/fake-secrets.ts';

type Do<A extends unknown[], R> = (...given: A) => Promise<R>;

export class FakeFunkos implements FunkoApi {
  readonly secrets = new FakeSecrets();
  readonly calls: string[] = [];
  /** What `logs` tells. */
  written: readonly string[] = ['one', 'zwei ü'];
  /** The bytes of the last build context. */
  context = Buffer.alloc(0);
  onBuild: Do<[BuildRequest, (event: BuildingEvent) => void, AbortSignal | undefined], BuildResult> = async (
    request,
    onEvent,
  ) => {
    this.context = await buffer(request.context);
    onEvent({ type: 'step', id: '1', name: 'FROM node', state: 'done', seconds: 0.5 });
    onEvent({ type: 'log', id: '1', text: 'grüße' });
    const funko = request.manifest.name;
    return {
      funko,
      version: 'v1',
      unchanged: false,
      reused: false,
      image: `faaso-${funko}:v1`,
      imageId: 'sha256:1',
      seconds: 1.5,
      removed: [],
    };
  };
  onUp: Do<[UpRequest, (event: UpEvent) => void, AbortSignal | undefined], UpResult> = async (
    { name },
    onEvent,
  ) => {
    onEvent({ type: 'starting', instance: `faaso-${name}.1`, version: 'v1' });
    const instance = `faaso-${name}.1`;
    return Promise.resolve({
      funko: name,
      version: 'v1',
      instance,
      instances: [instance],
      replaced: [],
      unchanged: false,
      url: null,
    });
  };

  async disk(): Promise<DiskUse> {
    this.calls.push('disk');
    const versions = [{ version: 'v1', bytes: 3 }];
    return Promise.resolve({ funkos: [{ name: 'hello', bytes: 5, versions }], cacheBytes: 7 });
  }

  async exec({ name, ...rest }: ExecRequest, { stdin, onOutput }: ExecStreams): Promise<ExecResult> {
    this.calls.push(`exec ${name} ${JSON.stringify(rest)}`);
    for await (const chunk of stdin) await onOutput('stdout', chunk);
    await onOutput('stderr', Buffer.from('said\n'));
    return { funko: name, instance: `faaso-${name}.1`, exitCode: 7 };
  }

  async adopt({ container, name }: AdoptRequest): Promise<AdoptResult> {
    this.calls.push(`adopt ${container} ${name}`);
    return Promise.resolve({ funko: name, container, network: 'faaso-net', unchanged: false });
  }

  async release(wanted: string): Promise<ReleaseResult> {
    this.calls.push(`release ${wanted}`);
    return Promise.resolve({ released: [wanted] });
  }

  async prune(request: PruneRequest): Promise<PruneResult> {
    this.calls.push(`prune ${JSON.stringify(request)}`);
    return Promise.resolve({ removed: ['faaso-hello:v1'], cacheBytes: 5 });
  }

  async where(): Promise<Where> {
    this.calls.push('where');
    return Promise.resolve({ kind: 'server', faaso: '0.1.0', engine: '26.1.5', network: 'faaso-net' });
  }

  async list(): Promise<FunkoStatus[]> {
    this.calls.push('list');
    return Promise.resolve([statusOf('hello')]);
  }

  async show(name: string): Promise<FunkoStatus> {
    this.calls.push(`show ${name}`);
    return Promise.resolve(known(name));
  }

  async build(
    request: BuildRequest,
    onEvent: (event: BuildingEvent) => void,
    signal?: AbortSignal,
  ): Promise<BuildResult> {
    this.calls.push(`build ${request.manifest.name} ${request.health}`);
    return this.onBuild(request, onEvent, signal);
  }

  async env(request: EnvRequest): Promise<EnvResult> {
    this.calls.push(`env ${JSON.stringify(request)}`);
    return Promise.resolve({
      funko: request.name,
      version: 'v2',
      inService: true,
      unchanged: false,
      env: {},
    });
  }

  async up(request: UpRequest, onEvent: (event: UpEvent) => void, signal?: AbortSignal): Promise<UpResult> {
    this.calls.push(`up ${JSON.stringify(request)}`);
    return this.onUp(request, onEvent, signal);
  }

  async rollback(request: RollbackRequest, onEvent: (event: UpEvent) => void): Promise<UpResult> {
    this.calls.push(`rollback ${JSON.stringify(request)}`);
    return this.onUp(request, onEvent, undefined);
  }

  async restart(request: RestartRequest, onEvent: (event: UpEvent) => void): Promise<UpResult> {
    this.calls.push(`restart ${JSON.stringify(request)}`);
    return this.onUp(request, onEvent, undefined);
  }

  async scale(request: ScaleRequest): Promise<ScaleResult> {
    this.calls.push(`scale ${JSON.stringify(request)}`);
    return Promise.resolve({ ...SCALED, funko: request.name, scale: request.count ?? 1 });
  }

  async split(request: SplitRequest): Promise<SplitResult> {
    this.calls.push(`split ${JSON.stringify(request)}`);
    return Promise.resolve({ funko: request.name, split: [], started: [], removed: [] });
  }

  async logs(request: LogsRequest, onLine: (line: LogLine) => void | Promise<void>): Promise<LogsResult> {
    this.calls.push(`logs ${JSON.stringify(request)}`);
    const time = '2026-01-01T00:00:00.000000001Z';
    const line = {
      type: 'line',
      instance: 'faaso-hello.1',
      id: 'a',
      version: 'v1',
      stream: 'stdout',
      time,
    } as const;
    for (const text of this.written) await onLine({ ...line, text });
    return { funko: request.name, lines: this.written.length, instances: 1, previous: [] };
  }

  async accessLog(
    request: AccessLogRequest,
    onEntry: (entry: AccessLogEntry) => void | Promise<void>,
  ): Promise<AccessLogResult> {
    this.calls.push(`accessLog ${JSON.stringify(request)}`);
    await onEntry(requestOf('hello'));
    return { requests: 1 };
  }

  async down(name: string): Promise<DownResult> {
    this.calls.push(`down ${name}`);
    return Promise.resolve({ funko: known(name).name, removed: [`faaso-${name}.1`] });
  }

  async remove(name: string): Promise<RemoveResult> {
    this.calls.push(`remove ${name}`);
    return Promise.resolve({
      funko: name,
      removed: [],
      images: [`faaso-${name}:v1`],
      volumes: [],
      kept: [],
      secrets: false,
    });
  }
}

const SCALED = { version: 'v1', instances: [], started: [], removed: [] };

function known(name: string): FunkoStatus {
  if (name === 'hello') return statusOf(name);
  throw new FaasoError('unknown_funko', `There is no funko "${name}".`);
}

function statusOf(name: string): FunkoStatus {
  return { name, state: 'down', latest: 'v1', versions: [], instances: [], split: null, url: null };
}
