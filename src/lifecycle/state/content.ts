/**
 * Whether a build context is what the newest version was built from. That is remembered as a label of its image, and labels
 * are given to the engine before the first byte of the context: so its digest must be known by then. The sender of the
 * context says it, and is believed when it has passed and was so; or the context is small enough to be read first.
 */
import { Readable } from 'node:stream';
import { digestOf, withDigest } from '../../builder/tar/digest.ts';
import { readAhead } from '../../builder/tar/read-ahead.ts';
import { withoutManifest } from '../../builder/tar/without-manifest.ts';
import { FaasoError } from '../../errors.ts';
import type { BuildRequest } from '../../api/funko-api.ts';
import type { Version } from './version-list.ts';
import { LABEL } from '../../funko/naming/labels.ts';

export interface Content {
  /** To be read in place of the request's: without funko.yml. It breaks before its end if its digest is not what was said. */
  readonly context: BuildRequest['context'];
  /** Empty if it can't be known in time. */
  readonly digest: string;
  /** The newest version, if it has just this content and nothing asks for another build of it. */
  readonly same?: Version;
}

/** So much of a context whose digest nobody says is read before it is built, in bytes. */
const READ_FIRST = 16 * 1024 * 1024;

/**
 * The content of a request, and whether it is what the newest version was built from (if that matters to the caller).
 * Throws what reading the context throws; the context that is returned can throw `bad_context`.
 */
export async function contentOf(request: BuildRequest, newest: Version | undefined): Promise<Content> {
  const { content: said } = request;
  const content = said === undefined ? await readFirst(request) : verified(request, said);
  const { digest } = content;
  // What is said is believed here: if it is not so, it is he who said it that gets no build.
  return newest && isOf(newest, digest, request) ? { ...content, same: newest } : content;
}

/** Whether the request says that its content is what the newest version was built from: so nothing is to be built. */
export function saysNothingNew(request: BuildRequest, newest: Version | undefined): boolean {
  return newest !== undefined && isOf(newest, request.content ?? '', request);
}

function isOf({ image }: Version, digest: string, request: BuildRequest): boolean {
  return digest !== '' && image.labels[LABEL.content] === digest && !isWantedAnyway(request);
}

async function readFirst(request: BuildRequest): Promise<Content> {
  const ahead = await readAhead(withoutManifest(request.context), READ_FIRST);
  if (ahead.all === undefined) return { context: ahead.rest, digest: '' };
  const digest = await digestOf(Readable.from([ahead.all]), request);
  return { context: Readable.from([ahead.all]), digest };
}

function verified(request: BuildRequest, said: string): Content {
  const context = withDigest(withoutManifest(request.context), request, (digest) => {
    if (digest === said) return;
    const message = `The build context is not what its digest says: ${digest}, not ${said}. Did a file change? Build again.`;
    throw new FaasoError('bad_context', message);
  });
  return { context, digest: said };
}

/** What these two ask for lies outside of the content. */
function isWantedAnyway({ force, noCache, pull }: BuildRequest): boolean {
  return force === true || noCache === true || pull === true;
}
