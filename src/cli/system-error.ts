/** System errors that a person can cause and fix (a full disk, a folder without write permission), in words. Pure. */
import { dirname } from 'node:path';
import { FaasoError, messageOf, systemCodeOf } from '../errors.ts';

interface ErrorWords {
  /** What the system says, without its code. */
  readonly why: string;
  readonly fix: string;
}

const OTHER_PLACE = 'Check the path, or choose another one.';
const NETWORK = 'Check the network and the address.';

const WORDS: Readonly<Record<string, ErrorWords>> = {
  EACCES: {
    why: 'permission denied',
    fix: 'Check its owner and mode with "ls -ld", or choose another place.',
  },
  EPERM: { why: 'operation not permitted', fix: 'Check its owner and mode with "ls -ld".' },
  ENOENT: { why: 'no such file or folder', fix: OTHER_PLACE },
  ENOTDIR: { why: 'a part of the path is a file, not a folder', fix: OTHER_PLACE },
  EISDIR: { why: 'it is a folder, not a file', fix: OTHER_PLACE },
  ENOTEMPTY: { why: 'the folder is not empty', fix: 'Choose another one, or move it away.' },
  EEXIST: { why: 'it exists already', fix: 'Choose another name, or move it away.' },
  ELOOP: { why: 'too many symbolic links: one leads back to itself', fix: OTHER_PLACE },
  ENAMETOOLONG: { why: 'the name is too long', fix: 'Choose a shorter one.' },
  EINVAL: { why: 'invalid argument', fix: OTHER_PLACE },
  EROFS: { why: 'the file system is read-only', fix: 'Choose a place on another one.' },
  ENOSPC: { why: 'no space left on device', fix: 'Make room, or choose a place on another disk.' },
  EDQUOT: { why: 'disk quota exceeded', fix: 'Make room, or choose a place on another disk.' },
  EFBIG: { why: 'file too large', fix: 'Choose a place on another file system.' },
  EMFILE: { why: 'too many open files', fix: 'Raise the limit: ulimit -n 4096' },
  ENFILE: { why: 'too many open files on this machine', fix: 'End some programs, and try again.' },
  EBUSY: { why: 'it is in use', fix: 'Try again when nothing uses it.' },
  ETXTBSY: { why: 'it is in use', fix: 'Try again when nothing uses it.' },
  EXDEV: { why: 'it is on another file system', fix: 'Choose a place on the same one.' },
  EIO: { why: 'input or output error', fix: 'Check the disk, or the terminal.' },
  ENXIO: { why: 'no such device or address', fix: OTHER_PLACE },
  ENODEV: { why: 'no such device', fix: OTHER_PLACE },
  ESTALE: { why: 'the network file system lost it', fix: 'Go to the folder again: cd "$PWD"' },
  ENOMEM: { why: 'out of memory', fix: 'End some programs, and try again.' },
  EAGAIN: { why: 'resource temporarily unavailable', fix: 'Try again.' },
  ECONNREFUSED: { why: 'connection refused', fix: NETWORK },
  ECONNRESET: { why: 'the connection was reset', fix: NETWORK },
  ENOTFOUND: { why: 'no such host', fix: NETWORK },
  EAI_AGAIN: { why: 'the name server does not answer', fix: NETWORK },
  ETIMEDOUT: { why: 'it took too long', fix: NETWORK },
  EHOSTUNREACH: { why: 'no route to host', fix: NETWORK },
  ENETUNREACH: { why: 'network is unreachable', fix: NETWORK },
  EADDRINUSE: { why: 'the address is in use', fix: 'Choose another port.' },
  EPIPE: { why: 'nobody reads it any more', fix: 'Try again.' },
};

const READS = new Set(['scandir', 'opendir', 'read', 'stat', 'lstat', 'fstat', 'readlink', 'access']);
const NETWORK_CALLS = new Set(['connect', 'getaddrinfo', 'listen', 'bind']);

/** What the system's code means: `no space left on device`; undefined for codes that no person causes. */
export function wordsOfCode(code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(WORDS, code) ? WORDS[code]?.why : undefined;
}

/** Why something failed, for the end of a sentence: `permission denied (EACCES)`, or the error's own message. */
export function reasonOf(error: unknown): string {
  const code = systemCodeOf(error);
  const why = wordsOfCode(code);
  return why === undefined ? messageOf(error) : `${why} (${String(code)})`;
}

/**
 * An error of the system as an expected failure that names the path, the reason and the fix.
 * @param place what is meant where the system names no path: a write to a file that is open already
 * @returns the error itself if it is no system error, or one that no person can fix
 */
export function asExpected(error: unknown, place?: string): unknown {
  const { code, syscall } = Object(error) as NodeJS.ErrnoException;
  const words = code === undefined || !Object.hasOwn(WORDS, code) ? undefined : WORDS[code];
  if (!(error instanceof Error) || error instanceof FaasoError || syscall === undefined || !words)
    return error;
  const message = `${subjectOf(error, place)}: ${words.why} (${String(code)}). ${words.fix}`;
  return new FaasoError('system_error', message, { cause: error });
}

function subjectOf(error: NodeJS.ErrnoException, meant = 'a file'): string {
  const { syscall = '', path, dest, hostname, address, port } = error as NodeJS.ErrnoException & ErrorPlace;
  if (NETWORK_CALLS.has(syscall)) {
    const host = hostname ?? address ?? path ?? 'the network';
    return `Can't reach ${port === undefined ? host : `${host}:${port}`}`;
  }
  // A temporary folder beside the one that is made: its parent is what can't be written.
  if (syscall === 'mkdtemp' && path !== undefined) return `Can't write to ${dirname(path)}`;
  const place = dest ?? path ?? meant;
  if (syscall === 'open') return `Can't open ${place}`;
  return `Can't ${READS.has(syscall) ? 'read' : 'write'} ${place}`;
}

interface ErrorPlace {
  readonly dest?: string;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
}
