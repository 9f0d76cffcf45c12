/** Whom a folder of a container belongs to, and whether anything is in it. */
import type { Readable } from 'node:stream';
import type { Extract } from 'tar-stream';
import { unlessMissing, type Engine } from './engine/engine.ts';

export interface FolderHead {
  readonly uid: number;
  readonly gid: number;
  /** The bits of chmod. */
  readonly mode: number;
  readonly mtime: Date;
  readonly isEmpty: boolean;
}

/** The folder at a path of a container, whether it runs or not; undefined if there is none. Throws `engine_*`. */
export async function folderHead(engine: Engine, id: string, path: string): Promise<FolderHead | undefined> {
  const { extract } = await import('tar-stream');
  return unlessMissing(
    engine.call(`looking at ${path} of container ${id}`, async (docker, abortSignal) => {
      const archive = await docker.getContainer(id).getArchive({ path, abortSignal });
      return headOf(archive as unknown as Readable, extract());
    }),
  );
}

/** The engine sends the whole folder: no more is read than its first two entries. */
async function headOf(archive: Readable, entries: Extract): Promise<FolderHead | undefined> {
  archive.once('error', (error) => entries.destroy(error));
  archive.pipe(entries);
  let head: FolderHead | undefined;
  try {
    for await (const entry of entries) {
      if (head) return { ...head, isEmpty: false };
      const { uid, gid, mode, mtime } = entry.header;
      head = { uid, gid, mode, mtime, isEmpty: true };
      entry.resume();
    }
    return head;
  } finally {
    archive.destroy();
  }
}
