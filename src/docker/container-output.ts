/** What a container wrote: the end of its log, and files inside it. */
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { FaasoError } from '../errors.ts';
import { unlessMissing, type Engine } from './engine.ts';

const MOST_LOG_BYTES = 256 * 1024;
const MOST_FILE_BYTES = 1024 * 1024;
/** The engine's frame head in a log without a terminal: stream, three zeros, length. */
const HEAD_BYTES = 8;

/** The last lines that a container wrote, of both streams; none if it is gone. Throws `engine_*`. */
export async function lastLines(engine: Engine, id: string, count: number): Promise<string[]> {
  const log = await unlessMissing(
    engine.call(`reading the log of container ${id}`, async (docker) =>
      docker.getContainer(id).logs({ stdout: true, stderr: true, tail: count, follow: false }),
    ),
  );
  if (!log) return [];
  const text = unframed(log.subarray(-MOST_LOG_BYTES)).toString('utf8');
  return text
    .replace(/\n$/, '')
    .split('\n')
    .slice(-count)
    .filter((line) => line !== '');
}

/** The bytes of a log without the frames' heads; a terminal's log has none and is given as it is. */
export function unframed(log: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= log.length) {
    const stream = log[at] ?? 255;
    if (stream > 2 || log[at + 1] !== 0 || log[at + 2] !== 0 || log[at + 3] !== 0) return log;
    const end = at + HEAD_BYTES + log.readUInt32BE(at + 4);
    parts.push(log.subarray(at + HEAD_BYTES, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/**
 * One file inside a container, at most 1 MiB, whether it runs or not.
 * Throws `not_found` if there is no such file or container, `too_large`, `engine_*`.
 */
export async function readFile(engine: Engine, container: string, path: string): Promise<Buffer> {
  const found = await unlessMissing(
    engine.call(`reading ${path} in container ${container}`, async (docker) => {
      const archive = (await docker.getContainer(container).getArchive({ path })) as unknown as Readable;
      return firstFile(archive, path);
    }),
  );
  if (found) return found;
  throw new FaasoError('not_found', `There is no container "${container}" with a file ${path}.`);
}

async function firstFile(archive: Readable, path: string): Promise<Buffer> {
  const entries = archive.pipe(extract());
  archive.once('error', (error) => entries.destroy(error));
  for await (const entry of entries) {
    if (entry.header.type !== 'file') break;
    if ((entry.header.size ?? 0) > MOST_FILE_BYTES) {
      throw new FaasoError(
        'too_large',
        `${path} has ${entry.header.size} bytes; at most ${MOST_FILE_BYTES} are read.`,
      );
    }
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    archive.destroy();
    return Buffer.concat(chunks);
  }
  throw new FaasoError('not_found', `${path} is no regular file.`);
}
