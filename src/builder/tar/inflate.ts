/** A build context that came compressed, inflated while it streams. */
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/**
 * What a gzip holds, in small chunks and no faster than it is read; the reader counts and breaks off. Either stream
 * destroyed destroys the other. It fails with zlib's errors for bytes that are not gzip, are incomplete, or have garbage after their end.
 */
export function inflated(gzip: Readable): Readable {
  const gunzip = createGunzip();
  pipeline(gzip, gunzip, () => undefined);
  return gunzip;
}

/** Whether bytes are the beginning of a gzip; no tar begins so. */
export function beginsAsGzip(bytes: Buffer): boolean {
  return bytes.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
}

/** What zlib found wrong, as `bad_context`; undefined for an error that is not zlib's. */
export function gzipError(error: unknown): FaasoError | undefined {
  if (systemCodeOf(error)?.startsWith('Z_') !== true) return undefined;
  const message = `The build context is not a whole gzip: ${messageOf(error)}.`;
  return new FaasoError('bad_context', message, { cause: error });
}
