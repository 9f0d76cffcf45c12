import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** A tar of these files, in this order. */
export async function tarOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  return buffer(tar);
}
