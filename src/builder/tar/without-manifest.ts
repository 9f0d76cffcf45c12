/** funko.yml is the first entry of a build context; the engine does not get it, because settings are not content. */
import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { MANIFEST_FILE } from '../../funko/manifest/schema.ts';
import { BLOCK_BYTES } from './tar-header.ts';
import { nameOf, sizeOf } from './tar-scan.ts';

/** Passes a tar on without its first entry, if that is funko.yml. Either stream destroyed destroys the other. */
export function withoutManifest(tar: Readable): Readable {
  const rest = new WithoutManifest();
  pipeline(tar, rest, () => undefined);
  // Destroyed before anybody listens: a later reader still gets the error.
  rest.on('error', () => undefined);
  return rest;
}

class WithoutManifest extends Transform {
  #head: Buffer | undefined = Buffer.alloc(0);
  #toSkip = 0;

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    done(null, this.#head ? this.#begin(Buffer.concat([this.#head, chunk])) : this.#skip(chunk));
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#head);
  }

  #begin(head: Buffer): Buffer | undefined {
    this.#head = head.length < BLOCK_BYTES ? head : undefined;
    if (this.#head) return undefined;
    const header = head.subarray(0, BLOCK_BYTES);
    if (nameOf(header) === MANIFEST_FILE)
      this.#toSkip = BLOCK_BYTES + Math.ceil(sizeOf(header) / BLOCK_BYTES) * BLOCK_BYTES;
    return this.#skip(head);
  }

  #skip(chunk: Buffer): Buffer {
    const rest = chunk.subarray(this.#toSkip);
    this.#toSkip -= chunk.length - rest.length;
    return rest;
  }
}
