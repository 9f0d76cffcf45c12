/** The image of the helper container: its program and nothing else, made on the spot where it is not there yet. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { HELPER_IMAGE } from '../../funko/naming/secret-names.ts';
import { bytesOf, MOST_ANSWER_BYTES } from '../engine/answer.ts';
import type { Engine } from '../engine/engine.ts';
import type { Program } from './program.ts';
import { LABEL } from '../../funko/naming/labels.ts';

/** Where the program lies in the image. */
export const PROGRAM_PATH = '/helper';

/** Images that are being made: made twice at once, one of them would lose its tag to the other. */
const making = new WeakMap<Engine, Promise<void>>();

/** The image's tag: another program is another image. */
export function helperImageTag({ file }: Program): string {
  return `${HELPER_IMAGE}:${createHash('sha256').update(file).digest('hex').slice(0, 12)}`;
}

/** Makes the image. Throws `engine_*`. */
export async function makeHelperImage(engine: Engine, program: Program): Promise<void> {
  const made = making.get(engine) ?? make(engine, program);
  making.set(engine, made);
  try {
    await made;
  } finally {
    making.delete(engine);
  }
}

async function make(engine: Engine, program: Program): Promise<void> {
  const [repo, tag] = helperImageTag(program).split(':');
  const { pack } = await import('tar-stream');
  const tar = pack();
  tar.entry({ name: PROGRAM_PATH.slice(1), mode: 0o755 }, program.file);
  tar.finalize();
  const archive = await buffer(tar);
  const options = { repo, tag, changes: [`LABEL ${LABEL.helper}=`] };
  await engine.call('making the image of the helper container', async (docker, abortSignal) => {
    const answer = await docker.importImage(archive as unknown as string, { ...options, abortSignal });
    // It is there when the answer has ended.
    await bytesOf(answer, MOST_ANSWER_BYTES);
  });
}
