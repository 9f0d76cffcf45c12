/**
 * A build context's digest: of its tar without funko.yml, and of what else makes a difference. Times are no part of it: BuildKit does not
 * look at them either when it decides whether a step's layer can be used again.
 */
import { createHash, type Hash } from 'node:crypto';
import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { TarScan } from './tar-scan.ts';

/** What changes an image and is not in the tar. */
export interface AlsoCounts {
  /** The health path. */
  readonly health: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The stage that is built. */
  readonly target?: string | undefined;
  /** The text of a Dockerfile that is not in the tar. */
  readonly dockerfile?: string | undefined;
}

/** Reads a tar to its end and gives the digest: SHA-256, in hex. Throws what reading throws. */
export async function digestOf(tar: AsyncIterable<Uint8Array>, also: AlsoCounts): Promise<string> {
  const hash = new ContentHash(also);
  for await (const chunk of tar) hash.update(chunk as Buffer);
  return hash.digest();
}

/**
 * Passes a tar on and takes its digest on the way.
 * @param atEnd hears the digest before the last chunk is passed on. What it throws breaks the stream there, so that
 * a reader never gets the whole of it.
 */
export function withDigest(tar: Readable, also: AlsoCounts, atEnd: (digest: string) => void): Readable {
  const digesting = new Digesting(new ContentHash(also), atEnd);
  pipeline(tar, digesting, () => undefined);
  // Destroyed before anybody listens: a later reader still gets the error.
  digesting.on('error', () => undefined);
  return digesting;
}

class ContentHash {
  readonly #hash: Hash;
  readonly #scan: TarScan;

  constructor({ health, buildArgs = {}, target, dockerfile }: AlsoCounts) {
    const args = Object.entries(buildArgs).sort(([a], [b]) => (a < b ? -1 : 1));
    const hash = createHash('sha256').update(`${JSON.stringify({ health, args, target, dockerfile })}\n`);
    this.#hash = hash;
    this.#scan = new TarScan({
      header: (block) => hash.update(timeless(block)),
      data: (bytes) => hash.update(bytes),
    });
  }

  update(chunk: Buffer): void {
    this.#scan.push(chunk);
  }

  digest(): string {
    return this.#hash.update(this.#scan.rest).digest('hex');
  }
}

/** The fields `mtime` and `chksum` blanked: bytes 136 to 155. */
function timeless(block: Buffer): Buffer {
  return block.fill(0, 136, 156);
}

class Digesting extends Transform {
  readonly #hash: ContentHash;
  readonly #atEnd: (digest: string) => void;
  #held: Buffer | undefined;

  constructor(hash: ContentHash, atEnd: (digest: string) => void) {
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
      this.#atEnd(this.#hash.digest());
      done(null, this.#held);
    } catch (error) {
      done(error as Error);
    }
  }
}
