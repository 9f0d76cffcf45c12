/** A build context's digest: of its tar, which is the same for the same content, and of what else makes a difference. */
import { createHash, type Hash } from 'node:crypto';
import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';

/** What changes an image and is not in the tar. */
export interface AlsoCounts {
  /** The health path. */
  readonly health: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** Reads a tar to its end and gives the digest: SHA-256, in hex. Throws what reading throws. */
export async function digestOf(tar: AsyncIterable<Uint8Array>, also: AlsoCounts): Promise<string> {
  const hash = hashOf(also);
  for await (const chunk of tar) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Passes a tar on and takes its digest on the way.
 * @param atEnd hears the digest before the last chunk is passed on. What it throws breaks the stream there, so that
 * whoever reads never gets the whole of it.
 */
export function withDigest(tar: Readable, also: AlsoCounts, atEnd: (digest: string) => void): Readable {
  const digesting = new Digesting(hashOf(also), atEnd);
  pipeline(tar, digesting, () => undefined);
  // Destroyed before anybody listens: who reads later sees the error all the same.
  digesting.on('error', () => undefined);
  return digesting;
}

function hashOf({ health, buildArgs = {} }: AlsoCounts): Hash {
  const args = Object.entries(buildArgs).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(`${JSON.stringify({ health, args })}\n`);
}

class Digesting extends Transform {
  readonly #hash: Hash;
  readonly #atEnd: (digest: string) => void;
  #held: Buffer | undefined;

  constructor(hash: Hash, atEnd: (digest: string) => void) {
    super();
    this.#hash = hash;
    this.#atEnd = atEnd;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#hash.update(chunk);
    const before = this.#held;
    this.#held = chunk;
    done(null, before);
  }

  override _flush(done: TransformCallback): void {
    try {
      this.#atEnd(this.#hash.digest('hex'));
      done(null, this.#held);
    } catch (error) {
      done(error as Error);
    }
  }
}
