/** A folder for an image that exists: a Dockerfile of one line, and a funko.yml. It is built as every other one is. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { manifestFileIn } from '../../builder/files/manifest-file.ts';
import { FaasoError } from '../../errors.ts';
import { MANIFEST_FILE } from '../../funko/manifest/schema.ts';
import { targetOf } from './funko-targets.ts';

/** `debian`, `ghcr.example/a/b:1.2@sha256:…`: no white space, which would be another word of the Dockerfile. */
const IMAGE_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,400}$/;

/** BuildKit looks for an image by its name only, and would ask a registry for this one. */
const ID_PATTERN = /^sha256:[0-9a-f]+$/;

export interface ImageFolder extends AsyncDisposable {
  readonly path: string;
}

export interface ImageRequest {
  /** A funko's name, or a folder whose funko.yml has the settings. */
  readonly word: string;
  readonly image: string;
  /** Where the program listens; as funko.yml or the image says if absent. */
  readonly port?: number | undefined;
}

/**
 * Makes the folder; it goes when it is disposed of.
 * @param base what a relative folder starts from
 * @throws FaasoError `usage`, `bad_name`, `bad_context`, `bad_manifest`
 */
export async function imageFolder({ word, image, port }: ImageRequest, base: string): Promise<ImageFolder> {
  if (!IMAGE_PATTERN.test(image))
    throw new FaasoError(
      'usage',
      `--image ${JSON.stringify(image)}: it is not an image name; write NAME or NAME:TAG`,
    );
  if (ID_PATTERN.test(image))
    throw new FaasoError(
      'usage',
      `--image ${image}: an image is deployed by its name, not its ID; give it one: docker tag ${image} NAME:TAG`,
    );
  const manifest = await manifestText(word, port, base);
  const path = await mkdtemp(join(tmpdir(), 'faaso-image-'));
  const folder = { path, [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }) };
  await writeFile(join(path, MANIFEST_FILE), manifest);
  await writeFile(join(path, 'Dockerfile'), `FROM ${image}\n`);
  return folder;
}

async function manifestText(word: string, port: number | undefined, base: string): Promise<string> {
  const { name, folder } = await targetOf(word, base);
  const text = folder === null ? `name: ${name}\n` : await textIn(resolve(base, folder));
  const document = parseDocument(text);
  for (const key of ['runtime', 'options']) document.delete(key);
  if (port !== undefined) document.set('port', port);
  return String(document);
}

async function textIn(folder: string): Promise<string> {
  return readFile(join(folder, await manifestFileIn(folder)), 'utf8');
}
