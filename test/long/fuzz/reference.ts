/**
 * A second opinion on what a client's bytes mean: a parser that knows nothing of the front's and takes only what is
 * sound by RFC 9112. What a funko gets must be among the messages that this one finds, in their order.
 */

export interface Message {
  readonly method: string;
  /** `/funko/NAME` as it was sent; undefined if the message is for no funko. */
  readonly prefix: string | undefined;
  /** What the funko is to see as its target. */
  readonly path: string | undefined;
  body: string;
  /** Whether all of the body was sent. */
  complete: boolean;
  /** Everything that was sent after the head: what a tunnel carries. */
  readonly rest: string;
}

export interface Reading {
  readonly messages: readonly Message[];
  /** The method of what follows upon these and is not sound, if that much can be seen. */
  readonly unsound: string | undefined;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
// More than one space is allowed (RFC 9112, 3). Node's parser takes RTSP and ICE for HTTP.
const REQUEST_LINE = new RegExp(
  `^(${TOKEN}) +((?:/|\\*|[A-Za-z]+://)[\\x21-\\x7e]*) +(?:HTTP|RTSP|ICE)/(1\\.[01])$`,
);
const FIELD = new RegExp(`^(${TOKEN}):[\\t ]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[\\t ]*$`);
const CHUNK = /^([0-9a-f]+)(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n/i;

/** Reads what a client sends over one connection, up to what is not sound. */
export function readRequests(sent: string): Reading {
  const messages: Message[] = [];
  let text = sent;
  for (;;) {
    text = text.replace(/^[\r\n]+/, '');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return { messages, unsound: methodOf(text) };
    const rest = text.slice(end + 4);
    const head = readHead(text.slice(0, end), rest);
    if (!head) return { messages, unsound: methodOf(text) };
    const { message, coding, length } = head;
    messages.push(message);
    const left = coding ? readChunks(message, rest) : readLength(message, rest, length);
    if (left === undefined) return { messages, unsound: undefined };
    text = left;
  }
}

function methodOf(text: string): string | undefined {
  return new RegExp(`^(${TOKEN}) `).exec(text)?.[1];
}

interface Head {
  readonly message: Message;
  readonly coding: boolean;
  readonly length: number;
}

function readHead(head: string, rest: string): Head | undefined {
  const [line = '', ...lines] = head.split('\r\n');
  const [, method, target, version] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || target === undefined || method === 'CONNECT') return undefined;
  const fields = lines.map((each) => FIELD.exec(each));
  if (fields.some((field) => field === null)) return undefined;
  const all = (name: string): string[] =>
    fields.flatMap((field) => (field?.[1]?.toLowerCase() === name ? [field[2] ?? ''] : []));
  const [hosts, lengths, codings] = [all('host'), all('content-length'), all('transfer-encoding')];
  if (hosts.length > 1 || (hosts.length === 0 && version === '1.1')) return undefined;
  if (hosts.some((host) => !/^[^\s/?#@"<>\\]+$/.test(host))) return undefined;
  if (lengths.length + codings.length > 1) return undefined;
  if (lengths.some((length) => !/^[0-9]+$/.test(length) || !Number.isSafeInteger(Number(length))))
    return undefined;
  if (codings.some((coding) => coding.toLowerCase() !== 'chunked' || version !== '1.1')) return undefined;
  const message = { method, ...partsOf(target), body: '', complete: false, rest };
  return { message, coding: codings.length > 0, length: Number(lengths[0] ?? 0) };
}

function partsOf(target: string): Pick<Message, 'prefix' | 'path'> {
  const whole = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const [, prefix, path] = whole.includes('#') ? [] : (/^(\/funko\/[^/?]+)(\/.*)$/.exec(whole) ?? []);
  return { prefix, path };
}

/** @returns what follows the body; undefined if it is not whole, or not sound */
function readLength(message: Message, text: string, length: number): string | undefined {
  message.body = text.slice(0, length);
  message.complete = text.length >= length;
  return message.complete ? text.slice(length) : undefined;
}

function readChunks(message: Message, from: string): string | undefined {
  let text = from;
  for (;;) {
    const [line, size] = CHUNK.exec(text) ?? [];
    if (line === undefined) return undefined;
    const length = parseInt(size ?? '', 16);
    text = text.slice(line.length);
    if (length === 0) return readTrailers(message, text);
    message.body += text.slice(0, length);
    if (text.slice(length, length + 2) !== '\r\n') return undefined;
    text = text.slice(length + 2);
  }
}

function readTrailers(message: Message, from: string): string | undefined {
  for (let text = from; ;) {
    const end = text.indexOf('\r\n');
    const line = text.slice(0, end);
    if (end < 0 || (end > 0 && !FIELD.test(line))) return undefined;
    text = text.slice(end + 2);
    if (end > 0) continue;
    message.complete = true;
    return text;
  }
}
