import type { Readable } from 'node:stream';
import { DEFAULT_MAX_ENTRIES, receiveContext } from '../../../builder/tar/receive.ts';
import { FaasoError } from '../../../errors.ts';
import { parseManifest, type Manifest } from '../../../funko/manifest/manifest.ts';
import { MANIFEST_FILE } from '../../../funko/manifest/schema.ts';
import { checkName } from '../../../lifecycle/state/check-name.ts';
import { decodePreamble, MOST_PREAMBLE_BYTES } from '../../../api/build-preamble.ts';
import type { BuildingEvent, BuildRequest } from '../../../api/funko-api.ts';
import type { AdminOptions, AdminExchange, Handler } from '../admin.ts';
import { ByteBudget } from '../byte-budget.ts';
import { contextBody, takeBytes } from '../body.ts';
import type { AdminReply } from '../reply.ts';
import { BUILD_QUERY, type BuildQuery } from '../schemas/build.ts';
import { checker, queryOf } from '../schemas/validation.ts';

const DEFAULT_CONTEXT_BYTES = 2 * 1024 ** 3;
const DEFAULT_BUILD_MS = 30 * 60_000;
/** What preambles bring is held in memory until their builds end, also while these wait for their turn. */
const preambles = new ByteBudget(64 * 1024 * 1024, 'preambles');

const checkQuery = checker(BUILD_QUERY, 'the query');

/** `POST /admin/funkos/NAME/versions`: builds the next version; the body is the build context. */
export const build: Handler = async (exchange, admin) => {
  const late = AbortSignal.timeout(admin.limits?.buildMs ?? DEFAULT_BUILD_MS);
  const signal = AbortSignal.any([exchange.signal, late]);
  try {
    await receiveAndBuild({ ...exchange, signal }, admin);
  } catch (error) {
    throw late.aborted ? tooLate(admin, error) : error;
  }
};

async function receiveAndBuild(exchange: AdminExchange, admin: AdminOptions): Promise<void> {
  checkName(exchange.funko);
  const wishes = wishesOf(exchange.query);
  await preambles.hold(wishes.preamble ?? 0, async () => receive(exchange, wishes, admin));
}

async function receive(
  { request, reply, funko, signal }: AdminExchange,
  { preamble = 0, ...wishes }: Wishes,
  { funkos, limits = {} }: AdminOptions,
): Promise<void> {
  const { contextBytes: maxBytes = DEFAULT_CONTEXT_BYTES, contextEntries: maxEntries = DEFAULT_MAX_ENTRIES } =
    limits;
  const { stream, gzip } = contextBody(request, {
    maxBytes,
    paceMs: limits.contextPaceMs,
    preamble,
  });
  const stop = (): void => void stream.destroy();
  signal.addEventListener('abort', stop);
  const parts = await partsOf(stream, preamble);
  const { manifestText, tar } = await receiveContext(stream, { maxBytes, maxEntries, gzip });
  try {
    const manifest = manifestFor(funko, manifestText);
    const progress = new AfterContext(tar, reply);
    const onEvent = progress.event.bind(progress);
    const result = await funkos.build({ manifest, context: tar, ...wishes, ...parts }, onEvent, signal);
    progress.flush();
    reply.result(result);
  } finally {
    signal.removeEventListener('abort', stop);
    tar.destroy();
  }
}

/** What comes before the tar. Throws `bad_request`, `bad_context`; then nobody reads the stream any more. */
async function partsOf(
  stream: Readable,
  preamble: number,
): Promise<Pick<BuildRequest, 'target' | 'dockerfile' | 'secrets'>> {
  if (preamble === 0) return {};
  try {
    return decodePreamble(await takeBytes(stream, preamble));
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/**
 * The engine tells of its first steps while the context is still on its way. They are told when it has passed, so that
 * until then a context that is refused is answered with its status and not with a line below a 200.
 */
class AfterContext {
  readonly #tar: Readable;
  readonly #reply: AdminReply;
  readonly #held: BuildingEvent[] = [];

  constructor(tar: Readable, reply: AdminReply) {
    this.#tar = tar;
    this.#reply = reply;
    tar.once('end', () => {
      reply.expectLines();
    });
  }

  /** A place in the queue is told at once. */
  event(event: BuildingEvent): void {
    if (event.type !== 'queued' && !this.#tar.readableEnded) {
      this.#held.push(event);
      return;
    }
    this.flush();
    this.#reply.progress(event);
  }

  flush(): void {
    for (const event of this.#held.splice(0)) this.#reply.progress(event);
  }
}

type Wishes = Omit<BuildRequest, 'manifest' | 'context'> & { readonly preamble?: number };

function wishesOf(query: URLSearchParams): Wishes {
  const args = query.has('buildArg') ? { buildArg: query.getAll('buildArg') } : {};
  const { health, content, force, noCache, pull, buildArg, target, preamble } = checkQuery({
    ...queryOf(query),
    ...args,
  }) as BuildQuery;
  const pairs = buildArg.map((text) => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)]);
  return {
    health,
    ...(content === undefined ? {} : { content }),
    force: force === 'true',
    noCache: noCache === 'true',
    pull: pull === 'true',
    ...(target === undefined ? {} : { target }),
    ...(preamble === undefined ? {} : { preamble: preambleBytes(preamble) }),
    buildArgs: Object.fromEntries(pairs) as Record<string, string>,
  };
}

function preambleBytes(text: string): number {
  const bytes = Number(text);
  if (bytes <= MOST_PREAMBLE_BYTES) return bytes;
  throw new FaasoError('too_large', `The preamble has ${bytes} bytes; it can have ${MOST_PREAMBLE_BYTES}.`);
}

function manifestFor(funko: string, text: string): Manifest {
  const manifest = parseManifest(text, MANIFEST_FILE);
  if (manifest.name === funko) return manifest;
  const message = `${MANIFEST_FILE} says "name: ${manifest.name}", and it was sent to the funko "${funko}"; both must be the same.`;
  throw new FaasoError('bad_manifest', message);
}

function tooLate({ limits }: AdminOptions, cause: unknown): FaasoError {
  const seconds = (limits?.buildMs ?? DEFAULT_BUILD_MS) / 1000;
  const message = `The build took longer than ${seconds} s, which is all it may take here (FAASO_BUILD_SECONDS).`;
  return new FaasoError('cancelled', message, { cause });
}
