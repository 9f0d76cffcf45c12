/**
 * What a build has beside its context, as it travels: a JSON object before the tar, in the same body. So it is in no URL, no header, no
 * log, and no part of the build context.
 */
import type { BuildParts, BuildSecrets } from '../docker/buildkit/build-request.ts';
import { FaasoError, shown } from '../errors.ts';
import { checkSecret } from '../funko/naming/build.ts';

const MOST_SECRETS = 100;
/** Of the whole object. */
export const MOST_PREAMBLE_BYTES = 8 * 1024 * 1024;
const KEYS = new Set(['secrets', 'dockerfile']);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Encodes it; undefined if there is nothing to say. */
export function encodePreamble({ secrets = {}, dockerfile }: BuildParts): Buffer | undefined {
  const entries = Object.entries(secrets).map(([id, value]) => [id, value.toString('base64')]);
  if (entries.length === 0 && dockerfile === undefined) return undefined;
  return Buffer.from(JSON.stringify({ secrets: Object.fromEntries(entries) as object, dockerfile }));
}

/** Decodes and checks it. Throws `bad_request`, which never tells a value. */
export function decodePreamble(bytes: Buffer): BuildParts {
  const value = parsed(bytes);
  const unknown = Object.keys(value).find((key) => !KEYS.has(key));
  if (unknown !== undefined)
    throw refused(`it has the key ${shown(unknown)}; it can have secrets and dockerfile`);
  const { secrets = {}, dockerfile } = value;
  if (dockerfile !== undefined && typeof dockerfile !== 'string') throw refused('dockerfile must be a text');
  return { secrets: secretsOf(secrets), ...(dockerfile === undefined ? {} : { dockerfile }) };
}

function parsed(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
    if (isObject(value)) return value;
  } catch {
    // The parser's own words quote the text, and it holds secrets.
  }
  throw refused('it is not a JSON object');
}

function secretsOf(value: unknown): BuildSecrets {
  if (!isObject(value)) throw refused('secrets must be an object of IDs and values in base64');
  const entries = Object.entries(value);
  if (entries.length > MOST_SECRETS)
    throw refused(`it has ${entries.length} secrets; it can have ${MOST_SECRETS}`);
  return Object.fromEntries(entries.map(([id, text]) => [id, secretOf(id, text)]));
}

function secretOf(id: string, text: unknown): Buffer {
  checkSecret(id, 0, 'bad_request');
  if (typeof text !== 'string' || !BASE64.test(text)) throw refused(`the secret ${id} is not in base64`);
  const bytes = Buffer.from(text, 'base64');
  checkSecret(id, bytes.length, 'bad_request');
  return bytes;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(why: string): FaasoError {
  return new FaasoError('bad_request', `The preamble of the build context is refused: ${why}.`);
}
