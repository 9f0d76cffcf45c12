/**
 * One JSON line for each request, in pino's form, put together by hand: its fields are a closed set, none of them secret, and a
 * general logger's work for each line would cost more than forwarding does in JavaScript.
 */
import { escapedJson } from '../../util/control-characters.ts';

export interface AccessLine {
  readonly requestId: string;
  readonly client: string;
  readonly method: string | undefined;
  /** The raw request target; its query, which may hold what is secret, is left out of the line. */
  readonly target: string | undefined;
  /** The funko that was asked for; null for FaaSO's own paths. */
  readonly funko: string | null;
  /** The name of the container that answered; null if none did. */
  readonly instance: string | null;
  /** 499: the client went away before it had the whole answer. */
  readonly status: number;
  /** Bytes of the answer's body that were relayed. */
  readonly bytes: number;
  /** From the request's head to the end of the answer. */
  readonly ms: number;
}

/** Takes lines that are to be written soon; the request does not wait for its line. */
export interface LineSink {
  /** @param line with its line feed */
  add(line: string): void;
}

/** The number that stands for `info` in pino's lines. */
const INFO = 30;
/** What JSON has to escape, and what would steer the terminal that shows the log. */
const SPECIAL = /["\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]|[\ud800-\udfff]/;

export class AccessLog {
  readonly #sink: LineSink;
  readonly #fields: string;

  /** @param fields what every line carries, as in `createLogger` */
  constructor(sink: LineSink, fields: object = {}) {
    this.#sink = sink;
    this.#fields = JSON.stringify(fields).slice(1, -1);
    if (this.#fields !== '') this.#fields += ',';
  }

  /** Takes what there is to say of a request that is over. */
  add(line: AccessLine): void {
    const { target } = line;
    const query = target?.indexOf('?') ?? -1;
    const path = query < 0 ? target : target?.slice(0, query);
    this.#sink.add(
      `{"level":${INFO},"time":${Date.now()},${this.#fields}"requestId":${quoted(line.requestId)},"client":${quoted(line.client)},` +
        `"method":${quoted(line.method)},"path":${quoted(path)},"funko":${quoted(line.funko)},"instance":${quoted(line.instance)},` +
        `"status":${line.status},"bytes":${line.bytes},"ms":${Math.round(line.ms * 1000) / 1000},"msg":"request"}\n`,
    );
  }
}

function quoted(text: string | null | undefined): string {
  if (text === null || text === undefined) return 'null';
  return SPECIAL.test(text) ? escapedJson(JSON.stringify(text)) : `"${text}"`;
}
