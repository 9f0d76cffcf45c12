/** The server that commands talk to: whether it answers, takes the token, is in step, and has funkos that are well. */
import { stat } from 'node:fs/promises';
import { FaasoError } from '../../errors.ts';
import type { FunkoApi, Where } from '../../api/funko-api.ts';
import { faasoVersion } from '../../version.ts';
import { configFile, storedToken } from '../connect/config.ts';
import { NO_TOKEN, serverFunkos } from '../connect/connect.ts';
import { isLocal } from '../connect/server-url.ts';
import type { CliSession } from '../session.ts';
import { tokenOf } from '../settings.ts';
import { staleReason } from '../connect/readyz.ts';
import { fine, type Finding } from './finding.ts';
import { checkFunkos } from './funko-checks.ts';

/** Checks the server, as far as it lets itself be asked. */
export async function checkServer(server: string, session: CliSession): Promise<Finding[]> {
  const given = tokenOf(session.environment);
  const token = given ?? (await storedToken(configFile(session), server));
  const funkos = await serverFunkos(server, token ?? NO_TOKEN);
  const where = await funkos.where(session.signal).catch((error: unknown) => {
    session.signal.throwIfAborted();
    if (error instanceof FaasoError) return error;
    throw error;
  });
  if (where instanceof FaasoError && where.code !== 'unauthorized') return [silent(server, where)];
  const known = [await reached(server, session), ...(await checkFile(session))];
  if (where instanceof FaasoError) return [...known, refused(server, token, given !== undefined)];
  return [...known, fine('token', `${server} takes the token`), ...(await inside(funkos, where, session))];
}

function silent(server: string, { message }: FaasoError): Finding {
  const start = isLocal(server)
    ? 'docker compose up -d in FaaSO’s folder, or set FAASO_SERVER to where the server is'
    : 'see that the server runs and its port is open to this machine, or set FAASO_SERVER to where it is';
  return { check: 'server', state: 'failed', message, fix: start };
}

async function reached(server: string, { signal }: CliSession): Promise<Finding> {
  const stale = await staleReason(server, signal);
  if (stale === undefined) return fine('server', `${server} answers, and is in step with its engine`);
  const message = `${server} answers, but is not in step with its engine: ${stale}`;
  return {
    check: 'server',
    state: 'failed',
    message,
    fix: 'see that its engine runs; then: docker logs faaso-proxy',
  };
}

function refused(server: string, token: string | undefined, fromEnvironment: boolean): Finding {
  const message =
    token === undefined ? `no token for ${server} is known` : `${server} does not accept the token`;
  const fix = fromEnvironment ? 'set FAASO_TOKEN to its token, or unset it and: ' : '';
  return { check: 'token', state: 'failed', message, fix: `${fix}faaso login ${server}` };
}

/** The file has the tokens of all servers. */
async function checkFile(session: CliSession): Promise<Finding[]> {
  const file = configFile(session);
  const found = await stat(file).catch(() => undefined);
  if (!found || (found.mode & 0o077) === 0) return [];
  const message = `${file}, which holds tokens, can be read by others`;
  return [{ check: 'token', state: 'warning', message, fix: `chmod 600 ${file}` }];
}

async function inside(funkos: FunkoApi, where: Where, { signal }: CliSession): Promise<Finding[]> {
  return [checkVersions(where), ...(await checkFunkos(funkos, signal))];
}

function checkVersions({ faaso, engine }: Where): Finding {
  const own = faasoVersion();
  const message = `this command is FaaSO ${own}, the server ${faaso}, on Docker Engine ${engine}`;
  if (faaso === own) return fine('versions', message);
  const fix = 'bring both to the same version: they may understand each other only in part';
  return { check: 'versions', state: 'warning', message, fix };
}
