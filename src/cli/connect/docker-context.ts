/** Which engine `docker` would speak to: DOCKER_HOST, else DOCKER_CONTEXT, else the context in use, else the usual socket. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_SOCKET, parseEndpoint, type Endpoint, type TlsFiles } from '../../docker/engine/endpoint.ts';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import type { CliSession } from '../session.ts';

/** The context that means the usual socket; it has no files. */
const DEFAULT_CONTEXT = 'default';
const MISSING = new Set(['ENOENT', 'ENOTDIR', 'EACCES']);

/** Where the engine is, and the setting that says so, for messages. */
export interface FoundEndpoint {
  readonly endpoint: Endpoint;
  readonly setting: string;
}

interface ChosenContext {
  readonly name: string;
  readonly setting: string;
}

/**
 * The engine of this session.
 * @throws FaasoError `bad_setting` for an address that FaaSO can't use, a context that is not there, or files that can't be read
 */
export async function engineEndpoint(
  session: Pick<CliSession, 'environment' | 'home'>,
): Promise<FoundEndpoint> {
  const { environment } = session;
  const folder = given(environment.DOCKER_CONFIG) ?? join(session.home, '.docker');
  const host = given(environment.DOCKER_HOST);
  if (host !== undefined) {
    const tls = host.startsWith('tcp:') ? await tlsOfEnvironment(session, folder) : undefined;
    return { endpoint: parseEndpoint(host, 'DOCKER_HOST', tls), setting: 'DOCKER_HOST' };
  }
  const context = await chosenContext(given(environment.DOCKER_CONTEXT), folder);
  if (context.name !== DEFAULT_CONTEXT) return endpointOfContext(context, folder);
  return { endpoint: { type: 'socket', path: DEFAULT_SOCKET }, setting: 'DOCKER_HOST' };
}

async function chosenContext(asked: string | undefined, folder: string): Promise<ChosenContext> {
  if (asked !== undefined) return { name: asked, setting: `DOCKER_CONTEXT "${asked}"` };
  const file = join(folder, 'config.json');
  const text = await readIfThere(file);
  const { currentContext } = text === undefined ? {} : (parsed(text, file) as { currentContext?: unknown });
  const name = typeof currentContext === 'string' && currentContext !== '' ? currentContext : DEFAULT_CONTEXT;
  return { name, setting: `the Docker context "${name}"` };
}

async function endpointOfContext({ name, setting }: ChosenContext, folder: string): Promise<FoundEndpoint> {
  const id = process.getBuiltinModule('node:crypto').createHash('sha256').update(name).digest('hex');
  const file = join(folder, 'contexts', 'meta', id, 'meta.json');
  const text = await readIfThere(file);
  if (text === undefined) {
    const message = `${setting} is not there: no file ${file}. List the contexts with: docker context ls`;
    throw new FaasoError('bad_setting', message);
  }
  const { Endpoints: endpoints } = parsed(text, file) as { Endpoints?: { docker?: unknown } | null };
  const { Host: host, SkipTLSVerify: isUnverified } = Object(endpoints?.docker) as Record<string, unknown>;
  if (typeof host !== 'string' || host === '')
    throw new FaasoError('bad_setting', `${setting} names no engine: ${file} has no Endpoints.docker.Host.`);
  const tls = await tlsIn(join(folder, 'contexts', 'tls', id, 'docker'), isUnverified !== true);
  const isEncrypted = tls.ca ?? tls.cert ?? tls.key ?? isUnverified === true;
  return { endpoint: parseEndpoint(host, setting, isEncrypted === false ? undefined : tls), setting };
}

/** As `docker` does it: DOCKER_TLS_VERIFY or DOCKER_TLS, set to anything, turns TLS on. */
async function tlsOfEnvironment(
  { environment }: Pick<CliSession, 'environment'>,
  folder: string,
): Promise<TlsFiles | undefined> {
  const verify = given(environment.DOCKER_TLS_VERIFY) !== undefined;
  if (!verify && given(environment.DOCKER_TLS) === undefined) return undefined;
  const path = given(environment.DOCKER_CERT_PATH);
  const tls = await tlsIn(path ?? folder, verify);
  if (path !== undefined && !tls.ca && !tls.cert) {
    const message = `DOCKER_CERT_PATH is "${path}"; it must be a folder with ca.pem, cert.pem and key.pem.`;
    throw new FaasoError('bad_setting', message);
  }
  return tls;
}

async function tlsIn(folder: string, verify: boolean): Promise<TlsFiles> {
  const [ca, cert, key] = await Promise.all(
    ['ca', 'cert', 'key'].map(async (name) => readIfThere(join(folder, `${name}.pem`))),
  );
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), verify };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (MISSING.has(systemCodeOf(error) ?? '')) return undefined;
    throw new FaasoError('bad_setting', `${file} can't be read: ${messageOf(error)}`, { cause: error });
  }
}

function parsed(text: Buffer, file: string): object {
  try {
    return Object(JSON.parse(text.toString('utf8'))) as object;
  } catch (error) {
    throw new FaasoError('bad_setting', `${file} is not valid JSON: ${messageOf(error)}`, { cause: error });
  }
}

/** A variable that is set to nothing counts as not set. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
