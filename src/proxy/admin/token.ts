/** The admin token: made at the first start, kept in the data folder, read by nobody but this process and `faaso login`. */
import { randomBytes } from 'node:crypto';
import { chmod, link, lstat, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';

const TOKEN_BYTES = 32;
/** What may be in the Authorization header (RFC 9110, 11.2: token68), and is too long to be guessed. */
const TOKEN = /^[A-Za-z0-9._~+/-]{32,512}=*$/;

/**
 * The token in `folder`, made if there is none: 32 random bytes as base64url in a file of mode 0600. Made as a whole or
 * not at all, and by one process only, however many start at once.
 * Throws `bad_setting` for a folder or a file that can't be used; the message never holds the token.
 */
export async function loadToken(folder: string): Promise<string> {
  const file = join(folder, 'token');
  try {
    return (await existing(file)) ?? (await made(folder, file)) ?? (await loadToken(folder));
  } catch (error) {
    if (error instanceof FaasoError) throw error;
    const message = `The token file ${file} can't be read or made: ${messageOf(error)}. FAASO_DATA must be a folder that this process may write to.`;
    throw new FaasoError('bad_setting', message, { cause: error });
  }
}

async function existing(file: string): Promise<string | undefined> {
  const stat = await lstat(file).catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!stat) return undefined;
  if (!stat.isFile()) throw unusable(file, 'is not an ordinary file');
  const token = (await readFile(file, 'utf8')).trim();
  if (!TOKEN.test(token))
    throw unusable(file, token === '' ? 'is empty' : 'holds no token of 32 to 512 characters');
  if ((stat.mode & 0o077) !== 0) await chmod(file, 0o600);
  return token;
}

/** Undefined if another process was first. */
async function made(folder: string, file: string): Promise<string | undefined> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const draft = join(folder, `.token-${randomBytes(6).toString('hex')}`);
  try {
    await write(draft, token);
    await link(draft, file);
    return token;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return undefined;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function write(file: string, token: string): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(token);
  await handle.sync();
}

function unusable(file: string, why: string): FaasoError {
  const fix = `Remove it and start again, then a new one is made; "faaso login" has to be done again.`;
  return new FaasoError('bad_setting', `The token file ${file} ${why}. ${fix}`);
}
