/** The body of `faaso invoke`, and the headers that go with it: as curl does it, but JSON is recognised. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FaasoError } from '../../errors.ts';
import type { CliSession } from '../session.ts';
import { asExpected } from '../system-error.ts';

export interface BodyOptions {
  /** Texts, `@FILE`, `@-` or `-`; several are joined by `&`. */
  readonly data?: readonly string[];
  /** The same, and it is JSON; `true`: what `data` gives is JSON. */
  readonly json?: string | true;
}

export interface Body {
  /** Absent without any data; it can be empty. */
  readonly body?: Buffer;
  /** By name, in lower case: what is sent unless `-H` says otherwise. */
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * The body that the options ask for.
 * @throws FaasoError `usage` if `--json` is given something else, and what reading a file throws
 */
export async function bodyOf({ data = [], json }: BodyOptions, session: CliSession): Promise<Body> {
  const accept = json === undefined ? {} : { accept: JSON_TYPE };
  const given = typeof json === 'string' ? [...data, json] : data;
  if (given.length === 0) return { headers: accept };
  const body = await joined(given, session);
  if (json !== undefined && !isJson(body)) throw notJson(typeof json === 'string' ? json : data.join('&'));
  return { body, headers: { 'content-type': isJson(body) ? JSON_TYPE : FORM_TYPE, ...accept } };
}

async function joined(given: readonly string[], session: CliSession): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const one of given)
    parts.push(...(parts.length > 0 ? [Buffer.from('&')] : []), await read(one, session));
  return Buffer.concat(parts);
}

async function read(given: string, { stdin, folder, signal }: CliSession): Promise<Buffer> {
  if (given === '-' || given === '@-') return buffer(addAbortSignal(signal, stdin));
  if (given.startsWith('@')) return readIn(resolve(folder, given.slice(1)), signal);
  return Buffer.from(given);
}

async function readIn(file: string, signal: AbortSignal): Promise<Buffer> {
  return readFile(file, { signal }).catch((error: unknown) => {
    throw asExpected(error, file);
  });
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return true;
  } catch {
    return false;
  }
}

function notJson(given: string): FaasoError {
  const shown = JSON.stringify(given.length > 60 ? `${given.slice(0, 60)}…` : given);
  return new FaasoError('usage', `--json ${shown}: it is not JSON; to send it as it is: -d DATA`);
}
