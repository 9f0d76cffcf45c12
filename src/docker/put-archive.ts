/** Files into a container, whether it runs or not. */
import type { Readable } from 'node:stream';
import type { Engine } from './engine/engine.ts';

/** Unpacks an uncompressed tar into a folder of a container. Throws `engine_*`. */
export async function putArchive(
  engine: Engine,
  id: string,
  folder: string,
  tar: AsyncIterable<unknown>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  const archive = Buffer.concat(chunks) as unknown as Readable;
  await engine.call(
    `writing files into ${folder} of container ${id}`,
    async (docker, abortSignal) =>
      docker.getContainer(id).putArchive(archive, { path: folder, abortSignal }) as Promise<unknown>,
  );
}
