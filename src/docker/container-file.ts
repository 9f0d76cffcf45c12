/** Files inside a container. */
import type { Readable } from 'node:stream';
import type { Extract } from 'tar-stream';
import { FaasoError } from '../errors.ts';
import { unlessMissing, type Engine } from './engine/engine.ts';

const MOST_FILE_BYTES = 1024 * 1024;

/**
 * One file inside a container, at most 1 MiB, whether it runs or not.
 * Throws `not_found` if there is no such file or container, `too_large`, `engine_*`.
 */
export async function readFile(engine: Engine, container: string, path: string): Promise<Buffer> {
  const { extract } = await import('tar-stream');
  const found = await unlessMissing(
    engine.call(`reading ${path} in container ${container}`, async (docker, abortSignal) => {
      const archive = await docker.getContainer(container).getArchive({ path, abortSignal });
      return firstFile(archive as unknown as Readable, extract(), path);
    }),
  );
  if (found) return found;
  throw new FaasoError('not_found', `There is no container "${container}" with a file ${path}.`);
}

/** Reads as little as it must: whatever happens, the connection is given up in the end. */
async function firstFile(archive: Readable, extraction: Extract, path: string): Promise<Buffer> {
  const entries = archive.pipe(extraction);
  archive.once('error', (error) => entries.destroy(error));
  archive.once('close', () => {
    if (!archive.readableEnded) entries.destroy(cutShort(path));
  });
  try {
    for await (const entry of entries) {
      if (entry.header.type !== 'file') break;
      return await bytesOf(entry, entry.header.size, path);
    }
  } finally {
    archive.destroy();
  }
  throw new FaasoError('not_found', `${path} is not a regular file.`);
}

async function bytesOf(entry: AsyncIterable<unknown>, size: number, path: string): Promise<Buffer> {
  if (size > MOST_FILE_BYTES) {
    throw new FaasoError('too_large', `${path} has ${size} bytes; at most ${MOST_FILE_BYTES} are read.`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function cutShort(path: string): FaasoError {
  return new FaasoError('engine_unreachable', `The engine broke off while ${path} was being read.`);
}
