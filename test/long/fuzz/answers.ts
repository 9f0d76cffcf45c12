/** What a client must find in all that came over its connection: whole, well-formed answers to what it asked, and no others. */
import type { Reading } from './reference.ts';
import { strangerIn } from './marks.ts';

const FIELD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t ]?[\t\x20-\x7e\x80-\xff]*$/;

export interface Received {
  readonly text: string;
  /** `left`: the client itself has ended or cut the connection. */
  readonly closing: 'end' | 'reset' | 'left';
  /** The client's own address, which is the mark on its answers. */
  readonly address: string;
}

/** What is wrong with what a client got; undefined if nothing is. */
export function faultIn(
  { text, closing, address }: Received,
  { messages, unsound }: Reading,
): string | undefined {
  const methods = messages.map(({ method }) => method);
  // A HEAD that can't be parsed is refused without its method being known: with a body or without.
  const refused = unsound === 'HEAD' && !text.endsWith('}\n') ? 'HEAD' : 'GET';
  const stranger = strangerIn(text, address);
  if (stranger !== undefined) return `an answer that was meant for ${stranger}`;
  let left = text;
  for (let index = 0; left !== '';) {
    const answer = takeAnswer(left, methods[index] ?? refused);
    if (answer.fault !== undefined) return answer.fault;
    if (answer.status === 101) return undefined;
    if (index > methods.length) return 'more answers than there were requests';
    if (answer.rest === undefined)
      return closing === 'end' && !answer.untilEnd ? 'half an answer, ended as if it were whole' : undefined;
    if (answer.status >= 200) index += 1;
    left = answer.rest;
  }
  return undefined;
}

interface Taken {
  readonly fault?: string;
  readonly status: number;
  /** Its end is the end of the connection. */
  readonly untilEnd?: boolean;
  /** What follows it; undefined if it is not whole. */
  readonly rest?: string | undefined;
}

function takeAnswer(text: string, method: string): Taken {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0)
    return 'HTTP/1.1 '.startsWith(text.slice(0, 9)) ? { status: 0 } : { status: 0, fault: 'no answer' };
  const [line = '', ...fields] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 ([1-9][0-9]{2}) [\t\x20-\x7e]*$/.exec(line)?.[1] ?? 0);
  if (status === 0) return { status, fault: `a status line that is none: ${line}` };
  const bad = fields.find((field) => !FIELD.test(field));
  if (bad !== undefined) return { status, fault: `a field that is none: ${bad}` };
  const body = text.slice(end + 4);
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  if (lengths.length + codings.length > 1) return { status, fault: 'two framings' };
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { status, rest: body };
  if (codings.length > 0) return { status, ...takeChunks(body) };
  if (lengths.length === 0) return { status, untilEnd: true };
  const length = Number(lengths[0]);
  return { status, rest: body.length < length ? undefined : body.slice(length) };
}

function takeChunks(body: string): { fault?: string; rest?: string } {
  for (let text = body; ;) {
    const end = text.indexOf('\r\n');
    if (end < 0) return {};
    const line = text.slice(0, end);
    if (!/^[0-9a-f]+$/i.test(line)) return { fault: `a chunk size that is none: ${line}` };
    const size = parseInt(line, 16);
    if (size === 0) return takeTrailers(text.slice(end + 2));
    const next = end + 2 + size;
    if (text.length < next + 2) return {};
    if (text.slice(next, next + 2) !== '\r\n') return { fault: 'a chunk that is not as long as it says' };
    text = text.slice(next + 2);
  }
}

function takeTrailers(body: string): { fault?: string; rest?: string } {
  for (let text = body; ;) {
    const end = text.indexOf('\r\n');
    if (end < 0) return {};
    if (end === 0) return { rest: text.slice(2) };
    if (!FIELD.test(text.slice(0, end))) return { fault: `a trailer that is none: ${text.slice(0, end)}` };
    text = text.slice(end + 2);
  }
}

function valuesOf(fields: readonly string[], name: string): string[] {
  return fields
    .filter((field) => field.toLowerCase().startsWith(`${name}:`))
    .map((field) => field.slice(name.length + 1).trim());
}
