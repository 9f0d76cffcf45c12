/** What a FaaSO server answers: one JSON value, progress that ends with a result, or a problem. */
import { ERROR_CODES, FaasoError, type ErrorCode } from '../errors.ts';
import { ndjson } from '../util/ndjson.ts';

export interface ServerAnswer {
  /** The server's URL, for messages. */
  readonly url: string;
  /** What fixes a token that is refused. */
  readonly tokenMend: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The longest JSON value that is taken from a server, in bytes. */
const LONGEST_JSON = 64 * 1024 * 1024;

/**
 * The value of a good answer.
 * @param key what a FaaSO server's value has: something else may answer at that address, with JSON of its own
 * Throws the problem that the server told, or `server_failed`.
 */
export async function valueOf(answer: ServerAnswer, key: string): Promise<unknown> {
  if (answer.status !== 200) throw await problemOf(answer);
  if (!isJson(answer.contentType)) throw notFaaso(answer);
  const value = parsed(await textOf(answer.body), answer);
  if (typeof value === 'object' && value !== null && key in value) return value;
  throw notFaaso(answer);
}

/**
 * Hands on each line of progress, and gives the result: the last line, without its `type`.
 * Throws the problem or the error line that the server told, or `server_failed`.
 */
export async function resultOf(
  answer: ServerAnswer,
  onEvent: (event: unknown) => void | Promise<void>,
): Promise<unknown> {
  if (answer.status !== 200) throw await problemOf(answer);
  if (!answer.contentType.startsWith('application/x-ndjson')) throw notFaaso(answer);
  for await (const { type, ...rest } of ndjson(answer.body)) {
    if (type === 'result') return rest;
    if (type === 'error') throw errorOf(rest['code'], rest['message'], rest['details'], answer);
    await onEvent({ type, ...rest });
  }
  throw endedEarly(answer.url);
}

/** The answer was incomplete. */
export function endedEarly(url: string, cause?: unknown): FaasoError {
  const message = `The answer of ${url} ended before its result; whether it was done is not known: see "faaso status".`;
  return new FaasoError('server_failed', message, { cause });
}

/** What the server refused, as the error that it had itself. */
async function problemOf(answer: ServerAnswer): Promise<FaasoError> {
  const text = await textOf(answer.body);
  if (!isJson(answer.contentType)) return notFaaso(answer);
  const problem = parsed(text, answer) as Readonly<Record<string, unknown>> | null;
  return errorOf(problem?.['code'], problem?.['detail'], problem?.['details'], answer);
}

function errorOf(code: unknown, message: unknown, details: unknown, answer: ServerAnswer): FaasoError {
  const { url, status, tokenMend } = answer;
  if (code === 'unauthorized')
    return new FaasoError('unauthorized', `${url} does not accept this token. ${tokenMend}`);
  const known = isErrorCode(code) ? code : 'server_failed';
  const words = typeof message === 'string' ? message : `${url} answered with status ${status}.`;
  const lines = Array.isArray(details) ? details.filter((line) => typeof line === 'string') : [];
  return new FaasoError(known, words, { details: lines });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return (ERROR_CODES as readonly unknown[]).includes(code);
}

function notFaaso({ url, status, contentType }: ServerAnswer): FaasoError {
  const what = contentType === '' ? 'no content type' : contentType;
  const message = `${url} answered with status ${status} and ${what}: is that a FaaSO server? Set FAASO_SERVER to one.`;
  return new FaasoError('server_failed', message);
}

function isJson(contentType: string): boolean {
  return /^application\/([a-z]+\+)?json\b/.test(contentType);
}

function parsed(text: string, { url }: ServerAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FaasoError('server_failed', `${url} answered with broken JSON.`, { cause: error });
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > LONGEST_JSON)
      throw new FaasoError('server_failed', `The server's answer is longer than ${LONGEST_JSON} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
