/** Funkos on a server, through its admin API (docs/admin-api.md). */
import { Readable } from 'node:stream';
import { FaasoError } from '../errors.ts';
import { faasoVersion } from '../version.ts';
import { encodePreamble } from '../api/build-preamble.ts';
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
} from '../api/funko-api.ts';
import type { SecretApi } from '../api/secret-request.ts';
import { ServerCalls, having, pathOf, posting, type ServerCall, type ServerOptions } from './server-calls.ts';
import { serverExec } from './server-exec.ts';
import { ServerSecrets } from './server-secrets.ts';

export class ServerFunkos implements FunkoApi {
  readonly secrets: SecretApi;
  readonly #calls: ServerCalls;

  constructor(options: ServerOptions) {
    this.#calls = new ServerCalls(options);
    this.secrets = new ServerSecrets(this.#calls);
  }

  async where(signal?: AbortSignal): Promise<Where> {
    return (await this.#calls.ask({ method: 'GET', path: '/version', signal }, having('faaso'))) as Where;
  }

  async list(signal?: AbortSignal): Promise<FunkoStatus[]> {
    const answer = await this.#calls.ask({ method: 'GET', path: '/funkos', signal }, having('funkos'));
    return (answer as { readonly funkos: FunkoStatus[] }).funkos;
  }

  async show(name: string, signal?: AbortSignal): Promise<FunkoStatus> {
    return (await this.#calls.ask(
      { method: 'GET', path: pathOf(name), signal },
      having('instances'),
    )) as FunkoStatus;
  }

  async build(
    request: BuildRequest,
    onEvent: (event: BuildingEvent) => void,
    signal?: AbortSignal,
  ): Promise<BuildResult> {
    const { context } = request;
    const preamble = encodePreamble(request);
    const query = buildQuery(request, preamble);
    const path = `${pathOf(request.manifest.name)}/versions?${query.toString()}`;
    const body = preamble ? prefixed(preamble, context) : context;
    const call: ServerCall = { method: 'POST', path, body, contentType: 'application/x-tar', signal };
    // undici tells of a context that breaks: the call fails with the context's own error.
    context.on('error', () => undefined);
    try {
      return (await this.#calls.do(call, onEvent)) as BuildResult;
    } catch (error) {
      throw asOutdated(error, this.#calls.url);
    } finally {
      context.destroy();
    }
  }

  async env({ name, ...body }: EnvRequest, signal?: AbortSignal): Promise<EnvResult> {
    const path = `${pathOf(name)}/env`;
    if (body.set === undefined && body.unset === undefined)
      return (await this.#calls.ask({ method: 'GET', path, signal }, having('env'))) as EnvResult;
    return (await this.#calls.do(posting(path, body, signal), () => undefined)) as EnvResult;
  }

  async up(
    { name, ...body }: UpRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult> {
    return (await this.#calls.do(posting(`${pathOf(name)}/up`, body, signal), onEvent)) as UpResult;
  }

  async rollback(
    { name, ...body }: RollbackRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult> {
    return (await this.#calls.do(posting(`${pathOf(name)}/rollback`, body, signal), onEvent)) as UpResult;
  }

  async restart(
    { name, ...body }: RestartRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult> {
    return (await this.#calls.do(posting(`${pathOf(name)}/restart`, body, signal), onEvent)) as UpResult;
  }

  async scale(
    { name, ...body }: ScaleRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<ScaleResult> {
    const path = `${pathOf(name)}/scale`;
    if (body.count === undefined)
      return (await this.#calls.ask({ method: 'GET', path, signal }, having('scale'))) as ScaleResult;
    return (await this.#calls.do(posting(path, body, signal), onEvent)) as ScaleResult;
  }

  async split(
    { name, ...body }: SplitRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<SplitResult> {
    const path = `${pathOf(name)}/split`;
    if (body.weights === undefined)
      return (await this.#calls.ask({ method: 'GET', path, signal }, having('split'))) as SplitResult;
    return (await this.#calls.do(posting(path, body, signal), onEvent)) as SplitResult;
  }

  async logs(
    { name, ...query }: LogsRequest,
    onLine: (line: LogLine) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<LogsResult> {
    const asked = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) asked.set(key, String(value));
    const path = `${pathOf(name)}/logs?${asked.toString()}`;
    return (await this.#calls.do({ method: 'GET', path, signal }, onLine)) as LogsResult;
  }

  async accessLog(
    { funkos = [], ...query }: AccessLogRequest,
    onEntry: (entry: AccessLogEntry) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<AccessLogResult> {
    const asked = new URLSearchParams();
    for (const funko of funkos) asked.append('funko', funko);
    for (const [key, value] of Object.entries(query)) asked.set(key, String(value));
    const path = `/requests?${asked.toString()}`;
    return (await this.#calls.do({ method: 'GET', path, signal }, onEntry)) as AccessLogResult;
  }

  async adopt({ name, ...body }: AdoptRequest, signal?: AbortSignal): Promise<AdoptResult> {
    return (await this.#calls.do(posting(`${pathOf(name)}/adopt`, body, signal))) as AdoptResult;
  }

  async release(container: string, signal?: AbortSignal): Promise<ReleaseResult> {
    return (await this.#calls.do(posting('/release', { container }, signal))) as ReleaseResult;
  }

  async exec(request: ExecRequest, streams: ExecStreams, signal?: AbortSignal): Promise<ExecResult> {
    return serverExec(this.#calls, request, streams, signal);
  }

  async disk(signal?: AbortSignal): Promise<DiskUse> {
    return (await this.#calls.ask({ method: 'GET', path: '/disk', signal }, having('cacheBytes'))) as DiskUse;
  }

  async down(name: string, signal?: AbortSignal): Promise<DownResult> {
    return (await this.#calls.do({ method: 'POST', path: `${pathOf(name)}/down`, signal })) as DownResult;
  }

  async remove(name: string, signal?: AbortSignal): Promise<RemoveResult> {
    return (await this.#calls.do({ method: 'DELETE', path: pathOf(name), signal })) as RemoveResult;
  }

  async prune(request: PruneRequest, signal?: AbortSignal): Promise<PruneResult> {
    return (await this.#calls.do(posting('/prune', request, signal))) as PruneResult;
  }
}

/** A stream with bytes before it. Destroying it destroys the stream; an error of the stream is its error. */
function prefixed(bytes: Buffer, rest: Readable): Readable {
  return Readable.from(joined(bytes, rest), { objectMode: false });
}

async function* joined(bytes: Buffer, rest: Readable): AsyncGenerator<Buffer> {
  yield bytes;
  yield* rest as AsyncIterable<Buffer>;
}

/** A server from before there were these refuses them by their names in the query. */
function asOutdated(error: unknown, url: string): unknown {
  if (!(error instanceof FaasoError) || error.code !== 'bad_request') return error;
  if (!/unknown key "(preamble|target)"/.test(error.message)) return error;
  const message = `The server at ${url} is older than this command, ${faasoVersion()}, and cannot build what it sends. Upgrade the server, or use the command of its version.`;
  return new FaasoError('server_failed', message, { cause: error });
}

function buildQuery(request: BuildRequest, preamble: Buffer | undefined): URLSearchParams {
  const { health, content, target, buildArgs = {}, ...wishes } = request;
  const query = new URLSearchParams({ health, ...(content === undefined ? {} : { content }) });
  for (const wish of ['force', 'noCache', 'pull'] as const)
    if (wishes[wish] === true) query.set(wish, 'true');
  if (target !== undefined) query.set('target', target);
  if (preamble) query.set('preamble', String(preamble.length));
  for (const [name, value] of Object.entries(buildArgs)) query.append('buildArg', `${name}=${value}`);
  return query;
}
