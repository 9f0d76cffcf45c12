/**
 * A folder becomes a build context: funko.yml is read and checked, the runtime's files and the funko's are merged, and
 * the whole flows as a tar.
 */
import { lstat, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { FaasoError, systemCodeOf } from '../errors.ts';
import { readManifest, type Manifest } from '../funko/manifest/manifest.ts';
import { MANIFEST_FILE, MAX_MANIFEST_BYTES } from '../funko/manifest/schema.ts';
import { runtimePartsOf, namedRuntimes } from './runtime/runtime-parts.ts';
import { largeContext, tarBytes } from './context-size.ts';
import type { TrustCheck } from './runtime/runtime.ts';
import { devRulesOf, type DevRules } from './runtime/dev-rules.ts';
import { digestOf, type AlsoCounts } from './tar/digest.ts';
import {
  checkDockerfile,
  DOCKERFILE,
  dockerfileApart,
  hasDockerfile,
  manifestCopied,
  unusedRuntime,
} from './dockerfile/dockerfile.ts';
import { funkoFiles } from './funko-files.ts';
import { manifestFileIn } from './files/manifest-file.ts';
import { mergeItems } from './runtime/merge.ts';
import { packItems, type KnownTimes } from './tar/pack.ts';
import { unreadable, type ContextItem } from './files/walk.ts';

export interface BuildContext {
  readonly manifest: Manifest;
  /** The path that answers with a status below 400 when the funko is ready, e.g. `/ping`; empty: it is when its port accepts connections. */
  readonly health: string;
  /** An uncompressed tar, funko.yml its first entry; the same files give the same bytes. Read it or destroy it. */
  readonly tar: Readable;
  /** How large the tar will be. */
  readonly bytes: number;
  /** How many bytes of the tar were read. */
  readonly sentBytes: () => number;
  /** The text of the Dockerfile, if it is no part of the tar: that of a runtime, or one that .dockerignore names. */
  readonly dockerfile: string | undefined;
  /**
   * The digest of the same tar without funko.yml, for which the files are read once more, and of `dockerfile`. Throws as the tar does.
   */
  readonly digest: (also: Omit<AlsoCounts, 'dockerfile'>) => Promise<string>;
  /** All that goes into the tar, and the Dockerfile. */
  readonly items: readonly ContextItem[];
  /** The text of the folder's own Dockerfile; null if the runtime brings it. */
  readonly ownDockerfile: () => Promise<string | null>;
  /** Absolute paths of the folders whose files these are, which need not exist. */
  readonly folders: readonly string[];
  /** How a change gets into a container that runs; null: only by a build. */
  readonly dev: DevRules | null;
  /** For people: what will work but was probably not meant. */
  readonly warnings: readonly string[];
}

export interface ContextRequest {
  /** The funko's folder, absolute or relative to the working directory. */
  readonly folder: string;
  /** Where the runtimes that have a name lie. */
  readonly runtimesFolder: string;
  /** The IDs of the build secrets that are given; a runtime's Dockerfile mounts only these. All that it can use if absent. */
  readonly secrets?: readonly string[];
  /** Asked before a runtime that is named by a path is run; all are trusted if absent. */
  readonly trust?: TrustCheck | undefined;
  /** Ends the reading, and destroys the tar. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the build context of a funko's folder. Files are listed and checked now, and read while the tar is read.
 * @throws FaasoError `bad_context` (the folder, or a file that can't be sent), `bad_manifest`, `unknown_runtime`,
 * `bad_runtime`; the tar itself can fail with `bad_context`
 */
export async function openContext(request: ContextRequest): Promise<BuildContext> {
  await checkFolder(request.folder);
  const file = join(request.folder, await manifestFileIn(request.folder));
  const text = await readManifestText(request.folder, file);
  const read = readManifest(text.toString('utf8'), file);
  const named = await namedRuntimes(read, request);
  const { runtime } = named;
  const runtimes = [runtime, named.toolchain].filter((each) => each !== undefined);
  const funko = await funkoFiles(request.folder, runtimes, request.signal);
  const brought = await runtimePartsOf(named, read, funko.items, request);
  const merged = mergeItems(brought.items, funko.items);
  const items = runtime && !hasDockerfile(funko.items) ? merged.map(readableByAll) : merged;
  checkDockerfile(items, request.folder, runtime);
  const manifest: ContextItem = { kind: 'file', path: MANIFEST_FILE, mode: 0o644, content: { bytes: text } };
  const apart = await dockerfileApart(items, {
    folder: request.folder,
    funko,
    runtime,
    secrets: request.secrets,
    name: read.manifest.name,
    hasOnlyNamed: runtimes.every(({ name, reference }) => name === reference),
  });
  const dockerfile = apart?.content.bytes.toString('utf8');
  const content = items.filter(({ path }) => path !== MANIFEST_FILE && !(apart && path === DOCKERFILE));
  const sent = [manifest, ...content];
  const { signal } = request;
  const known: KnownTimes = new Map();
  let sentBytes = 0;
  const onBytes = (bytes: number): void => void (sentBytes += bytes);
  return {
    manifest: read.manifest,
    health: brought.health,
    tar: packItems(sent, { signal, known, onBytes }),
    bytes: tarBytes(sent),
    sentBytes: () => sentBytes,
    dockerfile,
    digest: async (also) => digestOf(packItems(content, { signal, learned: known }), { ...also, dockerfile }),
    items: apart ? [...sent, apart] : sent,
    ownDockerfile: async () => (hasDockerfile(funko.items) ? textOf(join(request.folder, DOCKERFILE)) : null),
    folders: foldersOf(sent, [request.folder, ...runtimes.map((each) => each.folder)]),
    dev: runtime && brought.data && !hasDockerfile(funko.items) ? devRulesOf(runtime, brought.data) : null,
    warnings: [
      ...funko.warnings,
      ...brought.warnings,
      ...unusedRuntime(runtime, read, funko.items),
      ...(await manifestCopied(funko.items)),
      ...largeContext(sent),
    ],
  };
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
}

async function readManifestText(folder: string, file: string): Promise<Buffer> {
  const found = await lstat(file).catch((error: unknown) => {
    throw systemCodeOf(error) === 'ENOENT' ? noManifest(folder) : unreadable(file, error);
  });
  if (!found.isFile())
    throw new FaasoError('bad_manifest', `${file}: it must be an ordinary file, not a link or a folder`);
  if (found.size > MAX_MANIFEST_BYTES) {
    throw new FaasoError(
      'bad_manifest',
      `${file}: larger than ${MAX_MANIFEST_BYTES} bytes, the most that is allowed`,
    );
  }
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return decodable(bytes, file);
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (systemCodeOf(error) !== 'ENOENT') throw unreadable(folder, error);
    throw new FaasoError('bad_context', `${folder}: there is no such folder; \`faaso new NAME\` makes one`, {
      cause: error,
    });
  });
  if (!found.isDirectory())
    throw new FaasoError('bad_context', `${folder}: it is not a folder; give the funko's folder`);
}

function noManifest(folder: string): FaasoError {
  return new FaasoError(
    'bad_context',
    `${folder}: it has no ${MANIFEST_FILE}, so it is not a funko; to write one: faaso init ${folder}`,
  );
}

function decodable(bytes: Buffer, file: string): Buffer {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return bytes;
  } catch (error) {
    throw new FaasoError('bad_manifest', `${file}: it is not valid UTF-8; save it as UTF-8`, {
      cause: error,
    });
  }
}

/**
 * The images of runtimes have the code as root's and run it as another user: what its owner may read and execute, all
 * may. And whether the group may write makes no difference there, but differs from one umask to another.
 */
function readableByAll(item: ContextItem): ContextItem {
  if (item.kind === 'symlink') return item;
  const owner = item.mode & 0o500;
  return { ...item, mode: (item.mode | (owner >> 3) | (owner >> 6)) & ~0o020 };
}

function foldersOf(items: readonly ContextItem[], roots: readonly string[]): string[] {
  const below = items.filter(({ kind }) => kind === 'directory').map(({ path }) => path);
  return roots.flatMap((root) => ['', ...below].map((path) => resolve(root, path)));
}
