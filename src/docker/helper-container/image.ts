/** The image of the scribe: its program and nothing else, made on the spot where it is not there yet. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { LABEL } from '../../funko/naming/naming.ts';
import { SCRIBE_IMAGE } from '../../funko/naming/secret.ts';
import type { Engine } from '../engine/engine.ts';
import type { Program } from './program.ts';

/** Where the program lies in the image. */
export const PROGRAM_PATH = '/scribe';

/** Images that are being made: made twice at once, one of them would lose its tag to the other. */
const making = new WeakMap<Engine, Promise<void>>();

/** The image's tag: another program is another image. */
export function scribeTag({ file }: Program): string {
  return `${SCRIBE_IMAGE}:${createHash('sha256').update(file).digest('hex').slice(0, 12)}`;
}

/** Makes the image. Throws `engine_*`. */
export async function makeScribeImage(engine: Engine, program: Program): Promise<void> {
  const made = making.get(engine) ?? make(engine, program);
  making.set(engine, made);
  try {
    await made;
  } finally {
    making.delete(engine);
  }
}

async function make(engine: Engine, program: Program): Promise<void> {
  const [repo, tag] = scribeTag(program).split(':');
  const { pack } = await import('tar-stream');
  const tar = pack();
  tar.entry({ name: PROGRAM_PATH.slice(1), mode: 0o755 }, program.file);
  tar.finalize();
  const archive = await buffer(tar);
  const options = { repo, tag, changes: [`LABEL ${LABEL.scribe}=`] };
  await engine.call('making the image of the scribe', async (docker, abortSignal) => {
    const answer = await docker.importImage(archive as unknown as string, { ...options, abortSignal });
    // It is there when the answer has ended.
    await buffer(answer);
  });
}
