/** What the engine says while it builds: BuildKit's progress, the image's ID, or why there is none. */
import { FaasoError } from '../errors.ts';
import { BuildProgress, type BuildEvent } from './buildkit-progress.ts';
import { decodeTrace } from './buildkit-trace.ts';
import { JsonLines } from './json-lines.ts';

/** BuildKit puts up to 1 MiB of a step's log into one message, sometimes a little more; base64 makes it longer. */
const LONGEST_LINE = 16 * 1024 * 1024;

interface BuildMessage {
  readonly id?: string;
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/**
 * Reads the answer to its end and tells what happens. A failed build is a 200 too: what happened is in the stream.
 * @returns the image's ID
 * Throws `build_failed`, and `engine_failed` for an answer that makes no sense.
 */
export async function readBuild(
  answer: AsyncIterable<Uint8Array>,
  onEvent: (event: BuildEvent) => void,
): Promise<string> {
  const lines = new JsonLines('build progress', LONGEST_LINE);
  const progress = new BuildProgress(onEvent);
  let imageId: string | undefined;
  for await (const chunk of answer) {
    for (const message of lines.push(chunk) as BuildMessage[]) {
      if (message.error !== undefined || message.errorDetail) throw failure(message, progress);
      if (message.id === 'moby.buildkit.trace' && typeof message.aux === 'string') {
        progress.add(decodeTrace(message.aux));
      } else if (message.id === 'moby.image.id') {
        imageId = (message.aux as { ID?: string } | undefined)?.ID;
      }
    }
  }
  lines.end();
  if (imageId !== undefined) return imageId;
  throw new FaasoError('build_failed', 'The engine ended the build without an image and without an error.');
}

function failure(message: BuildMessage, progress: BuildProgress): FaasoError {
  const words = message.errorDetail?.message ?? message.error ?? 'no reason given';
  const { failed } = progress;
  const details = failed ? [failed.name, ...failed.lastLines] : [];
  return new FaasoError('build_failed', `The build failed: ${words}`, { details });
}
