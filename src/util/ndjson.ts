/** Newline-delimited JSON, read while it comes. */
import { FaasoError } from '../errors.ts';
import { LineSplitter } from './lines.ts';

/** FaaSO sends no longer line, in characters. */
const LONGEST_LINE = 1024 * 1024;

/** Editors of Windows put it at the head of a file; JSON.parse refuses it. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * The values of the lines, one by one.
 * @param broken makes the error for a line that is not a JSON object or has no end; a `server_failed` if absent
 */
export async function* ndjson(
  body: AsyncIterable<Uint8Array>,
  broken: (line: string) => FaasoError = brokenAnswer,
): AsyncGenerator<Readonly<Record<string, unknown>>, undefined> {
  const splitter = new LineSplitter();
  for await (const chunk of body) {
    for (const line of splitter.push(chunk)) if (line.trim() !== '') yield parsed(line, broken);
    if (splitter.pending > LONGEST_LINE) throw broken(splitter.rest());
  }
  const rest = splitter.rest();
  if (rest.trim() !== '') yield parsed(rest, broken);
  return undefined;
}

function parsed(line: string, broken: (line: string) => FaasoError): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line.replace(BYTE_ORDER_MARK, ''));
  } catch {
    throw broken(line);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw broken(line);
}

function brokenAnswer(line: string): FaasoError {
  return new FaasoError(
    'server_failed',
    `The server's answer contains something that is not a JSON object: ${line.slice(0, 100)}`,
  );
}
