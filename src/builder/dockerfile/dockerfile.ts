/** The Dockerfile of a build context: whose it is, and whether `COPY . .` finds it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaasoError } from '../../errors.ts';
import type { ReadManifest } from '../../funko/manifest/manifest.ts';
import { MANIFEST_FILE } from '../../funko/manifest/schema.ts';
import type { FunkoFiles } from '../funko-files.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { withOwnCaches } from './cache-mounts.ts';
import { withoutMissingSecrets } from './secret-mounts.ts';
import { unreadable, type ContextItem } from '../files/walk.ts';

export const DOCKERFILE = 'Dockerfile';

/** Whether a funko's items have a Dockerfile, so that the runtime's is not used. */
export function hasDockerfile(items: readonly ContextItem[]): boolean {
  return items.some(({ path, kind }) => path === DOCKERFILE && kind !== 'directory');
}

interface DockerfileSource {
  readonly folder: string;
  readonly funko: FunkoFiles;
  readonly runtime: Runtime | undefined;
  /** The IDs of the build secrets that are given; undefined keeps all mounts. */
  readonly secrets: readonly string[] | undefined;
  /** The funko's name. */
  readonly name: string;
  /** Whether no runtime is a folder of somebody's own. */
  readonly hasOnlyNamed: boolean;
}

/**
 * The Dockerfile as an item of its own, if it is no part of the context: one that .dockerignore names, or a runtime's. Then a change
 * of it builds only the steps that changed, and not all that is behind a `COPY . .`.
 * @returns null if it is a file of the context as every other
 * @throws FaasoError `bad_context` if it can't be read or is not UTF-8
 */
export async function dockerfileApart(
  items: readonly ContextItem[],
  { folder, funko, runtime, secrets, name, hasOnlyNamed }: DockerfileSource,
): Promise<(ContextItem & { readonly content: { readonly bytes: Buffer } }) | null> {
  const isOwn = hasDockerfile(funko.items);
  if (isOwn && !funko.ignoresDockerfile) return null;
  const item = items.find(({ path }) => path === DOCKERFILE);
  const file = join(isOwn || !runtime ? folder : runtime.folder, DOCKERFILE);
  const found = item?.kind === 'file' && 'bytes' in item.content ? item.content.bytes : await bytesOf(file);
  const text = checkText(found, file);
  const wanted = isOwn || !secrets ? text : withoutMissingSecrets(text, secrets);
  const bytes = Buffer.from(withOwnCaches(wanted, name, { sharesApt: !isOwn && hasOnlyNamed }));
  return { kind: 'file', path: DOCKERFILE, mode: 0o644, content: { bytes } };
}

/** A link is followed, as docker does. */
async function bytesOf(file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
}

function checkText(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FaasoError('bad_context', `${file}: it is not valid UTF-8; save it as UTF-8`, { cause: error });
  }
}

/** A Dockerfile in the folder wins, as all its files do; a runtime's may have been meant. */
export function unusedRuntime(
  runtime: Runtime | undefined,
  { manifest, source }: ReadManifest,
  own: readonly ContextItem[],
): string[] {
  if (!runtime || !hasDockerfile(own)) return [];
  const what = `the folder's own Dockerfile is used, and not that of the runtime ${manifest.runtime ?? ''}`;
  return [`${source.positionOf(['runtime'])}: ${what}; take it away if that is not meant`];
}

/** A Dockerfile of the folder's own that copies funko.yml, which the engine does not get. */
export async function manifestCopied(own: readonly ContextItem[]): Promise<string[]> {
  const item = own.find(({ path, kind }) => path === DOCKERFILE && kind === 'file');
  if (item?.kind !== 'file' || !('file' in item.content)) return [];
  const { file } = item.content;
  // What can't be read is told when it is sent.
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const index = lines.findIndex((line) => /^\s*(COPY|ADD)\s(.*[\s/"[])?funko\.yml[\s",]/i.test(line));
  if (index < 0) return [];
  const why = `it copies ${MANIFEST_FILE}, which is settings and not sent to the engine`;
  return [`${file}:${index + 1}: ${why}; copy a file of another name, or use "env"`];
}

/** Throws `bad_runtime` or `bad_context` if there is no Dockerfile. */
export function checkDockerfile(
  items: readonly ContextItem[],
  folder: string,
  runtime: Runtime | undefined,
): void {
  if (hasDockerfile(items)) return;
  if (runtime)
    throw new FaasoError(
      'bad_runtime',
      `${runtime.folder}: the runtime brings neither Dockerfile nor Dockerfile.ejs`,
    );
  const message = `${folder}: ${MANIFEST_FILE} names no runtime and the folder has no Dockerfile; add "runtime: …" or a Dockerfile`;
  throw new FaasoError('bad_context', message);
}
